namespace Itori.Gateway.Connections;

/// <summary>How much a connection may send: <paramref name="burst"/> at once, <paramref name="perSecond"/> for long. Used by one thread at a time.</summary>
internal sealed class TokenBucket(double perSecond, double burst, TimeProvider clock)
{
    private readonly double most = burst;
    private double tokens = burst;
    private long filledAt = clock.GetTimestamp();

    /// <summary>Takes one. False: none is left; <paramref name="wait"/> is when the next one is there.</summary>
    public bool TryTake(out TimeSpan wait) => TryTake(1, out wait);

    /// <summary>Takes so many, at most a burst. False: fewer are left; <paramref name="wait"/> is when they are there.</summary>
    public bool TryTake(int count, out TimeSpan wait)
    {
        var now = clock.GetTimestamp();
        tokens = Math.Min(most, tokens + (clock.GetElapsedTime(filledAt, now).TotalSeconds * perSecond));
        filledAt = now;
        if (tokens >= count)
        {
            tokens -= count;
            wait = TimeSpan.Zero;
            return true;
        }

        wait = TimeSpan.FromSeconds((count - tokens) / perSecond);
        return false;
    }
}
