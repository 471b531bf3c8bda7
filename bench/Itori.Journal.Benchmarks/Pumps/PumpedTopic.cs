using Itori.Contracts;
using Itori.Grains.Journaling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Itori.Journal.Benchmarks.Pumps;

/// <summary>A topic that remembers command ids and nothing else, for both ways of writing a journal.</summary>
[Alias("itori.bench.IBenchTopic")]
internal interface IBenchTopic : IGrainWithStringKey
{
    [Alias("Say")]
    Task<long> Say(string id, string text);
}

[Alias("itori.bench.IPumpedTopic")]
internal interface IPumpedTopic : IBenchTopic;

[Alias("itori.bench.IEventSourcedTopic")]
internal interface IEventSourcedTopic : IBenchTopic;

internal static class TopicMessages
{
    private static readonly UserRef User = new() { Id = "u-bench", Name = "Bench" };

    public static MessagePosted Make(long seq, long timestamp, string id, string text) =>
        new() { Seq = seq, Timestamp = timestamp, CommandId = id, User = User, Text = text, Graph = "main" };
}

/// <summary>The topic on Itori's own pump. Reentrant for the reason that every topic is: it decides and applies in one synchronous stretch.</summary>
[Reentrant]
[GrainType("bench-pumped")]
internal sealed class PumpedTopicGrain(
    IGrainContext context, IJournal journal, JournalGate gate, IOptions<JournallingOptions> options, TimeProvider time, ILogger<PumpedTopicGrain> logger)
    : JournalledTopicGrain(journal, gate, options.Value, time, logger), IPumpedTopic
{
    /// <summary>No command is sent under another one's id here.</summary>
    private const long Print = 0;

    protected override TopicName Topic => TopicName.Session(context.GrainId.Key.ToString()!);

    public async Task<long> Say(string id, string text)
    {
        if (await Before(id, Print) is { Value: { } before })
        {
            return before.Seq;
        }

        var e = TopicMessages.Make(NextSeq, Now, id, text);
        await Commit(e);
        return e.Seq;
    }

    protected override void ApplyEvent(DurableEvent e) => Commands.Add(new CommandReply(e.CommandId!, e.Seq, Print: Print, At: e.Timestamp));

    protected override void Restore(JournalSnapshot snapshot)
    {
        foreach (var command in SessionSnapshotCodec.Decode(JournalStream, snapshot).Commands)
        {
            Commands.Add(command);
        }
    }

    protected override Func<JournalSnapshot> TakeSnapshot(long seq)
    {
        var body = new Grains.Sessions.SessionSnapshotBody { OpenTurns = [], Untold = [], Commands = [.. Commands.InOrder] };
        return () => SessionSnapshotCodec.Encode(seq, body);
    }
}
