using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Itori.Streams;

/// <summary>
/// What one agent has read and its subscribers have not all acknowledged: a window per stream, so that no stream waits for another one's
/// subscribers. It never reports pressure; at a bound it forgets the oldest events. Used from its agent's scheduler only, except
/// for <see cref="IsDrained"/>.
/// </summary>
internal sealed partial class WindowedCache : IQueueCache
{
    private readonly SiloQueue _queue;
    private readonly ItoriStreamOptions _options;
    private readonly StreamsInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<StreamId, StreamWindow> _windows = [];
    private long _appended;
    private long _lastSweep;
    private int _busyCursors;

    public WindowedCache(
        SiloQueue queue, ItoriStreamOptions options, StreamsInstruments instruments, TimeProvider time, ILogger<WindowedCache> logger)
    {
        _queue = queue;
        _options = options;
        _instruments = instruments;
        _time = time;
        _logger = logger;
        _lastSweep = time.GetTimestamp();
    }

    public int MaxBatchSize => _options.MaxBatchSize;

    /// <summary>Events held, over all streams.</summary>
    public int Count { get; private set; }

    /// <summary>Streams in memory.</summary>
    public int StreamCount => _windows.Count;

    /// <summary>Whether every subscription has acknowledged all there is. May be read from any thread.</summary>
    public bool IsDrained => Volatile.Read(ref _busyCursors) == 0;

    public int GetMaxAddCount() => QueueAdapterConstants.UNLIMITED_GET_QUEUE_MSG;

    public bool IsUnderPressure() => false;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        var now = _time.GetTimestamp();
        var events = 0;
        foreach (var message in messages)
        {
            var batch = (EventBatch)message;
            var window = WindowOf(batch.StreamId);
            if (window.Cursors.Count == 0)
            {
                Trim(window); // of what came earlier; nobody has asked for it
            }

            batch.FirstSequence = window.Next;
            Append(window, batch.Events);
            window.LastActivity = now;
            events += batch.Events.Count;
        }

        _queue.OnSettled(events);
    }

    /// <summary>Called by the agent before each read: forgets idle streams from time to time. Nothing has to be acknowledged to a queue in memory.</summary>
    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        purgedItems = [];
        if (_time.GetElapsedTime(_lastSweep) >= _options.StreamIdleTime / 4)
        {
            Sweep();
        }

        return false;
    }

    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        var window = WindowOf(streamId);
        var position = token is null ? window.Next : Math.Clamp(token.SequenceNumber, window.First, window.Next);
        return new WindowCursor(this, window, position);
    }

    public void Trim(StreamWindow window)
    {
        var before = window.Count;
        window.Trim();
        OnCountChanged(window.Count - before);
    }

    public void OnBusyChanged(int change) => Volatile.Write(ref _busyCursors, _busyCursors + change);

    public void OnDelivered(int events) => _instruments.OnDelivered(events);

    public void OnDeliveryFailed(int events) => _instruments.OnDeliveryFailed(events);

    public void OnSubscriberBehind(StreamId stream, long events, bool isNew)
    {
        _instruments.OnSubscriberBehind(events);
        if (isNew)
        {
            LogSubscriberBehind(stream, events, _options.WindowPerStream);
        }
    }

    private void Append(StreamWindow window, List<object> events)
    {
        var held = Count;
        foreach (var item in events)
        {
            var before = window.Count;
            window.Append(item, Count < _options.CacheCapacity ? _options.WindowPerStream : ItoriStreamOptions.TailPerStream);
            Count += window.Count - before;
        }

        _appended += events.Count;
        _instruments.OnCachedChanged(Count - held);
        foreach (var cursor in window.Cursors)
        {
            cursor.OnAppended();
        }
    }

    private StreamWindow WindowOf(StreamId streamId)
    {
        if (!_windows.TryGetValue(streamId, out var window))
        {
            // Numbered from all events so far, so that a stream that left memory and comes back goes on above its old numbers.
            window = new StreamWindow(streamId, _appended) { LastActivity = _time.GetTimestamp() };
            _windows.Add(streamId, window);
        }

        return window;
    }

    private void Sweep()
    {
        _lastSweep = _time.GetTimestamp();
        foreach (var (stream, window) in _windows)
        {
            if (_time.GetElapsedTime(window.LastActivity) < _options.StreamIdleTime)
            {
                continue;
            }

            if (window.Cursors.Count == 0)
            {
                _windows.Remove(stream);
            }
            else if (window.Cursors.Any(cursor => cursor.Position < window.Next))
            {
                continue;
            }

            OnCountChanged(-window.Count);
            window.Clear();
        }
    }

    private void OnCountChanged(int change)
    {
        if (change != 0)
        {
            Count += change;
            _instruments.OnCachedChanged(change);
        }
    }
}
