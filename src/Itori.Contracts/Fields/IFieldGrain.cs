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

    /// <summary>Whether any concept drifts.</summary>
    [Id(3)]
    public required bool DriftDetected { get; init; }

    /// <summary>Ids of concepts whose oscillator does not keep the frequency of its component.</summary>
    [Id(4)]
    public required IReadOnlyList<string> DriftingConcepts { get; init; }

    /// <summary>The smallest eigenvalues of the graph's weighted Laplacian, ascending; 0 once for each component.</summary>
    [Id(5)]
    public required IReadOnlyList<double> Eigenvalues { get; init; }

    /// <summary>The connectivity of the whole and of each component of two or more concepts, the largest first.</summary>
    [Id(6)]
    public required FieldConnectivity Connectivity { get; init; }
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
