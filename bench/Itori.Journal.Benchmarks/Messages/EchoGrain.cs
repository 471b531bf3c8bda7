using Itori.Contracts;

namespace Itori.Journal.Benchmarks.Messages;

/// <summary>Takes what a session takes and answers as it does, and does nothing in between: what a call costs by itself.</summary>
[Alias("itori.bench.IEchoGrain")]
internal interface IEchoGrain : IGrainWithStringKey
{
    [Alias("PostMessage")]
    Task<Result<Receipt>> PostMessage(PostMessage command);
}

[GrainType("bench-echo")]
internal sealed class EchoGrain(IGrainContext context) : IEchoGrain
{
    private readonly TopicName topic = TopicName.Session(context.GrainId.Key.ToString()!);
    private long seq;

    public Task<Result<Receipt>> PostMessage(PostMessage command) => Task.FromResult<Result<Receipt>>(new Receipt { Topic = topic, Seq = ++seq });
}
