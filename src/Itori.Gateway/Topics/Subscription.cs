using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>
/// One connection's watch over one topic. It begins at a place (<see cref="Position"/>), catches up by reading pages (never holding more than the outbox's bound), and when it meets
/// the hub's head becomes live, in one step, so that nothing is skipped or repeated.
/// </summary>
internal sealed class Subscription(TopicHub hub, Subscriber subscriber, bool plain, TimeProvider clock) : IAsyncDisposable
{
    private readonly CancellationTokenSource ended = new();
    private Task catchingUp = Task.CompletedTask;

    /// <summary>The topic.</summary>
    public TopicHub Hub => hub;

    /// <summary>The connection.</summary>
    public Subscriber Subscriber => subscriber;

    /// <summary>Whether it is told by <c>subscribed</c> when it lost its place; else by <c>concept_update</c> alone.</summary>
    public bool IsPlain => plain;

    /// <summary>
    /// The last <c>seq</c> that was put into the outbox. Owned by the catching-up until the subscription is live, by the hub (under its lock) from then on.
    /// </summary>
    public long Position { get; set; }

    /// <summary>Goes live from <paramref name="position"/> on; the task ends when it is.</summary>
    public Task Start(long position)
    {
        Position = position;
        return catchingUp = CatchUp(ended.Token);
    }

    /// <summary>Sends the topic's state again, for a client that lost it; then goes on where it was.</summary>
    public void ShowAgain()
    {
        var before = catchingUp;
        catchingUp = Resend(before, ended.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        hub.Detach(this);
        await catchingUp;
        hub.Detach(this);
        subscriber.Outbox.Forget(hub.Name);
        ended.Dispose();
    }

    private async Task Resend(Task before, CancellationToken cancellation)
    {
        await before;
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
                await subscriber.Outbox.Put(JsonCodec.SnapshotUpdate(snapshot, phases, clock.GetUtcNow().ToUnixTimeMilliseconds()), cancellation);
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
        // Off the caller's thread: the caller is a read loop or a lane.
        await Task.Yield();
        try
        {
            while (true)
            {
                await subscriber.Outbox.WaitForRoom(cancellation);
                switch (hub.TryAttach(this))
                {
                    case AttachOutcome.Live: return;
                    case AttachOutcome.NoRoom: continue;
                }

                await ReadPage(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Unsubscribed or disconnected.
        }
    }

    private async Task ReadPage(CancellationToken cancellation)
    {
        var page = await hub.Patiently(() => hub.ReadAfter(Position), cancellation);
        foreach (var happened in page.Events)
        {
            if (happened.Seq != Position + 1)
            {
                continue;
            }

            await subscriber.Outbox.Put(JsonCodec.Event(hub.Text, happened), cancellation);
            Position = happened.Seq;
        }

        if (page.Events.Count > 0)
        {
            return;
        }

        if (page.First > Position + 1)
        {
            await hub.LosePlace(this, cancellation);
        }
        else
        {
            // The hub heard of an event that this read did not see: an activation that is about to go answered. Ask again soon.
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellation);
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
}
