using Itori.Contracts;
using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;
using Itori.Numerics.Spectra;

namespace Itori.Grains.Fields;

/// <summary>A field at a moment, for its spectral state.</summary>
internal sealed record SpectralInput
{
    public required WeightedGraph Graph { get; init; }

    public required CouplingMatrix Coupling { get; init; }

    public required double[] Phases { get; init; }

    /// <summary>Each oscillator's mean frequency since the last spectral state, rad/s; null where no time has passed.</summary>
    public required double[]? Frequencies { get; init; }

    public required string[] ConceptIds { get; init; }

    public required double[] ConceptWeights { get; init; }

    public required OrderParameter Order { get; init; }

    private const int MaxComponents = 32;
    private const int ConceptsPerComponent = 5;

    /// <summary>Computes the spectral state. Takes from microseconds to a second; runs off the grain's thread.</summary>
    public SpectralState Compute(FieldOptions options, long timestamp, CancellationToken cancellationToken)
    {
        var spectrum = LaplacianSpectrum.Compute(Graph, Math.Min(options.Eigenvalues, Math.Max(1, Graph.NodeCount)), cancellationToken);
        var connected = ConnectedComponents.Of(Graph);
        var drifting = Drifting(connected, options.DriftThreshold);
        return new SpectralState
        {
            Timestamp = timestamp,
            Coherence = StrengthWeightedCoherence(),
            OrderParameter = Order.R,
            MeanPhase = Order.MeanPhase,
            DriftDetected = drifting.Length > 0,
            DriftingConcepts = drifting,
            Eigenvalues = spectrum.Eigenvalues.ToArray(),
            Connectivity = new FieldConnectivity
            {
                Algebraic = spectrum.AlgebraicConnectivity,
                ComponentCount = connected.Count,
                Components = spectrum.Components
                    .Where(component => component.Nodes.Count > 1)
                    .OrderByDescending(component => component.Nodes.Count).ThenBy(component => component.Nodes[0])
                    .Take(MaxComponents)
                    .Select(component => new FieldComponent
                    {
                        Size = component.Nodes.Count,
                        Algebraic = component.AlgebraicConnectivity,
                        Concepts = component.Nodes.OrderByDescending(i => ConceptWeights[i]).ThenBy(i => i).Take(ConceptsPerComponent).Select(i => ConceptIds[i]).ToArray(),
                    }).ToArray(),
            },
        };
    }

    /// <summary>Σ sᵢ rᵢ / Σ sᵢ over the local order parameters; 0 for a graph without relations.</summary>
    private double StrengthWeightedCoherence()
    {
        if (Graph.TotalStrength <= 0)
        {
            return 0;
        }

        var local = new double[Phases.Length];
        Coherence.Local(Coupling, Phases, local);
        var sum = 0.0;
        for (var i = 0; i < local.Length; i++)
        {
            sum += Graph.Strengths[i] * local[i];
        }

        return Math.Clamp(sum / Graph.TotalStrength, 0, 1);
    }

    private string[] Drifting(ConnectedComponents connected, double threshold)
    {
        if (Frequencies is null)
        {
            return [];
        }

        var drifting = new List<string>();
        for (var component = 0; component < connected.Count; component++)
        {
            var members = connected.NodesOf(component);
            if (members.Count < 2)
            {
                continue;
            }

            var sorted = members.Select(i => Frequencies[i]).Order().ToArray();
            var median = sorted[sorted.Length / 2];
            drifting.AddRange(members.Where(i => Math.Abs(Frequencies[i] - median) > threshold).Select(i => ConceptIds[i]));
        }

        return [.. drifting];
    }
}
