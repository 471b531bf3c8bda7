namespace Itori.Contracts;

/// <summary>What is to come of a field (<c>concept_update</c> <c>coherence_forecast</c>). Latest wins.</summary>
[GenerateSerializer, Immutable, Alias("itori.CoherenceForecast")]
public sealed record CoherenceForecast : TopicEvent
{
    /// <summary>The time of one step, seconds.</summary>
    [Id(0)]
    public required double StepSeconds { get; init; }

    /// <summary>What is forecast: <c>coherence</c> first, then <c>orderParameter</c>.</summary>
    [Id(1)]
    public required IReadOnlyList<ForecastMetric> Metrics { get; init; }

    /// <summary><c>stable</c>, <c>warning</c> or <c>critical</c>, see <see cref="FieldStatus"/>.</summary>
    [Id(2)]
    public required string Status { get; init; }

    /// <summary>The same in a sentence.</summary>
    [Id(3)]
    public required string Message { get; init; }

    /// <summary>Steps until the coherence is expected below the warning threshold: 0 where it is; null where it is not expected within the horizon.</summary>
    [Id(4)]
    public int? TimeToWarning { get; init; }

    /// <summary>The same for the critical threshold.</summary>
    [Id(5)]
    public int? TimeToCritical { get; init; }
}

/// <summary>The forecast of one series, each value in [0, 1].</summary>
[GenerateSerializer, Immutable, Alias("itori.ForecastMetric")]
public sealed record ForecastMetric
{
    /// <summary>Its name on the wire.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its value now.</summary>
    [Id(1)]
    public required double Current { get; init; }

    /// <summary>What is expected 1, 2, … steps ahead.</summary>
    [Id(2)]
    public required IReadOnlyList<double> Forecast { get; init; }

    /// <summary>What it stays above in 95 of 100 cases, together with <see cref="Upper"/>.</summary>
    [Id(3)]
    public required IReadOnlyList<double> Lower { get; init; }

    /// <summary>What it stays below.</summary>
    [Id(4)]
    public required IReadOnlyList<double> Upper { get; init; }

    /// <summary>The same for 80 of 100 cases.</summary>
    [Id(5)]
    public required IReadOnlyList<double> Lower80 { get; init; }

    /// <summary>The same for 80 of 100 cases.</summary>
    [Id(6)]
    public required IReadOnlyList<double> Upper80 { get; init; }

    /// <summary><c>rising</c>, <c>falling</c> or <c>steady</c> over the horizon.</summary>
    [Id(7)]
    public required string Trend { get; init; }
}

/// <summary>How a field stands, as the wire says it.</summary>
public static class FieldStatus
{
    /// <summary>Coherent, and expected to stay so.</summary>
    public const string Stable = "stable";

    /// <summary>Below the warning threshold now, or expected to be.</summary>
    public const string Warning = "warning";

    /// <summary>Below the critical threshold now, or expected to be.</summary>
    public const string Critical = "critical";
}

/// <summary>The clusters that come apart (<c>concept_update</c> <c>cluster_alert</c>); none once all is well again. Latest wins.</summary>
[GenerateSerializer, Immutable, Alias("itori.ClusterAlerts")]
public sealed record ClusterAlerts : TopicEvent
{
    /// <summary>By ascending cluster.</summary>
    [Id(0)]
    public required IReadOnlyList<ClusterAlert> Alerts { get; init; }
}

/// <summary>A cluster that comes apart.</summary>
[GenerateSerializer, Immutable, Alias("itori.ClusterAlert")]
public sealed record ClusterAlert
{
    /// <summary>The cluster, as its concepts name it.</summary>
    [Id(0)]
    public required int ClusterId { get; init; }

    /// <summary>Seconds until it is expected to be critical: 0 where it is; the forecast's horizon where it is not expected before.</summary>
    [Id(1)]
    public required double EtaSeconds { get; init; }

    /// <summary>Its order parameter now, in [0, 1].</summary>
    [Id(2)]
    public required double StabilityNow { get; init; }

    /// <summary>The same at the horizon.</summary>
    [Id(3)]
    public required double StabilityForecast { get; init; }

    /// <summary>Ids of its concepts, those furthest from its common frequency first; at most 12.</summary>
    [Id(4)]
    public required IReadOnlyList<string> Concepts { get; init; }

    /// <summary>What speaks for it, in a sentence.</summary>
    [Id(5)]
    public required string RootCause { get; init; }
}
