using System.Text;

namespace Itori.Streams;

/// <summary>
/// Answers for a subscriber when an agent of ours asks where in the stream it wants to start. The answer for streams that cannot be
/// rewound is always "wherever you are", yet Orleans' agent stops reading its queue until every subscriber of a new
/// stream has given it: one frozen client would hold up all streams of the queue. Other providers' questions pass.
/// </summary>
internal sealed class HandshakeFilter : IOutgoingGrainCallFilter
{
    private const string Question = "GetSequenceToken";
    private const string Subscriber = "Orleans.Streams.IStreamConsumerExtension";
    private static readonly byte[] OurAgents = Encoding.UTF8.GetBytes(SiloQueues.NamePrefix);

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.MethodName == Question
            && context.InterfaceName == Subscriber
            && context.SourceId is { } source
            && source.Key.AsSpan().IndexOf(OurAgents) >= 0)
        {
            context.Result = null;
            return Task.CompletedTask;
        }

        return context.Invoke();
    }
}
