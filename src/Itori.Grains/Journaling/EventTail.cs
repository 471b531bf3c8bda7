using Itori.Contracts;

namespace Itori.Grains.Journaling;

/// <summary>The last stored events of a topic, in memory: nearly every repair and every resume after a short absence is answered from here.</summary>
internal sealed class EventTail(int capacity)
{
    private readonly Queue<DurableEvent> events = new();

    /// <summary>The last stored <c>seq</c>.</summary>
    public long Head { get; private set; }

    /// <summary>The oldest <c>seq</c> in memory; <c>Head + 1</c> where there is none.</summary>
    public long First => Head - events.Count + 1;

    public void Reset(long head)
    {
        events.Clear();
        Head = head;
    }

    public void Add(DurableEvent e)
    {
        if (e.Seq != Head + 1)
        {
            throw new InvalidOperationException($"Event {e.Seq} does not follow {Head}.");
        }

        events.Enqueue(e);
        Head = e.Seq;
        if (events.Count > capacity)
        {
            events.Dequeue();
        }
    }

    /// <summary>Events in (after, after + limit], if all of them are in memory; else null.</summary>
    public DurableEvent[]? TryRead(long after, int limit)
    {
        if (after < First - 1)
        {
            return null;
        }

        return [.. events.Skip((int)Math.Min(after - (First - 1), events.Count)).Take(limit)];
    }
}
