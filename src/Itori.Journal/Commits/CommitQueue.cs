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
    public async ValueTask<TResult> SubmitAsync<TWrite, TResult>(TWrite write, CancellationToken ct)
        where TWrite : PendingWrite<TResult>, T
    {
        ct.ThrowIfCancellationRequested();
        var units = (int)Math.Clamp((write.Bytes + BytesPerUnit - 1) / BytesPerUnit, 1, _units);
        RateLimitLease lease;
        try
        {
            lease = await _room.AcquireAsync(units, ct).ConfigureAwait(false);
        }
        catch (ObjectDisposedException e)
        {
            throw Closed(e);
        }

        if (!lease.IsAcquired)
        {
            throw new JournalUnavailableException("The journal is overloaded: its queue is full. Nothing was written.");
        }

        write.Room = lease;
        if (!_channel.Writer.TryWrite(write))
        {
            lease.Dispose();
            throw Closed(null);
        }

        await using var withdrawal = ct.UnsafeRegister(static (state, token) => ((PendingWrite)state!).TryCancel(token), write).ConfigureAwait(false);
        return await write.Task.ConfigureAwait(false);
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

    private static JournalUnavailableException Closed(Exception? inner) => new("The journal is closed. Nothing was written.", inner);
}
