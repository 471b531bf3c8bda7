namespace Itori.Gateway.Connections;

/// <summary>
/// The one writer of a connection. It has no task of its own: whoever puts something into the outbox adds it to its flush loop, which calls <see cref="Flush"/>. A peer that takes no more
/// is left alone until it does.
/// </summary>
internal sealed class ConnectionWriter
{
    /// <summary>Whole buffers that one connection gets before the others' turn.</summary>
    private const int BuffersInTurn = 4;

    /// <summary>The end without a failure.</summary>
    private static readonly Exception Sent = new InvalidOperationException("All is sent.");

    private readonly ClientConnection owner;
    private readonly Outbox outbox;
    private readonly Outlet outlet;
    private readonly FlushLoop loop;
    private TaskCompletionSource? ended;
    private Exception? failure;
    private int added;
    private int isOver;
    private volatile bool isStuck;

    public ConnectionWriter(ClientConnection owner, Outlet outlet, FlushLoop loop)
    {
        this.owner = owner;
        this.outlet = outlet;
        this.loop = loop;
        outbox = owner.Outbox;
        outbox.SendBy(this);
    }

    /// <summary>Ends when the outbox is completed and all of it is sent, or fails with what made sending impossible. Made for whoever asks, at the connection's end.</summary>
    public Task Ended
    {
        get
        {
            // Shown first, looked then: one that is over meanwhile either sees it or is seen.
            var waiting = Volatile.Read(ref ended);
            if (waiting is null)
            {
                var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting = Interlocked.CompareExchange(ref ended, made, null) ?? made;
            }

            if (Volatile.Read(ref isOver) == 1)
            {
                Tell(waiting);
            }

            return waiting.Task;
        }
    }

    /// <summary>The flush loop's link.</summary>
    public ConnectionWriter? Next { get; set; }

    /// <summary>Says that there is something to send. Any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref added, 1) == 0)
        {
            loop.Add(this);
        }
    }

    /// <summary>Sends what waits. The flush loop's.</summary>
    public void Flush(Span<byte> scratch)
    {
        // Before looking: what is put from here on adds the writer again.
        Interlocked.Exchange(ref added, 0);
        if (isStuck || Volatile.Read(ref isOver) == 1)
        {
            return;
        }

        try
        {
            for (var i = 0; i < BuffersInTurn; i++)
            {
                var length = outbox.Fill(scratch, owner.Codec, out var isLast);
                if (length > 0 && !TrySend(scratch[..length]))
                {
                    return;
                }

                if (isLast)
                {
                    End(null);
                    return;
                }

                if (length < scratch.Length)
                {
                    return;
                }
            }

            Wake();
        }
        catch (Exception e)
        {
            // Whatever it is, it is this connection's alone: the others of the loop must not notice. Its owner sees it.
            End(e);
        }
    }

    /// <summary>Sends a last frame by itself, after <see cref="Ended"/>.</summary>
    public async Task SendLast(ReadOnlyMemory<byte> frame)
    {
        while (frame.Length > 0)
        {
            var sent = outlet.Send(frame.Span, out var pending);
            frame = frame[(sent + (pending is null ? 0 : await pending))..];
        }
    }

    private bool TrySend(ReadOnlySpan<byte> bytes)
    {
        var sent = outlet.Send(bytes, out var pending);
        Advance(sent);
        if (pending is null)
        {
            return true;
        }

        owner.OnStuck();
        isStuck = true;
        _ = GoOn(pending);
        return false;
    }

    private async Task GoOn(Task<int> pending)
    {
        try
        {
            Advance(await pending);

            // That is an answer: a ping lies behind all that waits before it.
            owner.OnHeard();
        }
        catch (Exception e)
        {
            End(e);
        }
        finally
        {
            owner.OnMoved();
            isStuck = false;
            Wake();
        }
    }

    private void Advance(int sent)
    {
        var (messages, bytes) = outbox.Advance(sent);
        if (messages > 0)
        {
            owner.Instruments.OnMessagesSent(messages, bytes);
        }
    }

    /// <summary>Only the first call counts.</summary>
    private void End(Exception? why)
    {
        if (Interlocked.CompareExchange(ref failure, why ?? Sent, null) is not null)
        {
            return;
        }

        Interlocked.Exchange(ref isOver, 1);
        if (Volatile.Read(ref ended) is { } waiting)
        {
            Tell(waiting);
        }

        owner.Conclude();
    }

    private void Tell(TaskCompletionSource waiting)
    {
        if (failure == Sent)
        {
            waiting.TrySetResult();
        }
        else
        {
            waiting.TrySetException(failure!);
        }
    }
}
