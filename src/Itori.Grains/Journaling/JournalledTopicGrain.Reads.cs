using Itori.Contracts;
using Itori.Journal;

namespace Itori.Grains.Journaling;

/// <summary>The topic's past: the latest of it from memory, the rest from the journal.</summary>
internal abstract partial class JournalledTopicGrain
{
    private const int MaxPage = 1000;

    private long firstKept = 1;

    public ValueTask<long> GetHead() => new(tail.Head);

    public async ValueTask<long> ConfirmHead()
    {
        long stored;
        try
        {
            stored = (await journal.ReadHeadAsync(JournalStream, Lifetime)).Seq;
        }
        catch (JournalException e) when (e.IsTransient)
        {
            throw Unreadable();
        }

        if (stored > seq)
        {
            // Others wrote; what this one has not decided itself it cannot have.
            MakeWay();
            throw fault!;
        }

        // What was decided here but is not known to be stored may be in the journal from this one's write or in its place from another's: the write's end tells. And one that failed answers no more.
        await WhenStored(stored);
        return tail.Head;
    }

    public async ValueTask<EventPage> ReadAfter(long seq, int limit)
    {
        var after = Math.Max(seq, 0);
        if (after < firstKept - 1)
        {
            return NothingLeft();
        }

        var events = tail.TryRead(after, Page(limit)) ?? await ReadStored(after, Page(limit));
        if (events.Length > 0 && events[0].Seq != after + 1)
        {
            // Removed by a later activation, which this one has not heard of.
            firstKept = events[0].Seq;
            return NothingLeft();
        }

        var last = events.Length > 0 ? events[^1].Seq : after;
        return new EventPage { Events = Shown(events), Head = tail.Head, First = firstKept, More = events.Length > 0 && last < tail.Head };
    }

    public async ValueTask<EventPage> ReadBefore(long? before, int limit)
    {
        var end = Math.Clamp(before ?? long.MaxValue, 1, tail.Head + 1);
        var after = Math.Max(end - 1 - Page(limit), firstKept - 1);
        var count = (int)Math.Max(0, end - 1 - after);
        var events = count == 0 ? [] : tail.TryRead(after, count) ?? await ReadStored(after, count);
        return new EventPage { Events = Shown(events), Head = tail.Head, First = firstKept, More = events.Length > 0 && events[0].Seq > firstKept };
    }

    /// <summary>The events as readers may see them.</summary>
    protected virtual DurableEvent[] Shown(DurableEvent[] events) => events;

    /// <summary>The oldest <c>seq</c> that is kept.</summary>
    protected long FirstKept => firstKept;

    private static int Page(int limit) => Math.Clamp(limit, 1, MaxPage);

    private EventPage NothingLeft() => new() { Events = Array.Empty<DurableEvent>(), Head = tail.Head, First = firstKept, More = false };

    private async Task<DurableEvent[]> ReadStored(long after, int limit)
    {
        try
        {
            // A page also ends at a number of bytes, so it may be shorter than was asked for.
            var records = await journal.ReadPageAsync(JournalStream, after, limit, Lifetime);
            return [.. records.Where(record => record.Seq <= tail.Head).Select(record => EventCodec.Decode(JournalStream, record))];
        }
        catch (JournalException e) when (e.IsTransient)
        {
            throw Unreadable();
        }
    }
}
