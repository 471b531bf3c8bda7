using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Connections;

/// <summary>
/// The one writer of a connection. It has no task of its own: whoever puts something into the outbox adds it to its flush loop, which calls <see cref="Flush"/>. A peer that takes no more
/// is left alone until it does.
/// </summary>
internal sealed class ConnectionWriter
{
    /// <summary>Whole buffers that one connection gets before the others' turn.</summary>
    private const int BuffersInTurn = 4;

    private readonly Outbox outbox;
    private readonly Outlet outlet;
    private readonly FlushLoop loop;
    private readonly Codec codec;
    private readonly GatewayInstruments instruments;
    private readonly TimeProvider clock;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long stuckSince;
    private int added;
    private volatile bool isStuck;
    private volatile bool hasMoved;

    public ConnectionWriter(Outbox outbox, Outlet outlet, FlushLoop loop, Codec codec, GatewayInstruments instruments, TimeProvider clock)
    {
        this.outbox = outbox;
        this.outlet = outlet;
        this.loop = loop;
        this.codec = codec;
        this.instruments = instruments;
        this.clock = clock;
        outbox.WakeBy(Wake);
    }

    /// <summary>Ends when the outbox is completed and all of it is sent, or fails with what made sending impossible.</summary>
    public Task Ended => ended.Task;

    /// <summary>The flush loop's link.</summary>
    public ConnectionWriter? Next { get; set; }

    /// <summary>How long the peer has taken nothing although something waits.</summary>
    public TimeSpan Stuck => isStuck ? clock.GetElapsedTime(Volatile.Read(ref stuckSince)) : TimeSpan.Zero;

    /// <summary>Whether the peer has made room, since the last call, for what it was slow to take. That is an answer: a ping lies behind all that waits before it.</summary>
    public bool TakeMoved()
    {
        var was = hasMoved;
        hasMoved = false;
        return was;
    }

    /// <summary>Sends what waits. The flush loop's.</summary>
    public void Flush(Span<byte> scratch)
    {
        // Before looking: what is put from here on adds the writer again.
        Interlocked.Exchange(ref added, 0);
        if (isStuck || ended.Task.IsCompleted)
        {
            return;
        }

        try
        {
            for (var i = 0; i < BuffersInTurn; i++)
            {
                var length = outbox.Fill(scratch, codec, out var isLast);
                if (length > 0 && !TrySend(scratch[..length]))
                {
                    return;
                }

                if (isLast)
                {
                    ended.TrySetResult();
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
            ended.TrySetException(e);
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

        Volatile.Write(ref stuckSince, clock.GetTimestamp());
        isStuck = true;
        _ = GoOn(pending);
        return false;
    }

    private async Task GoOn(Task<int> pending)
    {
        try
        {
            Advance(await pending);
            hasMoved = true;
        }
        catch (Exception e)
        {
            ended.TrySetException(e);
        }
        finally
        {
            isStuck = false;
            Wake();
        }
    }

    private void Advance(int sent)
    {
        var (messages, bytes) = outbox.Advance(sent);
        if (messages > 0)
        {
            instruments.OnMessagesSent(messages, bytes);
        }
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref added, 1) == 0)
        {
            loop.Add(this);
        }
    }
}
