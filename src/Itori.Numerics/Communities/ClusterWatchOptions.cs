namespace Itori.Numerics.Communities;

/// <summary>When a cluster counts as coming apart. All times in observations.</summary>
public sealed record ClusterWatchOptions
{
    /// <summary>A locking margin below this is a sign. 0.1 by default: nine tenths of what the cluster's tightest relation can carry.</summary>
    public double MarginFloor { get; init; } = 0.1;

    /// <summary>By how much the margin must be above its floor again for the sign to end; at least 0.</summary>
    public double MarginHysteresis { get; init; } = 0.1;

    /// <summary>A cluster is weak inside where √(2 λ₂) times this is below its conductance. 1 by default: only where a cheaper cut through its inside is certain.</summary>
    public double WeakRatio { get; init; } = 1;

    /// <summary>A recent coherence below the longer mean by this is a sign, in (0, 1).</summary>
    public double Drop { get; init; } = 0.1;

    /// <summary>A recent coherence below this is a sign whatever it was before, in [0, 1).</summary>
    public double CriticalCoherence { get; init; } = 0.4;

    /// <summary>What an observation counts for the recent coherence after one more, in [0, 1).</summary>
    public double FastKeep { get; init; } = 0.6;

    /// <summary>The same for the longer mean; above <see cref="FastKeep"/>, below 1.</summary>
    public double SlowKeep { get; init; } = 0.97;

    /// <summary>How many of the three signs must agree, in [1, 3].</summary>
    public int Agreement { get; init; } = 2;

    /// <summary>For how many observations in a row they must for an alarm to begin, and none must be there for it to end; at least 1.</summary>
    public int Persistence { get; init; } = 3;

    /// <summary>How many observations ahead an alarm looks; at least 1.</summary>
    public int Horizon { get; init; } = 12;
}

/// <summary>What speaks for a cluster coming apart.</summary>
[Flags]
public enum ClusterSigns
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its concepts want frequencies that its relations cannot hold together.</summary>
    MarginGone = 1,

    /// <summary>Its inside is easier to cut through than to cut out.</summary>
    WeakInside = 2,

    /// <summary>Its coherence falls, or is very low.</summary>
    Falling = 4,
}

/// <summary>A cluster at a moment.</summary>
/// <param name="Cluster">Its label.</param>
/// <param name="Knit">How it holds together.</param>
/// <param name="Coherence">Its order parameter r, in [0, 1].</param>
public readonly record struct ClusterObservation(int Cluster, CommunityKnit Knit, double Coherence);

/// <summary>A cluster that comes apart.</summary>
/// <param name="Cluster">Its label.</param>
/// <param name="Signs">What speaks for it now.</param>
/// <param name="Coherence">Its order parameter now, in [0, 1].</param>
/// <param name="Forecast">The same at the horizon, in [0, 1].</param>
/// <param name="StepsToCritical">Observations until it is expected below the critical coherence: 0 where it is; the horizon where it is not expected before.</param>
public readonly record struct ClusterAlarm(int Cluster, ClusterSigns Signs, double Coherence, double Forecast, int StepsToCritical);
