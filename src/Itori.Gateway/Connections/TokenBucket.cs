namespace Itori.Gateway.Connections;

/// <summary>What is left of how much may be sent. Used by one thread at a time, in place: the rate is the same for all connections, and they do not keep it each for itself.</summary>
internal struct TokenBucket(double burst, TimeProvider clock)
{
    private double tokens = burst;
    private long filledAt = clock.GetTimestamp();

    /// <summary>Takes so many, at most a burst. False: fewer are left; <paramref name="wait"/> is when they are there.</summary>
    /// <param name="count">How many.</param>
    /// <param name="perSecond">How many a second are there for long.</param>
    /// <param name="burst">How many at once.</param>
    /// <param name="clock">The time.</param>
    /// <param name="wait">When so many are there.</param>
    public bool TryTake(int count, double perSecond, double burst, TimeProvider clock, out TimeSpan wait)
    {
        var now = clock.GetTimestamp();
        tokens = Math.Min(burst, tokens + (clock.GetElapsedTime(filledAt, now).TotalSeconds * perSecond));
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
