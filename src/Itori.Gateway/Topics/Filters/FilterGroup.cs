using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics.Filters;

/// <summary>
/// The subscriptions of one topic in this gateway that have equal filters: what the filter makes of an event is computed once, and encoded once for each format, however many they are. The hub's, under its lock.
/// </summary>
internal sealed class FilterGroup : IDisposable
{
    /// <summary>How often those who got nothing are told how far the topic is.</summary>
    private static readonly TimeSpan TellingInterval = TimeSpan.FromSeconds(1);

    private readonly string topic;
    private readonly TimeProvider clock;
    private readonly RateGate? rate;
    private long at;
    private SharedMessage? current;
    private PhaseFrame? frame;
    private SharedMessage? frameMessage;
    private SharedMessage? offered;
    private bool isAdmitted;
    private long toldTime;

    /// <summary>Begins at <paramref name="told"/>, the topic's head. <paramref name="due"/> is called when what the rate held back may go.</summary>
    public FilterGroup(string topic, Filter filter, ConceptView? view, long told, TimeProvider clock, Action due)
    {
        this.topic = topic;
        this.clock = clock;
        Filter = filter;
        View = view;
        Told = told;
        toldTime = clock.GetTimestamp();
        rate = filter.MaxRate is { } perSecond ? new RateGate(perSecond, clock, due) : null;
    }

    public Filter Filter { get; }

    /// <summary>What of the graph is chosen, where concepts are chosen by their place in it, or their slots are wanted.</summary>
    public ConceptView? View { get; }

    /// <summary>How many subscriptions have it.</summary>
    public int Users { get; set; }

    /// <summary>The last <c>seq</c> that those who are live know of: events up to it were sent, or do not match.</summary>
    public long Told { get; private set; }

    /// <summary>Whether the events of the topic change with the graph around them, so that they cannot be told from the event alone.</summary>
    public bool IsOfNeighbourhood => Filter.Concepts is { Around: not null };

    public void Dispose() => rate?.Dispose();

    /// <summary>
    /// What is to be sent of the hub's next durable event; null: nothing. Sent or not, whoever gets it gets all that <see cref="Told"/> says. The same answer until the next event.
    /// </summary>
    public SharedMessage? Next(DurableEvent happened)
    {
        if (at == happened.Seq)
        {
            return current;
        }

        at = happened.Seq;
        var part = Filter.Wants(happened) ? Part(happened) : null;
        current = part is not null ? Message(part, Told) : null;
        if (current is null && clock.GetElapsedTime(toldTime) >= TellingInterval)
        {
            current = Progress(happened.Seq);
        }

        if (current is not null)
        {
            Told = happened.Seq;
            toldTime = clock.GetTimestamp();
        }

        return current;
    }

    /// <summary>What is to be sent of an event that was read or kept, to one who knows of the events up to <paramref name="told"/>; null: nothing.</summary>
    public SharedMessage? Past(DurableEvent happened, long told) => Filter.Wants(happened) && Part(happened) is { } part ? Message(part, told) : null;

    /// <summary>The same of what a view showed of a change.</summary>
    public SharedMessage? Past(ConceptView.Step step, long told) => step.Shown is { } shown && Filter.Wants(shown) ? Message(shown, told) : null;

    /// <summary>Says how far the topic is, where what came last was not sent.</summary>
    public SharedMessage Progress(long seq) => new(codec => codec.Progress(topic, seq, clock.GetUtcNow().ToUnixTimeMilliseconds()));

    /// <summary>The part of a frame; null where the frame's slots are numbered otherwise than the graph's: the next one will do.</summary>
    public SharedMessage? Part(PhaseFrame whole, SharedMessage message)
    {
        if (View is not { } view)
        {
            return message;
        }

        var slots = view.Slots;
        if (slots.Epoch != whole.Epoch)
        {
            return null;
        }

        if (!ReferenceEquals(frame, whole))
        {
            frame = whole;
            frameMessage = new SharedMessage(codec => codec.Part(topic, whole, slots.Slots));
        }

        return frameMessage;
    }

    /// <summary>
    /// Whether a message of which the latest wins is wanted and may go out now; if it comes too early it is held until it is due, or until a later one takes its place. The same answer until the next message.
    /// </summary>
    public bool Admits(SlotKey slot, SharedMessage message, string? exceptConnection)
    {
        if (offered != message)
        {
            offered = message;
            isAdmitted = Filter.Wants(slot.Type) && (rate is null || rate.Admits(slot, message, exceptConnection));
        }

        return isAdmitted;
    }

    /// <summary>All who are live were put at another place.</summary>
    public void Begin(long told) => (Told, at, current) = (told, 0, null);

    /// <summary>What was held and is due.</summary>
    public IEnumerable<RateGate.Held> Due() => rate?.Due() ?? [];

    private DurableEvent? Part(DurableEvent happened) => happened is not GraphDelta delta || Filter.Concepts is not { } choice
        ? happened
        : choice.Ids is { } ids ? ListedConcepts.Of(delta, ids) : View!.Shown(delta.Seq);

    private SharedMessage Message(DurableEvent part, long told) => new(codec => codec.Event(topic, part, told));
}
