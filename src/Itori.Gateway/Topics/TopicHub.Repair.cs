using Orleans.Streams;

using Itori.Contracts;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics.Filters;

namespace Itori.Gateway.Topics;

/// <summary>Streams may lose; this is where it is made good.</summary>
internal sealed partial class TopicHub
{
    private const int FirstPage = 32;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(2);

    /// <summary>Events that were taken out of the inbox while a hole was waited for.</summary>
    private readonly Queue<Input> held = new();

    private long headAtLastCheck = -1;
    private long seenAtLastCheck = -1;

    /// <summary>How long a cause is waited for before its session is asked whether it is still there.</summary>
    public TimeSpan CauseCheckInterval => options.HeadCheckInterval;

    /// <summary>Events to read at first, while their size is not known.</summary>
    public int FirstPageSize => Math.Min(FirstPage, options.PageSize);

    /// <summary>A page of the topic's past.</summary>
    public Task<EventPage> ReadAfter(long seq, int limit) => grains.Durable(Name).ReadAfter(seq, limit).AsTask();

    /// <summary>
    /// Events to read at a time where one takes so many bytes: what half an outbox holds. A page is held while a slow client takes it, so it must not be much more than what may wait.
    /// </summary>
    public int PageSizeFor(long meanBytes) => (int)Math.Clamp(options.OutboxBytes / 2 / Math.Max(meanBytes, 1), 1, options.PageSize);

    /// <summary>The topic's last <c>seq</c> as the journal has it, for when a grain answers less than is known: an activation that was overtaken answers what it remembers.</summary>
    public async Task<long> ConfirmHead()
    {
        try
        {
            return await grains.Durable(Name).ConfirmHead();
        }
        catch (TopicUnavailableException)
        {
            // It was overtaken and makes way.
            await Task.Delay(options.RepairDelay, clock);
            return await grains.Durable(Name).ConfirmHead();
        }
    }

    /// <summary>Whether the event that a cause names is gone: its session does not reach so far. False where the session does not answer.</summary>
    public async Task<bool> IsGone(Cause cause, CancellationToken cancellation)
    {
        try
        {
            return await grains.GetGrain<ISessionGrain>(cause.Session!).ConfirmHead().AsTask().WaitAsync(cancellation) < cause.Seq;
        }
        catch (Exception e) when (ErrorBoundary.IsOutage(e, cancellation))
        {
            LogHeadCheckFailed(Text, e.GetType().Name);
            return false;
        }
    }

    /// <summary>The whole graph, with the phases of its field where they can be had.</summary>
    public async Task<(GraphSnapshot Graph, PhaseFrame? Phases)> ReadSnapshot()
    {
        var graph = await grains.GetGrain<IConceptGraphGrain>(Name.Id).GetSnapshot();
        if (graph.Seq < Head && await ConfirmHead() > graph.Seq)
        {
            // An activation that was overtaken answered, and knows it by now: nobody is taken back behind what was delivered.
            graph = await grains.GetGrain<IConceptGraphGrain>(Name.Id).GetSnapshot();
        }

        return (graph, await grains.PhasesOf(graph));
    }

    /// <summary>
    /// Repeats a read until the cluster answers it: whoever waits here is promised the events, however long it takes. A fault is repeated too: if it is for good, the log says so again and again,
    /// while a topic that stopped would be silent for ever.
    /// </summary>
    public async Task<T> Patiently<T>(Func<Task<T>> read, CancellationToken cancellation)
    {
        for (var delay = FirstRetry; ; delay = delay < LastRetry ? delay * 2 : LastRetry)
        {
            try
            {
                return await read().WaitAsync(cancellation);
            }
            catch (Exception e) when (ErrorBoundary.IsOutage(e, cancellation))
            {
                LogRepairFailed(Text, e.GetType().Name);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                LogRepairFaulted(e, Text);
            }

            await Task.Delay(delay, clock, cancellation);
        }
    }

    /// <summary>Asks the topic's grain for its last <c>seq</c>: finds a lost tail, a stream that has gone silent, and a past that was put back.</summary>
    public async Task CheckHead()
    {
        try
        {
            await CompareHead();
        }
        catch (Exception e) when (ErrorBoundary.IsOutage(e))
        {
            // The next check is soon, and the cluster's return brings one by itself.
            LogHeadCheckFailed(Text, e.GetType().Name);
        }
        catch (Exception e)
        {
            // One topic's fault is not the end of the check, and of this process, for all others.
            LogHeadCheckFaulted(e, Text);
        }
    }

    private async Task CompareHead()
    {
        var known = Head;
        var arrived = Interlocked.Exchange(ref streamed, 0);
        var actual = await grains.Durable(Name).GetHead();
        if (known < seenAtLastCheck)
        {
            // Not at the first sight: what is only on its way would be overtaken by its own repair, and the answer's pieces by the answer. Full means that the
            // pump has work: the next check comes.
            inbox.Writer.TryWrite(new Input(null, seenAtLastCheck));
        }

        if (actual < known)
        {
            actual = await ConfirmHead();
            if (actual < known)
            {
                inbox.Writer.TryWrite(new Input(null, -1));
            }
        }

        var silent = arrived == 0 && headAtLastCheck >= 0 && known > headAtLastCheck;
        headAtLastCheck = known;
        seenAtLastCheck = actual;
        if (silent)
        {
            LogStreamRenewed(Text);
            await RenewStream();
        }
    }

