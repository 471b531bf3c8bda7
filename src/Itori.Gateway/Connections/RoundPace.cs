using System.Diagnostics;

namespace Itori.Gateway.Connections;

/// <summary>
/// When a flush loop rests between its rounds. Where senders and what makes the events share a processor, a loop that is always at it would send every single event to a thousand connections and leave no time to make the
/// next; so after some long rounds without a gap it waits a little before each, and several events come together and go out in one <c>send</c>. Times are of <see cref="Stopwatch.GetTimestamp"/>.
/// </summary>
internal struct RoundPace
{
    /// <summary>Long rounds, each with something waiting at its end, after which it rests. One or two are what a hiccup leaves and are made up for.</summary>
    private const int RoundsWithoutRest = 3;

    /// <summary>A round that takes less is not worth a rest.</summary>
    private static readonly TimeSpan ShortRound = TimeSpan.FromMilliseconds(1);

    /// <summary>However long a round took.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(10);

    private long began;
    private long ended;
    private TimeSpan took;
    private int longInARow;

    /// <summary>The last round was long.</summary>
    public readonly bool WasLong => took >= ShortRound;

    /// <summary>A round begins.</summary>
    public void Begin(long now) => began = now;

    /// <summary>All who were in the round have been served.</summary>
    public void End(long now)
    {
        ended = now;
        took = Stopwatch.GetElapsedTime(began, now);
        longInARow += WasLong ? 1 : 0;
    }

    /// <summary>Nothing waits.</summary>
    public void Gap() => longInARow = 0;

    /// <summary>How long the next round has to wait: until half the time of the last has passed; zero or less: not at all.</summary>
    public readonly TimeSpan Rest(long now)
    {
        if (!WasLong || longInARow < RoundsWithoutRest)
        {
            return TimeSpan.Zero;
        }

        var rest = took / 2 < LongestRest ? took / 2 : LongestRest;
        return rest - Stopwatch.GetElapsedTime(ended, now);
    }
}
