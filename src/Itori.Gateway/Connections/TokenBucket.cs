namespace Itori.Gateway.Connections;

/// <summary>How many messages a connection may send: <paramref name="burst"/> at once, <paramref name="perSecond"/> for long. Used by one read loop.</summary>
internal sealed class TokenBucket(double perSecond, int burst, TimeProvider clock)
{
    private double tokens = burst;
    private long filledAt = clock.GetTimestamp();

    /// <summary>Takes one. False: none is left; <paramref name="wait"/> is when the next one is there.</summary>
    public bool TryTake(out TimeSpan wait)
    {
        var now = clock.GetTimestamp();
        tokens = Math.Min(burst, tokens + (clock.GetElapsedTime(filledAt, now).TotalSeconds * perSecond));
        filledAt = now;
        if (tokens >= 1)
        {
            tokens--;
            wait = TimeSpan.Zero;
            return true;
        }

        wait = TimeSpan.FromSeconds((1 - tokens) / perSecond);
        return false;
    }
}
