namespace Itori.Contracts;

/// <summary>
/// The oscillators of one graph (key: the graph's id). Derived: it may be dropped and is rebuilt from the graph. It turns only while a gateway holds a lease.
/// </summary>
[Alias("itori.IFieldGrain")]
public interface IFieldGrain : IGrainWithStringKey
{
    /// <summary>
    /// Watches the field for <paramref name="lease"/> from now on (1 s to 5 min; renew before it ends) and answers the state as it is. <paramref name="gateway"/> is the gateway's incarnation.
    /// </summary>
    [Alias("Watch")]
    Task<FieldState> Watch(string gateway, TimeSpan lease);

    /// <summary>Gives the lease back.</summary>
    [Alias("Unwatch")]
    Task Unwatch(string gateway);

    /// <summary>The state as it is, without a lease.</summary>
    [Alias("GetState")]
    Task<FieldState> GetState();

    /// <summary>A forecast that begins with the field as it is now.</summary>
    [Alias("Forecast")]
    Task<CoherenceForecast> Forecast();
}

/// <summary>A field at a moment.</summary>
[GenerateSerializer, Immutable, Alias("itori.FieldState")]
public sealed record FieldState
{
    /// <summary>The phases.</summary>
    [Id(0)]
    public required PhaseFrame Frame { get; init; }

    /// <summary>The latest spectral state; null until the first is computed.</summary>
    [Id(1)]
    public SpectralState? Spectral { get; init; }

    /// <summary>The latest forecast; null until the first.</summary>
    [Id(2)]
    public CoherenceForecast? Forecast { get; init; }

    /// <summary>The clusters that come apart now; null where none does.</summary>
    [Id(3)]
    public ClusterAlerts? Alerts { get; init; }
}

/// <summary>The phases of a field (<c>phase_frame</c>). Latest wins.</summary>
[GenerateSerializer, Immutable, Alias("itori.PhaseFrame")]
public sealed record PhaseFrame : TopicEvent
{
    /// <summary>The graph's id.</summary>
    [Id(0)]
    public required string Graph { get; init; }

    /// <summary>The epoch of slots.</summary>
    [Id(1)]
    public required long Epoch { get; init; }

    /// <summary>1, 2, 3… since the field was built.</summary>
    [Id(2)]
    public required long Frame { get; init; }

    /// <summary>Field time, seconds.</summary>
    [Id(3)]
    public required double T { get; init; }

    /// <summary>r ∈ [0, 1], dimensionless; 0 for an empty field.</summary>
    [Id(4)]
    public required double OrderParameter { get; init; }

    /// <summary>ψ ∈ [0, 2π), radians; 0 for an empty field.</summary>
    [Id(5)]
    public required double MeanPhase { get; init; }

    /// <summary>Radians in [0, 2π), by slot; NaN for a slot that no concept has (0 on the wire).</summary>
    [Id(6)]
    public required float[] Phases { get; init; }
}

/// <summary>What the graph's shape and the phases say together (<c>concept_update</c> <c>spectral_state</c>). Latest wins.</summary>
[GenerateSerializer, Immutable, Alias("itori.SpectralState")]
public sealed record SpectralState : TopicEvent
{
    /// <summary>The mean of each concept's local order parameter, weighted by strength of its relations; in [0, 1].</summary>
    [Id(0)]
    public required double Coherence { get; init; }

    /// <summary>r ∈ [0, 1].</summary>
    [Id(1)]
    public required double OrderParameter { get; init; }

    /// <summary>ψ ∈ [0, 2π), radians.</summary>
    [Id(2)]
    public required double MeanPhase { get; init; }

    /// <summary>Whether any concept drifts, or what the talk is about as a whole has just moved.</summary>
    [Id(3)]
    public required bool DriftDetected { get; init; }

    /// <summary>Ids of concepts whose oscillator does not keep the frequency of its cluster, or which are lately said together with others than before.</summary>
    [Id(4)]
    public required IReadOnlyList<string> DriftingConcepts { get; init; }

    /// <summary>The smallest eigenvalues of the graph's weighted Laplacian, ascending; 0 once for each component.</summary>
    [Id(5)]
    public required IReadOnlyList<double> Eigenvalues { get; init; }

    /// <summary>The connectivity of the whole and of each component of two or more concepts, the largest first.</summary>
    [Id(6)]
    public required FieldConnectivity Connectivity { get; init; }

    /// <summary>The mean over the latest time of Σ w cos(θⱼ − θᵢ) / Σ w, in [−1, 1]: how much related concepts agree, however the field is connected. 0 without relations.</summary>
    [Id(7)]
    public double UniversalOrder { get; init; }

    /// <summary>What is left before the tightest relation can no longer hold its concepts together: 1 is all of it, below 0 there is no common frequency. 1 without relations.</summary>
    [Id(8)]
    public double LockingMargin { get; init; } = 1;

    /// <summary>The clusters of two or more concepts, the largest first; at most 64.</summary>
    [Id(9)]
    public IReadOnlyList<FieldCluster> Clusters { get; init; } = [];
}

/// <summary>A cluster of a field.</summary>
[GenerateSerializer, Immutable, Alias("itori.FieldCluster")]
public sealed record FieldCluster
{
    /// <summary>The cluster, as its concepts name it.</summary>
    [Id(0)]
    public required int ClusterId { get; init; }

    /// <summary>How many concepts it has.</summary>
    [Id(1)]
    public required int Size { get; init; }

    /// <summary>Its order parameter now, in [0, 1].</summary>
    [Id(2)]
    public required double Coherence { get; init; }

    /// <summary>The variance of its order parameter over the latest time.</summary>
    [Id(3)]
    public required double Variance { get; init; }

    /// <summary>Its locking margin alone, at most 1.</summary>
    [Id(4)]
    public required double LockingMargin { get; init; }

    /// <summary>What part of its relations leads out of it, in [0, 1].</summary>
    [Id(5)]
    public required double Conductance { get; init; }

    /// <summary>λ₂ of its own normalised Laplacian, in [0, 2]; small where its inside nearly falls in two.</summary>
    [Id(6)]
    public required double InnerGap { get; init; }
}

/// <summary>How well a graph hangs together.</summary>
[GenerateSerializer, Immutable, Alias("itori.FieldConnectivity")]
public sealed record FieldConnectivity
{
    /// <summary>λ₂ of the whole graph's Laplacian: 0 where it is not connected.</summary>
    [Id(0)]
    public required double Algebraic { get; init; }

    /// <summary>How many components there are, single concepts included.</summary>
    [Id(1)]
    public required int ComponentCount { get; init; }

    /// <summary>Components of two or more concepts, the largest first; at most 32.</summary>
    [Id(2)]
    public required IReadOnlyList<FieldComponent> Components { get; init; }
}

/// <summary>A component of a graph.</summary>
[GenerateSerializer, Immutable, Alias("itori.FieldComponent")]
public sealed record FieldComponent
{
    /// <summary>How many concepts it has.</summary>
    [Id(0)]
    public required int Size { get; init; }

    /// <summary>λ₂ of the component's Laplacian; above 0.</summary>
    [Id(1)]
    public required double Algebraic { get; init; }

    /// <summary>Ids of its heaviest concepts; at most 5.</summary>
    [Id(2)]
    public required IReadOnlyList<string> Concepts { get; init; }
}
