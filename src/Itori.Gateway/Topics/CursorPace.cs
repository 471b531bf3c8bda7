using Itori.Gateway.Hosting;

namespace Itori.Gateway.Topics;

/// <summary>
/// How often each cursor of a topic is passed on. Where m of n people move theirs, each message goes to all n: at the least interval a crowd would send with the square of its size. So the interval grows
/// until all gateways together deliver no more than <see cref="GatewayOptions.CursorDeliveries"/> a second.
/// </summary>
internal sealed class CursorPace(GatewayOptions options, TimeProvider clock)
{
    /// <summary>Over this long movers are counted. Also the longest interval, so that whoever moves is counted in each.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly HashSet<string> moving = new(StringComparer.Ordinal);
    private long began = clock.GetTimestamp();
    private int movedBefore;

    /// <summary>A connection's cursor moved; over any gateway.</summary>
    public void Moved(string connectionId)
    {
        lock (gate)
        {
            Turn();
            moving.Add(connectionId);
        }
    }

    /// <summary>The time between two cursors of one connection, where so many people would see them.</summary>
    public TimeSpan Interval(int watching)
    {
        lock (gate)
        {
            Turn();
            var crowded = TimeSpan.FromSeconds(Math.Min((double)Math.Max(moving.Count, movedBefore) * watching / options.CursorDeliveries, Window.TotalSeconds));
            return crowded > options.CursorInterval ? crowded : options.CursorInterval;
        }
    }

    private void Turn()
    {
        var age = clock.GetElapsedTime(began);
        if (age < Window)
        {
            return;
        }

        movedBefore = age < 2 * Window ? moving.Count : 0;
        moving.Clear();
        began = clock.GetTimestamp();
    }
}
