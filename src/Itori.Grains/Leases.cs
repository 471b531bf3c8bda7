namespace Itori.Grains;

/// <summary>The bounds of what gateways hold of fields and presence.</summary>
internal static class Leases
{
    /// <summary>The most gateways that one grain keeps leases of; a further one is not counted.</summary>
    public const int MaxHolders = 10_000;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>How long a lease that was asked for is held.</summary>
    public static TimeSpan Held(TimeSpan asked) => TimeSpan.FromTicks(Math.Clamp(asked.Ticks, Shortest.Ticks, Longest.Ticks));
}
