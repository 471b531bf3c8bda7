using System.Threading.Channels;
using Orleans.Streams;

namespace Itori.Streams;

/// <summary>
/// One bounded queue of this silo: its grains write, one agent of the same silo reads. It lives as long as its publishers do, so
/// losing the silo loses nothing that others could still have needed from it.
/// </summary>
internal sealed class SiloQueue
{
    private readonly Channel<QueuedEvent> _channel;
    private readonly StreamsInstruments _instruments;
    private long _enqueued;
    private long _lost;
    private long _settled;

    public SiloQueue(QueueId id, int capacity, StreamsInstruments instruments)
    {
        Id = id;
        _instruments = instruments;
        _channel = Channel.CreateBounded<QueuedEvent>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            OnDropped);
    }

    public QueueId Id { get; }

    public ChannelReader<QueuedEvent> Reader => _channel.Reader;

    /// <summary>Whether every event that was ever enqueued is in the cache or lost.</summary>
    public bool IsEmpty => Interlocked.Read(ref _enqueued) <= Interlocked.Read(ref _settled) + Interlocked.Read(ref _lost);

    public void Enqueue(StreamId stream, object item)
    {
        Interlocked.Increment(ref _enqueued);
        _channel.Writer.TryWrite(new QueuedEvent(stream, item));
    }

    /// <summary>Called when events that were read have reached the cache.</summary>
    public void OnSettled(int events) => Interlocked.Add(ref _settled, events);

    private void OnDropped(QueuedEvent dropped)
    {
        Interlocked.Increment(ref _lost);
        _instruments.OnQueueFull();
    }
}

internal readonly record struct QueuedEvent(StreamId Stream, object Item);
