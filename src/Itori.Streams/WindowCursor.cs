using Orleans.Streams;

namespace Itori.Streams;

/// <summary>One subscription's place in a stream. A move takes all events that wait, up to one batch; a cursor never fails and never waits.</summary>
internal sealed class WindowCursor : IQueueCacheCursor
{
    private readonly WindowedCache _cache;
    private readonly StreamWindow _window;
    private EventBatch? _current;
    private bool _busy;
    private bool _behind;
    private bool _disposed;

    public WindowCursor(WindowedCache cache, StreamWindow window, long position)
    {
        _cache = cache;
        _window = window;
        Position = position;
        window.Attach(this);
        OnAppended();
    }

    /// <summary>Number of the next event that this subscription is to get.</summary>
    public long Position { get; private set; }

    /// <summary>Called after the window has grown.</summary>
    public void OnAppended() => SetBusy(Position < _window.Next);

    public bool MoveNext()
    {
        if (_disposed)
        {
            return false;
        }

        if (Position < _window.First)
        {
            _cache.OnSubscriberBehind(_window.StreamId, _window.First - Position, isNew: !_behind);
            _behind = true;
            Position = _window.First;
        }

        if (Position == _window.Next)
        {
            _behind = false;
            _current = null;
            SetBusy(false);
            _cache.Trim(_window);
            return false;
        }

        var events = new List<object>((int)Math.Min(_window.Next - Position, _cache.MaxBatchSize));
        _current = new EventBatch(_window.StreamId, Position, events);
        while (events.Count < events.Capacity)
        {
            events.Add(_window[Position++]);
        }

        _cache.OnDelivered(events.Count);
        return true;
    }

    public IBatchContainer? GetCurrent(out Exception? exception)
    {
        exception = null;
        return _current;
    }

    /// <summary>Nothing to do: a cursor looks at its window when it moves.</summary>
    public void Refresh(StreamSequenceToken token)
    {
    }

    public void RecordDeliveryFailure() => _cache.OnDeliveryFailed(_current?.Events.Count ?? 0);

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _current = null;
            SetBusy(false);
            _window.Detach(this);
            _cache.Trim(_window);
        }
    }

    private void SetBusy(bool busy)
    {
        if (_busy != busy)
        {
            _busy = busy;
            _cache.OnBusyChanged(busy ? 1 : -1);
        }
    }
}
