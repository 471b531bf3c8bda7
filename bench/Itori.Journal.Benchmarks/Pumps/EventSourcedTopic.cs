using System.Collections.Immutable;
using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Grains.Sessions;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.EventSourcing;
using Orleans.EventSourcing.CustomStorage;
using Orleans.Providers;
using Orleans.Streams;

namespace Itori.Journal.Benchmarks.Pumps;

internal static class EventSourcedTopicProvider
{
    public const string Name = "bench";
}

/// <summary>
/// The same topic on Orleans' JournaledGrain in its best form: interleaving, so that events raised during a write go together into the next; a view of persistent collections, so that the tentative
/// state, which Orleans makes anew from a copy of the confirmed one after every write, costs nothing to copy; published as a batch by the write that stored it.
/// </summary>
[Reentrant]
[LogConsistencyProvider(ProviderName = EventSourcedTopicProvider.Name)]
[GrainType("bench-event-sourced")]
internal sealed class EventSourcedTopicGrain(IJournal journal, IOptions<JournallingOptions> options, TimeProvider time)
    : JournaledGrain<TopicView, DurableEvent>, IEventSourcedTopic, ICustomStorageInterface<TopicView, DurableEvent>
{
    private IAsyncStream<TopicEvent> stream = null!;
    private long lastSnapshot;

    private string JournalStream => "bench:" + this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stream = this.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(TopicName.Session(this.GetPrimaryKeyString())));
        return base.OnActivateAsync(cancellationToken);
    }

    public async Task<long> Say(string id, string text)
    {
        var state = TentativeState;
        if (state.Commands.Replies.TryGetValue(id, out var before))
        {
            await ConfirmEvents();
            return before;
        }

        var seq = state.Seq + 1;
        RaiseEvent(TopicMessages.Make(seq, time.GetUtcNow().ToUnixTimeMilliseconds(), id, text));
        await ConfirmEvents();
        return seq;
    }

    // Without this, Orleans calls Apply through `dynamic`.
    protected override void TransitionState(TopicView state, DurableEvent @event) => state.Apply(@event);

    public async Task<KeyValuePair<int, TopicView>> ReadStateFromStorage()
    {
        var view = new TopicView();
        await foreach (var record in journal.ReadAsync(JournalStream, 0, CancellationToken.None))
        {
            view.Apply(EventCodec.Decode(JournalStream, record));
        }

        return new((int)view.Seq, view);
    }

    public async Task<bool> ApplyUpdatesToStorage(IReadOnlyList<DurableEvent> updates, int expectedVersion)
    {
        if (State.Seq - lastSnapshot >= options.Value.EventsPerSnapshot)
        {
            // As often as our own topics do, and of as much.
            lastSnapshot = State.Seq;
            var commands = State.Commands.Order.Select(id => new CommandReply(id, State.Commands.Replies[id])).ToArray();
            var body = new SessionSnapshotBody { OpenTurns = [], Untold = [], Commands = commands };
            await journal.WriteSnapshotAsync(JournalStream, SessionSnapshotCodec.Encode(State.Seq, body), CancellationToken.None);
        }

        var records = updates.Select(EventCodec.Encode).ToArray();
        if (await journal.AppendAsync(JournalStream, expectedVersion, records, CancellationToken.None) == AppendOutcome.Conflict)
        {
            return false;
        }

        await stream.OnNextBatchAsync(updates);
        return true;
    }
}

/// <summary>The last command ids, as in the product, in collections that a copy shares.</summary>
[GenerateSerializer, Immutable, Alias("itori.bench.remembered")]
internal sealed record Remembered
{
    private const int Capacity = 10_000;

    [Id(0)]
    public ImmutableDictionary<string, long> Replies { get; init; } = ImmutableDictionary<string, long>.Empty;

    [Id(1)]
    public ImmutableQueue<string> Order { get; init; } = [];

    public Remembered Add(string id, long seq)
    {
        var (replies, order) = (Replies.SetItem(id, seq), Order.Enqueue(id));
        if (replies.Count > Capacity)
        {
            order = order.Dequeue(out var oldest);
            replies = replies.Remove(oldest);
        }

        return new Remembered { Replies = replies, Order = order };
    }
}

/// <summary>What JournaledGrain keeps twice: confirmed, and tentative.</summary>
[GenerateSerializer, Alias("itori.bench.view")]
internal sealed class TopicView
{
    [Id(0)]
    public long Seq { get; set; }

    [Id(1)]
    public Remembered Commands { get; set; } = new();

    public void Apply(DurableEvent e)
    {
        Seq = e.Seq;
        Commands = e.CommandId is { } id ? Commands.Add(id, e.Seq) : Commands;
    }
}
