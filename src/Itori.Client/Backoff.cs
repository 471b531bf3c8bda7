namespace Itori.Client;

/// <summary>Waits between tries: random up to a bound (full jitter, so that clients that lost one gateway together do not come back together) that grows by half.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    private const double Growth = 1.5;

    private int tries;

    public TimeSpan Next() => random.NextDouble() * TimeSpan.FromTicks((long)Math.Min(first.Ticks * Math.Pow(Growth, tries++), longest.Ticks));

    public void Reset() => tries = 0;
}
