using Itori.Contracts;
using Itori.Journal;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Itori.Grains.Journaling;

/// <summary>
/// A grain whose state is the sum of its journalled events: decide, append, acknowledge, publish.
/// <para>
/// A subclass decides against its state and calls <see cref="Commit"/>, which applies the event at once, in the same turn, and completes when the event is stored and
/// published. Events raised while a write is under way go together into the next one, so that one write carries all that came meanwhile; that is why the
/// subclasses are reentrant. State is therefore ahead of the journal by what is being written: nobody outside may see that before it is stored, so every read that
/// shows state waits for <see cref="WhenStored"/> of the <c>seq</c> that it shows.
/// </para>
/// <para>
/// When a write fails the state in memory is wrong: the activation refuses everything from then on and goes away; the next one reads what is really stored. When
/// another activation has written (the journal says conflict) this one lost, and does the same.
/// </para>
/// </summary>
internal abstract partial class JournalledTopicGrain : Grain, IDurableTopicGrain
{
    private const int MaxPage = 1000;

    private readonly IJournal journal;
    private readonly JournallingOptions options;
    private readonly ILogger logger;
    private readonly EventTail tail;
    private readonly CancellationTokenSource lifetime = new();

    private List<PendingEvent> pending = [];
    private List<PendingEvent> writing = [];
    private Task pump = Task.CompletedTask;
    private bool faulted;
    private long lastSnapshot;
    private long seq;
    private long firstKept = 1;
    private IAsyncStream<TopicEvent> stream = null!;

    protected JournalledTopicGrain(IJournal journal, JournallingOptions options, TimeProvider time, ILogger logger)
    {
        this.journal = journal;
        this.options = options;
        this.logger = logger;
        Time = time;
        tail = new EventTail(options.TailEvents);
        Commands = new CommandWindow(options.RememberedCommands);
        Lifetime = lifetime.Token;
    }

    /// <summary>The topic that the grain owns.</summary>
    protected abstract TopicName Topic { get; }

    protected TimeProvider Time { get; }

    protected CommandWindow Commands { get; }

    /// <summary>The journal stream: the topic's own name.</summary>
    protected string JournalStream => Topic.ToString();

    /// <summary>The <c>seq</c> of the next event to decide; state has everything before it.</summary>
    protected long NextSeq => seq + 1;

    /// <summary>Ends with the activation.</summary>
    protected CancellationToken Lifetime { get; }

