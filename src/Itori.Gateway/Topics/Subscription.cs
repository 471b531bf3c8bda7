using System.Runtime.CompilerServices;

using Itori.Contracts;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics.Filters;

namespace Itori.Gateway.Topics;

/// <summary>
/// One connection's watch over one topic. It begins at a place (<see cref="Position"/>), catches up by reading pages (never holding more than the outbox's bound), and when it meets
/// the hub's head becomes live, in one step, so that nothing is skipped or repeated.
/// </summary>
/// <remarks>
/// An effect never comes before its cause: a graph's subscription whose connection also watches the session of a delta's cause does not put the delta before the session's subscription
/// has put the message. Met while live, such a delta makes it step back to catching up, where it waits; nothing is queued for it meanwhile.
/// </remarks>
internal sealed class Subscription(TopicHub hub, Subscriber subscriber, bool plain, Progress progress, FilterSeat? seat) : IAsyncDisposable
{
    // What catching up needs is there only while it goes on, since most subscriptions are live most of the time. For the same reason there is no lock beside the object: nobody else takes it.
    private Task catchingUp = Task.CompletedTask;
    private CancellationTokenSource? stop;
    private int links;
    private int pageSize = hub.FirstPageSize;
    private volatile bool hasEnded;

    /// <summary>A cause that will never come. Boxed, since it is written by the catching-up and read under the hub's lock.</summary>
    private volatile StrongBox<Cause>? excused;

    /// <summary>The session, and how far it was, when a cause turned out to be gone: while it stands there, others are likely to be.</summary>
    private StrongBox<(string? Session, long Position)>? suspect;

    /// <summary>The topic.</summary>
    public TopicHub Hub => hub;

    /// <summary>The connection.</summary>
    public Subscriber Subscriber => subscriber;

    /// <summary>Whether it is told by <c>subscribed</c> when it lost its place; else by <c>concept_update</c> alone.</summary>
    public bool IsPlain => plain;

    /// <summary>How far it is, for the connection's other subscriptions.</summary>
    public Progress Progress => progress;

    /// <summary>
    /// The last <c>seq</c> that was put into the outbox. Owned by the catching-up until the subscription is live, by the hub (under its lock) from then on.
    /// </summary>
    public long Position
    {
        get => progress.Position;
        set => progress.Position = value;
    }

    /// <summary>Its place among those with the same filter; null where it wants everything.</summary>
    public FilterSeat? Seat => seat;

    /// <summary>Those with the same filter; null where it wants everything.</summary>
    public FilterGroup? Group => seat?.Group;

    /// <summary>
    /// The last <c>seq</c> that a filtered client knows of: all up to it was sent, or does not match and the client was told so. Owned as <see cref="Position"/> is.
    /// </summary>
    public long Told { get; set; }

    /// <summary>Whether it gets what the hub hands out. The hub's, under its lock.</summary>
    public bool IsLive { get; set; }

    /// <summary>Whether it is live but for durable events, which it comes for by itself. The hub's, under its lock.</summary>
    public bool IsSteppedBack { get; set; }

    /// <summary>Whether it is over.</summary>
    public bool HasEnded => hasEnded;

    /// <summary>Goes live from <see cref="Position"/> on; the task ends when it is.</summary>
    public Task Start() => Then(CatchUp);

    /// <summary>Sends the topic's state again, for a client that lost it; then goes on where it was.</summary>
    public void ShowAgain() => Then(Resend);

    /// <summary>Whether an event may not be put yet because its cause was not.</summary>
    public bool MustAwait(Cause cause) => cause.IsGiven && subscriber.Sessions.IsAhead(cause) && excused?.Value != cause;

    /// <summary>Leaves the durable events to the catching-up until a cause has come, or there is room again. Called under the hub's lock.</summary>
    public void StepBack()
    {
        IsSteppedBack = true;
        Then(CatchUp);
    }

    public async ValueTask DisposeAsync()
    {
        CancellationTokenSource? stopping;
        lock (this)
        {
            hasEnded = true;
            stopping = stop;
        }

        if (stopping is not null)
        {
            await stopping.CancelAsync();
        }

        progress.End();
        hub.Detach(this);

        // Detached and ended: it will not become live again, so nothing is added to the chain.
        await catchingUp;
        subscriber.Outbox.Forget(hub.Name);
        stopping?.Dispose();
    }

    private Task Then(Func<CancellationToken, Task> next)
    {
        lock (this)
        {
            if (!hasEnded)
            {
                stop ??= new CancellationTokenSource();
            }

            links++;
            return catchingUp = After(catchingUp, next, stop?.Token ?? new CancellationToken(canceled: true));
        }
    }

    private async Task After(Task before, Func<CancellationToken, Task> next, CancellationToken cancellation)
    {
        // Off the caller's thread: the caller is a read loop, a lane, or a hub that holds its lock.
        await Task.Yield();
        await before;
        await next(cancellation);
        lock (this)
        {
            // The last link: nothing of the chain is needed any more. (Of one that has ended, the disposal has the rest.)
            if (--links == 0 && !hasEnded)
            {
                catchingUp = Task.CompletedTask;
                stop?.Dispose();
                stop = null;
            }
        }
    }

