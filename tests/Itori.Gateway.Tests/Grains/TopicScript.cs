using System.Collections.Concurrent;

using Itori.Contracts;

namespace Itori.Gateway.Tests.Grains;

/// <summary>
/// A durable topic as a test wants it: what is stored, what the stream loses, what fails. The cluster runs in the test's process, so a test and its grains share it.
/// </summary>
internal sealed class TopicScript
{
    private static readonly ConcurrentDictionary<string, TopicScript> All = new(StringComparer.Ordinal);

    private readonly Lock gate = new();
    private readonly List<DurableEvent> events = [];
    private readonly Dictionary<string, Receipt> done = new(StringComparer.Ordinal);
    private long first = 1;

    /// <summary>A past that is made as it is read, so that it takes no memory: how long it is, and its events. Nothing is added to it.</summary>
    public (long Count, Func<long, DurableEvent> Make)? Made { get; set; }

    /// <summary>Where every page begins that was to begin earlier, from the second read on; 0: nowhere.</summary>
    public long Cut { get; set; }

    /// <summary>Which stored events the stream does not bring.</summary>
    public Func<DurableEvent, bool> Loses { get; set; } = _ => false;

    /// <summary>What every call fails with.</summary>
    public Func<Exception?> Fails { get; set; } = () => null;

    /// <summary>The last event that the activation knows of, where it was overtaken; it finds out when its head is to be confirmed.</summary>
    public long? OvertakenAt { get; set; }

    /// <summary>The head as the activation answers it.</summary>
    public long Seen => Math.Min(OvertakenAt ?? long.MaxValue, Head);

    /// <summary>What a command is refused with.</summary>
    public Func<Refusal?> Refuses { get; set; } = () => null;

    /// <summary>What a command waits for.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>What messages that come together fail with.</summary>
    public Exception? FailsTogether { get; set; }

    /// <summary>How many messages came together, each time.</summary>
    public ConcurrentQueue<int> Together { get; } = [];

    /// <summary>How often the past was read.</summary>
    public int Reads { get; private set; }

    /// <summary>How often a command changed something.</summary>
    public int Applied { get; private set; }

    public long Head
    {
        get
        {
            lock (gate)
            {
                return Made?.Count ?? first - 1 + events.Count;
            }
        }
    }

    public static TopicScript Of(TopicName topic) => All.GetOrAdd(topic.ToString(), _ => new TopicScript());

    public T Append<T>(Func<long, T> make)
        where T : DurableEvent
    {
        lock (gate)
        {
            var happened = make(first + events.Count);
            events.Add(happened);
            Applied++;
            return happened;
        }
    }

    /// <summary>Forgets what is older than <paramref name="seq"/>.</summary>
    public void Trim(long seq)
    {
        lock (gate)
        {
            events.RemoveRange(0, (int)(seq - first));
            first = seq;
        }
    }

    /// <summary>Puts the topic back to an earlier time.</summary>
    public void PutBack(long head)
    {
        lock (gate)
        {
            events.RemoveRange((int)(head - first + 1), events.Count - (int)(head - first + 1));
        }
    }

    public IReadOnlyList<DurableEvent> Events()
    {
        lock (gate)
        {
            return [.. events];
        }
    }

    public bool TryDone(string? id, out Receipt? receipt)
    {
        receipt = null;
        lock (gate)
        {
            return id is not null && done.TryGetValue(id, out receipt);
        }
    }

    public Receipt Done(string? id, Receipt receipt)
    {
        lock (gate)
        {
            if (id is not null)
            {
                done[id] = receipt;
            }

            return receipt;
        }
    }

    /// <summary>The activation looks at the journal.</summary>
    public void MakesWay()
    {
        if (OvertakenAt is not null)
        {
            OvertakenAt = null;
            throw new TopicUnavailableException("Another activation has written.") { Superseded = true };
        }
    }

    public EventPage ReadAfter(long seq, int limit)
    {
        lock (gate)
        {
            Reads++;
            if (Made is var (count, make))
            {
                var made = Enumerable.Range(1, (int)Math.Clamp(count - seq, 0, limit)).Select(n => make(seq + n)).ToArray();
                return new EventPage { Events = made, Head = count, First = 1, More = seq + made.Length < count };
            }

            var head = Seen;
            if (Cut > seq && Reads > 1)
            {
                seq = Cut - 1;
            }

            IReadOnlyList<DurableEvent> page = seq + 1 < first ? [] : [.. events.Skip((int)(seq + 1 - first)).Take(limit).Where(happened => happened.Seq <= head)];
            return new EventPage { Events = page, Head = head, First = first, More = page.Count > 0 && page[^1].Seq < head };
        }
    }

    public EventPage ReadBefore(long? before, int limit)
    {
        lock (gate)
        {
            var head = first - 1 + events.Count;
            var older = events.Where(happened => before is null || happened.Seq < before).ToList();
            var page = older.Skip(Math.Max(0, older.Count - limit)).ToList();
            return new EventPage { Events = page, Head = head, First = first, More = page.Count < older.Count };
        }
    }
}