    /// <summary>Begins the Orleans subscription anew: what the store of subscriptions knows of this one may be lost.</summary>
    public async Task RenewStream()
    {
        await UnsubscribeStream();
        await SubscribeStream();

        // What could not be given back, or was taken though the answer got lost, would bring every event to nobody for as long as this process lives.
        foreach (var other in await grains.Stream(Name).GetAllSubscriptionHandles())
        {
            if (other.HandleId != handle!.HandleId)
            {
                await other.UnsubscribeAsync();
            }
        }
    }

    /// <summary>Tells a subscription that the events after its place are gone, and puts it at the topic's present.</summary>
    public async Task LosePlace(Subscription subscription, CancellationToken cancellation)
    {
        var present = await Patiently(Present, cancellation);
        var (at, message) = Placing(present, subscription);
        await subscription.Subscriber.Outbox.Put(message.In(subscription.Subscriber.Codec), cancellation);
        subscription.Position = at;
        subscription.Told = at;
    }

    private async Task SubscribeStream() => handle = await grains.Stream(Name).SubscribeAsync((happened, _) =>
    {
        // All streams of this process share one pump in Orleans: only put, never wait.
        Interlocked.Increment(ref streamed);
        if (!inbox.Writer.TryWrite(new Input(happened, 0)))
        {
            instruments.OnInboxOverflowed();
        }

        return Task.CompletedTask;
    });

    private async Task UnsubscribeStream()
    {
        if (handle is not { } old)
        {
            return;
        }

        handle = null;
        try
        {
            await old.UnsubscribeAsync();
        }
        catch (Exception e) when (ErrorBoundary.IsOutage(e))
        {
            // Orleans drops a subscription whose consumer is gone when it next delivers to it.
            LogUpkeepFailed(Text, e.GetType().Name);
        }
    }

    /// <summary>Brings the head to <paramref name="target"/>, first by waiting a little for what may be on its way, then by reading. -1: the past was put back; begin at the present.</summary>
    private async Task Repair(long target, CancellationToken cancellation)
    {
        if (target < 0)
        {
            await Restart(cancellation);
            return;
        }

        if (head >= target)
        {
            return;
        }

        await Task.Delay(options.RepairDelay, clock, cancellation);
        HandOutEarly();
        var from = head;
        var attempts = 0;
        while (head < target)
        {
            var before = head;
            var page = await Patiently(() => ReadAfter(before, options.PageSize), cancellation);
            foreach (var happened in page.Events)
            {
                HandOut(happened);
            }

            if (head > before)
            {
                continue;
            }

            // A page that does not follow on the head is as good as none.
            if (page.First > head + 1 || page.Events.Count > 0 || (++attempts > 1 && await Patiently(ConfirmHead, cancellation) < target))
            {
                await Restart(cancellation);
                return;
            }

            await Task.Delay(FirstRetry, clock, cancellation);
        }

        if (head > from)
        {
            instruments.OnEventsRepaired(head - from);
            LogHoleRepaired(Text, from + 1, head);
        }
    }

    /// <summary>Hands out what came meanwhile and fills the hole, in order of <c>seq</c>.</summary>
    private void HandOutEarly()
    {
        while (held.Count < InboxCapacity && inbox.Reader.TryRead(out var input))
        {
            held.Enqueue(input);
        }

        foreach (var durable in held.Select(input => input.Event).OfType<DurableEvent>().OrderBy(happened => happened.Seq))
        {
            HandOut(durable);
        }
    }

    /// <summary>Events are gone for good: says so to everyone and goes on from the present.</summary>
    private async Task Restart(CancellationToken cancellation)
    {
        LogHistoryGone(Text, head);
        // Read once: all clients are put at the same place.
        var present = await Patiently(Present, cancellation);
        lock (gate)
        {
            head = present.Seq;
            recent.Clear();
            if (present.Graph is { } graph)
            {
                FollowAnew(graph);
            }

            foreach (var group in groups.Values)
            {
                group.Begin(present.Seq);
            }

            var messages = new Dictionary<(bool IsPlain, FilterGroup? Group), SharedMessage>();
            foreach (var subscription in live)
            {
                if (!messages.TryGetValue((subscription.IsPlain, subscription.Group), out var message))
                {
                    message = Placing(present, subscription).Message;
                    messages.Add((subscription.IsPlain, subscription.Group), message);
                }

                Put(subscription, message.In(subscription.Subscriber.Codec));
                subscription.Position = present.Seq;
                subscription.Told = present.Seq;
            }
        }
    }

    /// <summary>The topic as it is: its place, and a graph.</summary>
    private async Task<(long Seq, GraphSnapshot? Graph, PhaseFrame? Phases)> Present()
    {
        if (Name.Kind is TopicKind.Graph)
        {
            var (graph, phases) = await ReadSnapshot();
            return (graph.Seq, graph, phases);
        }

        return (await grains.Durable(Name).GetHead(), null, null);
    }

    /// <summary>The message that puts a client at the present, and its place: a neighbourhood is shown as this hub knows it.</summary>
    private (long Seq, SharedMessage Message) Placing((long Seq, GraphSnapshot? Graph, PhaseFrame? Phases) present, Subscription subscription)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var part = present.Graph is { } graph ? Part(subscription.Group, graph) : null;
        var seq = part?.Seq ?? present.Seq;
        return (seq, subscription.IsPlain && part is not null
            ? new SharedMessage(codec => codec.SnapshotUpdate(part, present.Phases, now))
            : new SharedMessage(codec => codec.Subscribed(Text, seq, recovered: false, filtered: subscription.Group is not null, part, present.Phases, now, correlation: null)));
    }
}