    private async Task Resend(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return;
        }

        hub.Detach(this);
        try
        {
            // Detached first, asked then: the snapshot is at least as new as all that was delivered, so that it never takes a client back.
            if (hub.Name.Kind is TopicKind.Graph)
            {
                var (snapshot, phases) = await hub.Patiently(hub.ReadSnapshot, cancellation);
                await subscriber.Outbox.Put(subscriber.Codec.SnapshotUpdate(hub.Part(Group, snapshot), phases, hub.Clock.GetUtcNow().ToUnixTimeMilliseconds()), cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }

        await CatchUp(cancellation);
    }

    private async Task CatchUp(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await subscriber.Outbox.WaitForRoom(cancellation);
                switch (hub.TryAttach(this, out var cause))
                {
                    case AttachOutcome.Live or AttachOutcome.Ended:
                        return;
                    case AttachOutcome.Early:
                        await Await(cause, cancellation);
                        break;
                    case AttachOutcome.Behind:
                        await ReadPage(cancellation);
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Unsubscribed or disconnected.
        }
    }

    private async Task ReadPage(CancellationToken cancellation)
    {
        if (Group is { IsOfNeighbourhood: true })
        {
            // What a neighbourhood was then is not known any more.
            await hub.LosePlace(this, cancellation);
            return;
        }

        var from = Position;
        var page = await hub.Patiently(() => hub.ReadAfter(from, pageSize), cancellation);
        var bytes = 0L;
        foreach (var happened in page.Events)
        {
            var encoded = hub.Encode(happened);
            var message = (Group is { } group ? group.Past(happened, Told) : encoded.Message)?.In(subscriber.Codec);
            bytes += message?.Length ?? Codec.Estimate(happened);
            await Place(encoded, message, cancellation);
        }

        if (page.Events.Count > 0)
        {
            pageSize = hub.PageSizeFor(bytes / page.Events.Count);
        }

        if (Position != from)
        {
            return;
        }

        if (page.First > from + 1 || page.Events.Count > 0)
        {
            // What follows on its place is gone. (A page that begins elsewhere is as good as none: asking again would bring the same.)
            await hub.LosePlace(this, cancellation);
        }
        else
        {
            // The hub heard of an event that this read did not see: an activation that is about to go answered. Ask again soon.
            await Task.Delay(TimeSpan.FromMilliseconds(20), hub.Clock, cancellation);
        }
    }

    private async Task Place(Encoded happened, byte[]? message, CancellationToken cancellation)
    {
        while (true)
        {
            switch (hub.TryPlace(this, happened, message))
            {
                case PlaceOutcome.NoRoom:
                    await subscriber.Outbox.WaitForSpace(message!.Length, cancellation);
                    break;
                case PlaceOutcome.Early:
                    await Await(happened.Cause, cancellation);
                    break;
                default:
                    return;
            }
        }
    }

    /// <summary>
    /// Waits until the connection's subscription of the cause's session has put it, is over, or the session itself says that it does not reach so far. Asked twice, because one answer may
    /// come from an activation that had lost its place and did not know yet.
    /// </summary>
    private async Task Await(Cause cause, CancellationToken cancellation)
    {
        var gone = 0;
        while (subscriber.Sessions.Find(cause) is { } session)
        {
            var next = session.Next();
            if (session.Covers(cause.Seq))
            {
                return;
            }

            if (suspect?.Value != (cause.Session, session.Position))
            {
                try
                {
                    await next.WaitAsync(hub.CauseCheckInterval, hub.Clock, cancellation);
                    continue;
                }
                catch (TimeoutException)
                {
                    // It takes its time; or it does not come.
                }
            }

            var at = session.Position;
            gone = await hub.IsGone(cause, cancellation) ? gone + 1 : 0;
            if (gone > 1)
            {
                suspect = new StrongBox<(string?, long)>((cause.Session, at));
                excused = new StrongBox<Cause>(cause);
                return;
            }

            if (gone == 0)
            {
                suspect = null;
            }
        }
    }
}

/// <summary>How an attempt to go live ended.</summary>
internal enum AttachOutcome
{
    /// <summary>The subscription is live.</summary>
    Live,

    /// <summary>The connection's outbox must empty first.</summary>
    NoRoom,

    /// <summary>Events before the hub's head must be read first.</summary>
    Behind,

    /// <summary>The cause of the next event must come first.</summary>
    Early,

    /// <summary>The subscription is over.</summary>
    Ended,
}

/// <summary>How an attempt to put an event ended.</summary>
internal enum PlaceOutcome
{
    /// <summary>It is in the outbox.</summary>
    Placed,

    /// <summary>It does not follow on the subscription's place.</summary>
    NotNext,

    /// <summary>The connection's outbox must empty first.</summary>
    NoRoom,

    /// <summary>Its cause must come first.</summary>
    Early,
}
