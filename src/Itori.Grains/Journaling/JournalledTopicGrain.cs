using System.Threading.Channels;
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
/// When a write fails the state in memory is wrong: the activation refuses everything but stored events from then on and goes away as soon as the journal answers again; the next one reads what is really stored. When
/// another activation has written (the journal says conflict) this one lost, and does the same; its callers go to the winner.
/// </para>
/// </summary>
internal abstract partial class JournalledTopicGrain : Grain, IDurableTopicGrain
{
    /// <summary>How long the callers of a failed write wait until the journal is known to be there or not.</summary>
    private static readonly TimeSpan LongestFailure = TimeSpan.FromMilliseconds(250);

    /// <summary>Events that may be decoded before they are applied.</summary>
    private const int EventsAhead = 256;

    /// <summary>Bytes that are encoded at a time before others get their turn: below a millisecond.</summary>
    private const int EncodedPerTurn = 64 * 1024;

    private readonly IJournal journal;
    private readonly JournalGate gate;
    private readonly JournallingOptions options;
    private readonly ILogger logger;
    private readonly EventTail tail;
    private readonly CancellationTokenSource lifetime = new();

    private Batch pending = new();
    private Batch? writing;
    private Batch? spare;
    private Task pump = Task.CompletedTask;
    private TopicUnavailableException? fault;
    private long seq;
    private string? journalStream;
    private IAsyncStream<TopicEvent> stream = null!;

    protected JournalledTopicGrain(IJournal journal, JournalGate gate, JournallingOptions options, TimeProvider time, ILogger logger)
    {
        this.journal = journal;
        this.gate = gate;
        this.options = options;
        this.logger = logger;
        Time = time;
        tail = new EventTail(options.TailEvents);
        Commands = new CommandWindow(options.RememberedCommands, options.RememberCommandsFor);
        Lifetime = lifetime.Token;
    }

    /// <summary>The topic that the grain owns.</summary>
    protected abstract TopicName Topic { get; }

    protected TimeProvider Time { get; }

    protected CommandWindow Commands { get; }

    /// <summary>The journal stream: the topic's own name.</summary>
    protected string JournalStream => journalStream ??= Topic.ToString();

    /// <summary>The <c>seq</c> of the next event to decide; state has everything before it.</summary>
    protected long NextSeq => seq + 1;

    /// <summary>The <c>seq</c> of the last stored event.</summary>
    protected long StoredSeq => tail.Head;

    /// <summary>Ends with the activation.</summary>
    protected CancellationToken Lifetime { get; }

