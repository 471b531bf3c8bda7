namespace Itori.Streams;

/// <summary>
/// The recent events of one stream in a ring, and the cursors that read them. Keeps what a cursor still needs, up to a bound, and
/// a short tail for subscribers that are joining. Not thread-safe: it belongs to one agent.
/// </summary>
/// <param name="streamId">The stream.</param>
/// <param name="firstSequence">Number of its first event here; numbers of one stream have no holes and never go back.</param>
internal sealed class StreamWindow(StreamId streamId, long firstSequence)
{
    private const int SmallestRing = 8;

    private readonly List<WindowCursor> _cursors = [];
    private object?[] _ring = [];

    public StreamId StreamId { get; } = streamId;

    /// <summary>Number of the oldest event held.</summary>
    public long First { get; private set; } = firstSequence;

    /// <summary>Number that the next event will get.</summary>
    public long Next { get; private set; } = firstSequence;

    public int Count => (int)(Next - First);

    /// <summary>When the last event came, in the ticks of the cache's clock.</summary>
    public long LastActivity { get; set; }

    public IReadOnlyList<WindowCursor> Cursors => _cursors;

    public void Attach(WindowCursor cursor) => _cursors.Add(cursor);

    public void Detach(WindowCursor cursor) => _cursors.Remove(cursor);

    public object this[long sequence] => _ring[sequence % _ring.Length]!;

    /// <summary>Adds an event and makes room for it within <paramref name="limit"/>: first from what nobody needs, then from the oldest.</summary>
    /// <remarks>Without a cursor all may be needed: an agent attaches the first one only after it has read a stream's first events.</remarks>
    public void Append(object item, int limit)
    {
        if (Count >= Math.Min(_ring.Length, limit))
        {
            if (_cursors.Count > 0)
            {
                Trim();
            }

            if (Count >= limit)
            {
                DropBefore(Next - limit + 1);
            }
            else if (Count == _ring.Length)
            {
                Grow(limit);
            }
        }

        _ring[Next % _ring.Length] = item;
        Next++;
    }

    /// <summary>Lets go of events that every cursor has passed, except for the tail.</summary>
    public void Trim()
    {
        var needed = Next - ItoriStreamOptions.TailPerStream;
        foreach (var cursor in _cursors)
        {
            needed = Math.Min(needed, cursor.Position);
        }

        DropBefore(needed);
    }

    /// <summary>Lets go of everything, ring included. Cursors that had not read it all find themselves behind.</summary>
    public void Clear()
    {
        First = Next;
        _ring = [];
    }

    private void DropBefore(long sequence)
    {
        for (; First < sequence; First++)
        {
            _ring[First % _ring.Length] = null;
        }
    }

    private void Grow(int limit)
    {
        var larger = new object?[Math.Min(limit, Math.Max(SmallestRing, _ring.Length * 2))];
        for (var sequence = First; sequence < Next; sequence++)
        {
            larger[sequence % larger.Length] = _ring[sequence % _ring.Length];
        }

        _ring = larger;
    }
}
