using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>A topic's latest durable events as they were sent, for those who come back soon. Bounded in bytes. Not safe for several threads.</summary>
internal sealed class RecentEvents(int maxBytes)
{
    private readonly Queue<Encoded> events = new();
    private long bytes;
    private long last;

    /// <summary>Adds the next event; one that does not follow on the last begins anew.</summary>
    public void Add(Encoded happened)
    {
        if (happened.Seq != last + 1)
        {
            Clear();
        }

        last = happened.Seq;
        events.Enqueue(happened);
        bytes += happened.Weight;
        while (bytes > maxBytes && events.TryDequeue(out var oldest))
        {
            bytes -= oldest.Weight;
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        events.Clear();
        bytes = 0;
    }

    /// <summary>The events after a place, if all of them are kept.</summary>
    public IEnumerable<Encoded>? After(long seq)
    {
        var first = last - events.Count + 1;
        return events.Count > 0 && seq + 1 >= first && seq <= last ? events.Skip((int)(seq + 1 - first)) : null;
    }

    /// <summary>A kept event in a format. It may be made only now: what it takes then counts from now on.</summary>
    public byte[] MessageOf(Encoded kept, Codec codec)
    {
        var before = kept.Weight;
        var message = kept.Message.In(codec);
        bytes += kept.Weight - before;
        return message;
    }
}

/// <summary>A durable event as it is sent, with what decides when it may be.</summary>
internal readonly record struct Encoded(DurableEvent Happened, Cause Cause, SharedMessage Message)
{
    /// <summary>
    /// One of many that a single command made at once, so that they say nothing about the pace of whoever gets them: a connection without room for it is not slow, and comes for it by itself.
    /// </summary>
    public bool IsOfBurst { get; init; }

    /// <summary>Its place.</summary>
    public long Seq => Happened.Seq;

    /// <summary>What it counts where bytes are bounded.</summary>
    public long Weight => Message.Bytes is > 0 and var made ? made : Codec.Estimate(Happened);
}