    protected long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stream = this.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(Topic));
        try
        {
            var head = await journal.ReadHeadAsync(JournalStream, cancellationToken);
            firstKept = head.FirstSeq;
            if (await journal.ReadSnapshotAsync(JournalStream, cancellationToken) is { } snapshot)
            {
                Restore(snapshot);
                seq = lastSnapshot = snapshot.Seq;
                tail.Reset(seq);
            }

            await foreach (var record in journal.ReadAsync(JournalStream, seq, cancellationToken))
            {
                var e = EventCodec.Decode(JournalStream, record);
                ApplyEvent(e);
                seq = e.Seq;
                tail.Add(e);
            }
        }
        catch (Exception e) when (e is JournalException or UnknownRecordException)
        {
            LogActivationFailed(logger, JournalStream, e.Message, e);
            throw;
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // What was begun is stored before the activation goes: a caller is waiting for it.
        await pump.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await lifetime.CancelAsync();
    }

    public ValueTask<long> GetHead() => new(tail.Head);

    public async ValueTask<EventPage> ReadAfter(long seq, int limit)
    {
        var after = Math.Max(seq, 0);
        if (after < firstKept - 1)
        {
            return new EventPage { Events = [], Head = tail.Head, First = firstKept, More = false };
        }

        var events = tail.TryRead(after, Page(limit)) ?? await ReadStored(after, Page(limit));
        var last = events.Count > 0 ? events[^1].Seq : after;
        return new EventPage { Events = events, Head = tail.Head, First = firstKept, More = events.Count > 0 && last < tail.Head };
    }

    public async ValueTask<EventPage> ReadBefore(long? before, int limit)
    {
        var end = Math.Clamp(before ?? long.MaxValue, 1, tail.Head + 1);
        var after = Math.Max(end - 1 - Page(limit), firstKept - 1);
        var count = (int)Math.Max(0, end - 1 - after);
        var events = count == 0 ? [] : tail.TryRead(after, count) ?? await ReadStored(after, count);
        return new EventPage { Events = events, Head = tail.Head, First = firstKept, More = events.Count > 0 && events[0].Seq > firstKept };
    }

    /// <summary>Applies one event to the state. Must not fail: whatever could be wrong was refused when the event was decided.</summary>
    protected abstract void ApplyEvent(DurableEvent e);

    /// <summary>Replaces the state by a snapshot's.</summary>
    protected abstract void Restore(JournalSnapshot snapshot);

    /// <summary>The whole state as of <paramref name="seq"/>.</summary>
    protected abstract JournalSnapshot Snapshot(long seq);

    /// <summary>Applies the event now and completes when it is stored and published.</summary>
    /// <exception cref="WriteFailedException">It is not known to be stored. The activation is going away.</exception>
    protected Task Commit(DurableEvent e)
    {
        if (faulted)
        {
            throw new WriteFailedException(null);
        }

        if (pending.Count >= options.MaxPendingEvents)
        {
            throw new WriteOverloadedException();
        }

        ApplyEvent(e);
        seq = e.Seq;
        var entry = new PendingEvent(e);
        pending.Add(entry);
        if (pump.IsCompleted)
        {
            pump = Pump();
        }

        return entry.Stored.Task;
    }

    /// <summary>Completes when everything up to <paramref name="shown"/> is stored.</summary>
    protected Task WhenStored(long shown)
    {
        if (faulted)
        {
            throw new WriteFailedException(null);
        }

        if (shown <= tail.Head)
        {
            return Task.CompletedTask;
        }

        // The events that are being written have left `pending`, but the pump completes their entries in order; the newest entry at or above `shown` tells.
        return writing.Concat(pending).First(entry => entry.Event.Seq >= shown).Stored.Task;
    }

    /// <summary>Publishes an event that is not stored. Streams may lose: nothing depends on it.</summary>
    protected Task Publish(TopicEvent e) => MayFail(() => stream.OnNextAsync(e));

    /// <summary>Runs a command: a failed write becomes a typed refusal, for the caller is to hear of it at once and not by a time-out.</summary>
    protected static async Task<Result<Receipt>> Guard(Func<Task<Result<Receipt>>> command)
    {
        try
        {
            return await command();
        }
        catch (WriteFailedException)
        {
            return new Refusal { Reason = ItoriError.Unavailable.Reason, Message = "The command could not be stored; send it again with the same id.", RetryAfterMs = 500 };
        }
        catch (WriteOverloadedException)
        {
            return new Refusal { Reason = ItoriError.Overloaded.Reason, Message = "Too many commands wait to be stored.", RetryAfterMs = 1000 };
        }
    }

    private static int Page(int limit) => Math.Clamp(limit, 1, MaxPage);

    private async Task Pump()
    {
        while (pending.Count > 0 && !faulted)
        {
            (writing, pending) = (pending, []);
            try
            {
                var outcome = await journal.AppendAsync(JournalStream, tail.Head, [.. writing.Select(entry => EventCodec.Encode(entry.Event))], Lifetime);
                if (outcome == AppendOutcome.Conflict)
                {
                    LogConflict(logger, JournalStream, tail.Head);
                    Fail(null);
                    return;
                }
            }
            catch (Exception e)
            {
                // Whatever it was: callers wait for these events, and what is in memory is no longer what is stored.
                LogWriteFailed(logger, JournalStream, e.Message, e);
                Fail(e);
                return;
            }

            foreach (var entry in writing)
            {
                tail.Add(entry.Event);
            }

            var stored = writing;
            writing = [];
            await PublishStored(stored);
            foreach (var entry in stored)
            {
                entry.Stored.SetResult();
            }

            await SnapshotIfDue();
        }
    }

    private Task PublishStored(List<PendingEvent> stored) => stored.Count == 1
        ? Publish(stored[0].Event)
        : MayFail(() => stream.OnNextBatchAsync(stored.Select(entry => (TopicEvent)entry.Event)));

    private async Task MayFail(Func<Task> publish)
    {
        try
        {
            await publish();
        }
        catch (Exception error)
        {
            // Streams may lose, and whatever fails here must not keep a stored event from being acknowledged.
            LogPublishFailed(logger, JournalStream, error);
        }
    }

    private async Task SnapshotIfDue()
    {
        // Only when state and journal are at the same place; under steady load that is after the next write, or the one after.
        if (pending.Count > 0 || tail.Head - lastSnapshot < options.EventsPerSnapshot)
        {
            return;
        }

        var snapshot = Snapshot(tail.Head);
        lastSnapshot = tail.Head;
        try
        {
            await journal.WriteSnapshotAsync(JournalStream, snapshot, Lifetime);
        }
        catch (Exception e) when (e is JournalException or OperationCanceledException)
        {
            // Replay takes longer, nothing else: the events are all there.
            LogSnapshotFailed(logger, JournalStream, e.Message);
        }
    }

    private void Fail(Exception? cause)
    {
        faulted = true;
        var lost = writing.Concat(pending).ToList();
        writing = [];
        pending = [];
        foreach (var entry in lost)
        {
            entry.Stored.SetException(new WriteFailedException(cause));
            _ = entry.Stored.Task.Exception; // Not every commit has somebody who waits for it.
        }

        DeactivateOnIdle();
    }

    private async Task<IReadOnlyList<DurableEvent>> ReadStored(long after, int limit)
    {
        var records = await journal.ReadPageAsync(JournalStream, after, limit, Lifetime);
        return [.. records.Where(record => record.Seq <= tail.Head).Select(record => EventCodec.Decode(JournalStream, record))];
    }

    private sealed record PendingEvent(DurableEvent Event)
    {
        public TaskCompletionSource Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>
/// An event is not known to be stored. To a caller it is what any loss of an activation is, hence its base: a call that is made again reaches the next activation.
/// </summary>
internal sealed class WriteFailedException(Exception? cause) : OrleansException("The event could not be stored.", cause!);

/// <summary>Too many events wait to be stored.</summary>
internal sealed class WriteOverloadedException() : Exception("Too many events wait to be stored.");
