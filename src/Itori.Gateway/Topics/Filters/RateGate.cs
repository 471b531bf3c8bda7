using Itori.Gateway.Connections;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics.Filters;

/// <summary>Lets messages of which the latest wins pass at a bounded rate, each slot for itself: one that comes too early is held, and goes out when its time has come unless a later one took its place. Not safe for several threads.</summary>
internal sealed class RateGate : IDisposable
{
    /// <summary>Slots that are remembered at a time. Beyond it (very many cursors) a message passes as it comes.</summary>
    private const int MaxSlots = 512;

    private readonly Dictionary<SlotKey, State> slots = [];
    private readonly TimeSpan interval;
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private bool isArmed;

    /// <summary>Lets so many a second pass in each slot. <paramref name="due"/> is called on another thread when something that was held may go.</summary>
    public RateGate(double perSecond, TimeProvider clock, Action due)
    {
        interval = TimeSpan.FromSeconds(1 / perSecond);
        this.clock = clock;
        timer = clock.CreateTimer(_ => due(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();

    /// <summary>Whether a message may go now; else it is held.</summary>
    public bool Admits(SlotKey slot, SharedMessage message, string? exceptConnection)
    {
        var now = clock.GetTimestamp();
        if (!slots.TryGetValue(slot, out var state))
        {
            if (slots.Count < MaxSlots || Forget(now))
            {
                slots[slot] = new State(now, null);
            }

            return true;
        }

        var wait = interval - clock.GetElapsedTime(state.Sent, now);
        if (wait <= TimeSpan.Zero)
        {
            slots[slot] = new State(now, null);
            return true;
        }

        slots[slot] = state with { Held = new Held(slot, message, exceptConnection) };
        Arm(wait);
        return false;
    }

    /// <summary>What was held and may go now.</summary>
    public IReadOnlyList<Held> Due()
    {
        var now = clock.GetTimestamp();
        var due = new List<Held>();
        var next = Timeout.InfiniteTimeSpan;
        foreach (var (slot, state) in slots)
        {
            if (state.Held is not { } held)
            {
                continue;
            }

            var wait = interval - clock.GetElapsedTime(state.Sent, now);
            if (wait <= TimeSpan.Zero)
            {
                due.Add(held);
                slots[slot] = new State(now, null);
            }
            else if (next == Timeout.InfiniteTimeSpan || wait < next)
            {
                next = wait;
            }
        }

        isArmed = false;
        if (next != Timeout.InfiniteTimeSpan)
        {
            Arm(next);
        }

        return due;
    }

    private void Arm(TimeSpan wait)
    {
        if (!isArmed)
        {
            // A timer counts in whole milliseconds and would else come too early by a part of one.
            isArmed = true;
            timer.Change(wait + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Forgets the slots whose time is over. Whether there is room.</summary>
    private bool Forget(long now)
    {
        foreach (var (slot, state) in slots)
        {
            if (state.Held is null && clock.GetElapsedTime(state.Sent, now) >= interval)
            {
                slots.Remove(slot);
            }
        }

        return slots.Count < MaxSlots;
    }

    /// <summary>A message that waits for its time.</summary>
    internal sealed record Held(SlotKey Slot, SharedMessage Message, string? ExceptConnection);

    private readonly record struct State(long Sent, Held? Held);
}
