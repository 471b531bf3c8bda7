using System.Text;

namespace Itori.Streams;

/// <summary>
/// Two repairs to how Orleans' agents call subscribers, for our agents alone; every other call passes.
/// <list type="bullet">
/// <item>The question where in the stream a subscriber wants to start is answered here. For a stream that cannot be rewound the answer
/// is always "wherever you are", yet the agent reads nothing from its queue until every subscriber of a new stream has given it: one
/// frozen client would hold up all streams of that queue.</item>
/// <item>When the silo stops, nobody waits any longer for the acknowledgement of a subscriber that gives none.</item>
/// </list>
/// </summary>
internal sealed class SubscriberCalls : IOutgoingGrainCallFilter, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const string Subscriber = "Orleans.Streams.IStreamConsumerExtension";
    private const string StartQuestion = "GetSequenceToken";
    private static readonly byte[] OurAgents = Encoding.UTF8.GetBytes(SiloQueues.NamePrefix);

    private readonly CancellationTokenSource _stopping = new();

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.InterfaceName != Subscriber || context.SourceId is not { } source || source.Key.AsSpan().IndexOf(OurAgents) < 0)
        {
            return context.Invoke();
        }

        if (context.MethodName == StartQuestion)
        {
            context.Result = null;
            return Task.CompletedTask;
        }

        return context.Invoke().WaitAsync(_stopping.Token);
    }

    /// <summary>Cancels with the stage in which the agents stop, so after <see cref="ShutdownDrain"/>.</summary>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(SubscriberCalls), ServiceLifecycleStage.Active, _ => Task.CompletedTask, _ => _stopping.CancelAsync());

    public void Dispose() => _stopping.Dispose();
}
