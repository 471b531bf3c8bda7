namespace Itori.Gateway.Topics;

/// <summary>
/// How far one connection is in one topic: the last <c>seq</c> that was put into its outbox. Written by whoever puts (after it put), read by the connection's other subscriptions, which
/// may have to wait: a reader that sees a place knows that all up to it is in the outbox.
/// </summary>
internal sealed class Progress
{
    // Unknown until the subscription begins: whoever waits for this topic waits for that too.
    private long position = -1;
    private TaskCompletionSource? step;
    private volatile bool ended;

    /// <summary>The last <c>seq</c> that was put into the outbox.</summary>
    public long Position
    {
        get => Volatile.Read(ref position);
        set
        {
            // A full fence: the place is to be seen before the waiters are looked for, or one that comes between the two would sleep through it.
            Interlocked.Exchange(ref position, value);
            Wake();
        }
    }

    /// <summary>Whether an effect of event <paramref name="seq"/> may follow now: the event was put, or will never be because the topic is not watched any more.</summary>
    public bool Covers(long seq) => ended || Position >= seq;

    /// <summary>Ends with the next step; ask before looking at <see cref="Covers"/>.</summary>
    public Task Next()
    {
        if (Volatile.Read(ref step) is { } waiting)
        {
            return waiting.Task;
        }

        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref step, created, null) ?? created).Task;
    }

    /// <summary>The topic is not watched any more: nobody is to wait for it.</summary>
    public void End()
    {
        ended = true;
        Interlocked.MemoryBarrier();
        Wake();
    }

    private void Wake()
    {
        if (Volatile.Read(ref step) is not null)
        {
            Interlocked.Exchange(ref step, null)?.TrySetResult();
        }
    }
}
