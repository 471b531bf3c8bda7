using System.Threading.Channels;
using System.Threading.RateLimiting;

namespace Itori.Journal.Commits;

/// <summary>Writes on their way to one writer: first in, first out, bounded in bytes, and bounded again in who may wait for room.</summary>
internal sealed class CommitQueue<T> : IDisposable
    where T : PendingWrite
{
    private const int BytesPerUnit = 1_024;

    private readonly int _units;
    private readonly ConcurrencyLimiter _room;
    private readonly Channel<T> _channel;

    public CommitQueue(int maxBytes)
    {
        _units = Math.Max(1, maxBytes / BytesPerUnit);
        _room = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = _units,
            QueueLimit = _units,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });

        // Never full: every write in it holds at least one unit of room.
        _channel = Channel.CreateBounded<T>(new BoundedChannelOptions(_units) { SingleReader = true });
    }

    /// <summary>Waits for room, then queues. <paramref name="ct"/> withdraws the write until the writer claims it.</summary>
    public ValueTask<TResult> SubmitAsync<TWrite, TResult>(TWrite write, CancellationToken ct)
        where TWrite : PendingWrite<TResult>, T
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TResult>(ct);
        }

        var units = (int)Math.Clamp((write.Bytes + BytesPerUnit - 1) / BytesPerUnit, 1, _units);
        try
        {
            // There nearly always is room. Then nothing is awaited here: the write itself wakes who waits for it, a turn of the thread pool sooner.
            var room = _room.AcquireAsync(units, ct);
            return room.IsCompletedSuccessfully ? new(Queue<TWrite, TResult>(write, room.Result, ct)) : SubmitLaterAsync<TWrite, TResult>(write, room, ct);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<TResult>(e is ObjectDisposedException ? Closed(e) : e);
        }
    }

    /// <summary>Waits until there is something to take; false once the queue is closed and empty.</summary>
    public ValueTask<bool> WaitAsync() => _channel.Reader.WaitToReadAsync(CancellationToken.None);

    /// <summary>Fills <paramref name="batch"/> with claimed writes until it has enough of them or of bytes.</summary>
    public void Take(List<T> batch, int maxWrites, int maxBytes)
    {
        var bytes = batch.Sum(static w => w.Bytes);
        while (batch.Count < maxWrites && bytes < maxBytes && _channel.Reader.TryRead(out var write))
        {
            if (write.TryClaim())
            {
                batch.Add(write);
                bytes += write.Bytes;
            }
            else
            {
                write.Room?.Dispose();
            }
        }
    }

    /// <summary>No write is accepted any more; those queued can still be taken.</summary>
    public void Close() => _channel.Writer.TryComplete();

    /// <summary>Closes, and fails what is queued: its writer is gone.</summary>
    public void Abandon(Exception reason)
    {
        Close();
        while (_channel.Reader.TryRead(out var write))
        {
            if (write.TryClaim())
            {
                write.Fail(reason);
            }
            else
            {
                write.Room?.Dispose();
            }
        }
    }

    public void Dispose() => _room.Dispose();

    private async ValueTask<TResult> SubmitLaterAsync<TWrite, TResult>(TWrite write, ValueTask<RateLimitLease> room, CancellationToken ct)
        where TWrite : PendingWrite<TResult>, T
    {
        RateLimitLease lease;
        try
        {
            lease = await room.ConfigureAwait(false);
        }
        catch (ObjectDisposedException e)
        {
            throw Closed(e);
        }

        return await Queue<TWrite, TResult>(write, lease, ct).ConfigureAwait(false);
    }

    private Task<TResult> Queue<TWrite, TResult>(TWrite write, RateLimitLease lease, CancellationToken ct)
        where TWrite : PendingWrite<TResult>, T
    {
        if (!lease.IsAcquired)
        {
            throw new JournalUnavailableException("The journal is overloaded: its queue is full. Nothing was written.");
        }

        // Before it is in the queue: from then on it is the writer that ends both.
        write.Room = lease;
        write.Withdrawal = ct.UnsafeRegister(static (state, token) => ((PendingWrite)state!).TryCancel(token), write);
        if (!_channel.Writer.TryWrite(write))
        {
            write.Withdrawal.Unregister();
            lease.Dispose();
            throw Closed(null);
        }

        return write.Task;
    }

    private static JournalUnavailableException Closed(Exception? inner) => new("The journal is closed. Nothing was written.", inner);
}