    protected long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stream = this.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(Topic));
        try
        {
            await Load(cancellationToken);
        }
        catch (Exception e) when (e is JournalException or UnknownRecordException)
        {
            LogActivationFailed(logger, JournalStream, e.Message, e);
            if (e is JournalException { IsTransient: true })
            {
                throw Unreadable();
            }

            throw new TopicDamagedException($"What is stored of {JournalStream} cannot be read; the silo's log says what and where.");
        }

        if (!options.RetentionOf(Topic).KeepsAll)
        {
            this.RegisterGrainTimer(Retain, new GrainTimerCreationOptions(FirstRetention, RetentionPeriod) { Interleave = true });
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // What was begun is stored before the activation goes: a caller is waiting for it. After a failure nobody waits any more.
        await (fault is null ? pump : Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await upkeep.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await lifetime.CancelAsync();
    }

    /// <summary>Applies one event to the state. Must not fail: whatever could be wrong was refused when the event was decided.</summary>
    protected abstract void ApplyEvent(DurableEvent e);

    /// <summary>Replaces the state by a snapshot's.</summary>
    protected abstract void Restore(JournalSnapshot snapshot);

    /// <summary>
    /// Takes the whole state as of <paramref name="seq"/>, which it is at. What it returns makes the snapshot of what it took, off the grain's thread: writing a large state out takes long, and may touch nothing that the grain changes.
    /// </summary>
    protected abstract Func<JournalSnapshot> TakeSnapshot(long seq);

    /// <summary>What a command answered before, once that is stored (or that its id is another command's); null for a new one, then without having waited.</summary>
    protected async ValueTask<Result<Receipt>?> Before(string? commandId, long print)
    {
        if (Commands.Find(commandId, print, Topic) is not { } before)
        {
            return null;
        }

        if (before.Value is { } receipt)
        {
            await WhenStored(receipt.Seq);
        }

        return before;
    }

    /// <summary>Applies the events (at least one, in order) now and completes when they are stored and published. They are stored together or not at all.</summary>
    /// <exception cref="TopicUnavailableException">It is not known to be stored, and the activation is going away; or too much waits to be stored.</exception>
    protected Task Commit(params ReadOnlySpan<DurableEvent> events)
    {
        var stored = Raise(events);
        BeginWriting();
        return stored;
    }

    /// <summary>As <see cref="Commit"/>, for events that go into the store together: the last of them, or none, is followed by <see cref="BeginWriting"/> in the same turn.</summary>
    protected Task Raise(params ReadOnlySpan<DurableEvent> events)
    {
        Decide(events);
        return pending.Stored;
    }

    /// <summary>
    /// As <see cref="Commit"/>, for a command whose event is all that it does: what <see cref="Guard"/> would answer, with the receipt once the event is stored and published. Of a hundred commands that one write carries, each has
    /// one object that waits for it instead of its methods.
    /// </summary>
    protected Task<Result<Receipt>> CommitAndAnswer(DurableEvent e, Receipt receipt)
    {
        var answer = Raise(e, receipt);
        if (answer.Refusal is not null)
        {
            return Task.FromResult(answer);
        }

        var waiting = pending.Give(answer);
        BeginWriting();
        return waiting;
    }

    /// <summary>As <see cref="Raise(ReadOnlySpan{DurableEvent})"/>, for a command whose event is all that it does and whose answer <see cref="WhenAnswerable"/> waits for.</summary>
    protected Result<Receipt> Raise(DurableEvent e, Receipt receipt)
    {
        try
        {
            Decide([e]);
            return receipt;
        }
        catch (TopicUnavailableException failure)
        {
            return RefusalOf(failure);
        }
    }

    /// <summary>Waits until all that the answers' receipts speak of is stored. Those of what is then not known to be stored are refusals instead.</summary>
    protected async Task WhenAnswerable(Result<Receipt>[] answers)
    {
        try
        {
            await WhenStored(answers.Max(static answer => answer.Value?.Seq) ?? 0);
        }
        catch (TopicUnavailableException failure)
        {
            for (var i = 0; i < answers.Length; i++)
            {
                if (answers[i].Value?.Seq > StoredSeq)
                {
                    answers[i] = RefusalOf(failure);
                }
            }
        }
    }

    /// <summary>Called when a write's events are stored, published and acknowledged.</summary>
    protected virtual void OnStored()
    {
    }

    private void Decide(ReadOnlySpan<DurableEvent> events)
    {
        if (fault is not null)
        {
            throw fault;
        }

        if (!gate.IsOpen)
        {
            throw new TopicUnavailableException($"The journal of {JournalStream} cannot be written now.");
        }

        if (pending.Events.Count >= options.MaxPendingEvents)
        {
            throw new TopicUnavailableException($"{pending.Events.Count} events of {JournalStream} wait to be stored.") { Overloaded = true };
        }

        // All of them wait before the pump is started: what waits is written by one append.
        foreach (var e in events)
        {
            ApplyEvent(e);
            seq = e.Seq;
            pending.Events.Add(e);
        }

        if (writing is not null && events.Length == 1)
        {
            pending.EncodeNext(); // While the journal is at work: the next write can then begin as soon as this one ends.
        }
    }

    protected void BeginWriting()
    {
        if (pump.IsCompleted)
        {
            pump = Pump();
        }
    }

    /// <summary>Completes when everything up to <paramref name="shown"/> is stored.</summary>
    /// <exception cref="TopicUnavailableException">It is not known to be stored. The activation is going away.</exception>
    protected Task WhenStored(long shown)
    {
        if (fault is not null)
        {
            throw fault;
        }

        if (shown <= tail.Head)
        {
            return Task.CompletedTask;
        }

        // Nothing that nobody decided is ever stored.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shown, seq);

        return (writing?.Events is [.., var last] && shown <= last.Seq ? writing : pending).Stored;
    }

    /// <summary>Publishes an event that is not stored. Streams may lose: nothing depends on it.</summary>
    protected Task Publish(TopicEvent e) => MayFail(static (stream, e) => stream.OnNextAsync(e), e);

    /// <summary>Runs a command: a failed write becomes a typed refusal, for the caller is to hear of it at once and not by a time-out.</summary>
    protected static async Task<Result<Receipt>> Guard(Func<Task<Result<Receipt>>> command)
    {
        try
        {
            return await command();
        }
        catch (TopicUnavailableException e)
        {
            return RefusalOf(e);
        }
    }

    private static Refusal RefusalOf(TopicUnavailableException failure) => failure.Overloaded
        ? Refusal.Of(ItoriError.Overloaded, "Too many commands wait to be stored.") with { RetryAfterMs = 1000 }
        : Refusal.Of(ItoriError.Unavailable, "The command could not be stored; send it again with the same id.") with { RetryAfterMs = 500, Superseded = failure.Superseded };

    private async Task Load(CancellationToken cancellation)
    {
        firstKept = (await journal.ReadHeadAsync(JournalStream, cancellation)).FirstSeq;
        var snapshot = await journal.ReadSnapshotAsync(JournalStream, cancellation);

        // The events after it are read and decoded beside the snapshot: each is about half of an activation's time.
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var events = Channel.CreateBounded<DurableEvent>(new BoundedChannelOptions(EventsAhead) { SingleReader = true, SingleWriter = true });
        var reader = Task.Run(() => ReadEvents(snapshot?.Seq ?? 0, events.Writer, reading.Token), CancellationToken.None);
        try
        {
            if (snapshot is not null)
            {
                Restore(snapshot);
                seq = lastSnapshot = storedSnapshot = snapshot.Seq;
                snapshotBytes = snapshot.Body.Length;
                tail.Reset(seq);
            }

            await foreach (var e in events.Reader.ReadAllAsync(cancellation))
            {
                if (e.Seq != seq + 1)
                {
                    // Another activation wrote a newer snapshot and removed what this one was about to read.
                    throw new TopicUnavailableException($"{JournalStream} was trimmed while it was read.");
                }

                ApplyEvent(e);
                seq = e.Seq;
                tail.Add(e);
            }
        }
        finally
        {
            await reading.CancelAsync();
            await reader;
        }
    }

    private async Task ReadEvents(long after, ChannelWriter<DurableEvent> events, CancellationToken cancellation)
    {
        try
        {
            await foreach (var record in journal.ReadAsync(JournalStream, after, cancellation))
            {
                bytesSince += record.Body.Length; // Read by others once the events are at their end.
                await events.WriteAsync(EventCodec.Decode(JournalStream, record), cancellation);
            }

            events.Complete();
        }
        catch (Exception e)
        {
            // Whoever applies them is told.
            events.Complete(e);
        }
    }

    private async Task Pump()
    {
        Batch? stored = null;
        while (true)
        {
            if (pending.Events.Count == 0 || fault is not null)
            {
                if (stored is null)
                {
                    return;
                }

                await Acknowledge(stored);
                stored = null;
                continue; // Who was answered may have said the next thing at once.
            }

            var batch = pending;
            (writing, pending, spare) = (batch, spare ?? new(), null);
            Task<AppendOutcome>? append = null;
            try
            {
                await EncodeRest(batch);
                if (fault is null)
                {
                    append = journal.AppendAsync(JournalStream, tail.Head, batch.Records, Lifetime).AsTask();
                }
            }
            catch (Exception e)
            {
                append = Task.FromException<AppendOutcome>(e);
            }

            // Only now: the journal is at work with the next while those of the last are answered.
            if (stored is not null)
            {
                await Acknowledge(stored);
                stored = null;
            }

            if (append is null)
            {
                return; // Whoever waited for these has been told.
            }

            try
            {
                if (await append == AppendOutcome.Conflict)
                {
                    MakeWay();
                    return;
                }
            }
            catch (Exception e)
            {
                // Whatever it was: callers wait for these events, and what is in memory is no longer what is stored.
                LogWriteFailed(logger, JournalStream, e.Message, e);
                fault = new TopicUnavailableException($"An event of {JournalStream} could not be stored.");
                if (e is JournalException { IsTransient: true })
                {
                    // Mostly it answers at once, and the next activation goes on. Else that one could not read it either: until it can, what is stored is read from this one's memory.
                    var back = gate.Failed();
                    await Task.WhenAny(back, Task.Delay(LongestFailure, Time, Lifetime));
                    Fail(fault);
                    await back;
                }

                Fail(fault);
                DeactivateOnIdle();
                return;
            }

            foreach (var e in batch.Events)
            {
                tail.Add(e);
            }

            bytesSince += batch.Bytes;
            writing = null;
            stored = batch;
        }
    }

    /// <summary>Encodes what is not encoded yet, so much at a time that others get their turn.</summary>
    private static async ValueTask EncodeRest(Batch batch)
    {
        var rest = batch.Bytes + EncodedPerTurn;
        while (batch.EncodeNext())
        {
            if (batch.Bytes >= rest)
            {
                await Task.Yield();
                rest = batch.Bytes + EncodedPerTurn;
            }
        }
    }

    /// <summary>Tells everyone what is stored, then those who wait for it.</summary>
    private async Task Acknowledge(Batch batch)
    {
        await PublishStored(batch.Events);
        batch.Complete();
        if (batch.TryClear())
        {
            spare = batch;
        }

        OnStored();
        SnapshotIfDue();
    }

    private Task PublishStored(List<DurableEvent> stored) =>
        stored is [var only] ? Publish(only) : MayFail(static (stream, stored) => stream.OnNextBatchAsync(stored), stored);

    private Task MayFail<T>(Func<IAsyncStream<TopicEvent>, T, Task> publish, T what)
    {
        Task publishing;
        try
        {
            publishing = publish(stream, what);
        }
        catch (Exception error)
        {
            publishing = Task.FromException(error);
        }

        // Nearly always it is in the silo's queue already, and there is nothing to wait for.
        return publishing.IsCompletedSuccessfully ? publishing : WhenPublished(publishing);
    }

    private async Task WhenPublished(Task publishing)
    {
        try
        {
            await publishing;
        }
        catch (Exception error)
        {
            // Streams may lose, and whatever fails here must not keep a stored event from being acknowledged.
            LogPublishFailed(logger, JournalStream, error);
        }
    }

    /// <summary>Another activation has written: this one lost, and goes.</summary>
    private void MakeWay()
    {
        LogConflict(logger, JournalStream, tail.Head);
        Fail(new TopicUnavailableException($"Another activation of {JournalStream} has written.") { Superseded = true });
        DeactivateOnIdle();
    }

    /// <summary>Says that the journal cannot be read now; without its cause, which has types that callers in other processes do not know.</summary>
    private TopicUnavailableException Unreadable() => new($"The journal of {JournalStream} cannot be read now.");

    private void Fail(TopicUnavailableException failure)
    {
        fault ??= failure;
        var (first, second) = (writing, pending);
        (writing, pending) = (null, new());
        first?.Fail(failure);
        second.Fail(failure);
    }

    /// <summary>Events that are stored together, or not at all, and those who wait for that. These go on within the pump's own turn: 120 of them are no 120 turns.</summary>
    private sealed class Batch
    {
        private const int MostKept = 512;

        private readonly List<WaitingAnswer> answers = [];
        private TaskCompletionSource? stored;

        public List<DurableEvent> Events { get; } = [];

        /// <summary>What is encoded of them, from the first on.</summary>
        public List<JournalRecord> Records { get; } = [];

        /// <summary>Bytes of <see cref="Records"/>.</summary>
        public long Bytes { get; private set; }

        public Task Stored => (stored ??= new()).Task;

        /// <summary>Gives an answer once the events are stored.</summary>
        public Task<Result<Receipt>> Give(Result<Receipt> answer)
        {
            var waiting = new WaitingAnswer(answer);
            answers.Add(waiting);
            return waiting.Task;
        }

        /// <summary>Encodes the first event that is not. False: there is none.</summary>
        public bool EncodeNext()
        {
            if (Records.Count == Events.Count)
            {
                return false;
            }

            var record = EventCodec.Encode(Events[Records.Count]);
            Records.Add(record);
            Bytes += record.Body.Length;
            return true;
        }

        public void Complete()
        {
            foreach (var answer in answers)
            {
                answer.Give();
            }

            stored?.TrySetResult();
        }

        /// <summary>Makes room for others. False: it has grown larger than batches mostly are, and is not worth keeping.</summary>
        public bool TryClear()
        {
            if (Events.Count > MostKept)
            {
                return false;
            }

            Events.Clear();
            Records.Clear();
            answers.Clear();
            (stored, Bytes) = (null, 0);
            return true;
        }

        public void Fail(TopicUnavailableException failure)
        {
            if (answers.Count > 0)
            {
                var refusal = RefusalOf(failure);
                foreach (var answer in answers)
                {
                    answer.TrySetResult(refusal);
                }
            }

            if (stored is not null)
            {
                stored.SetException(failure);
                _ = stored.Task.Exception; // Not every commit has somebody who waits for it.
            }
        }
    }

    private sealed class WaitingAnswer(Result<Receipt> answer) : TaskCompletionSource<Result<Receipt>>
    {
        public void Give() => TrySetResult(answer);
    }
}
