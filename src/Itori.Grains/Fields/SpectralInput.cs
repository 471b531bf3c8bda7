using Itori.Contracts;
using Itori.Numerics.Communities;
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

    /// <summary>ω, rad/s.</summary>
    public required double[] NaturalFrequencies { get; init; }

    /// <summary>Each oscillator's mean frequency since the last spectral state, rad/s; null where no time has passed.</summary>
    public required double[]? Frequencies { get; init; }

    public required string[] ConceptIds { get; init; }

    public required double[] ConceptWeights { get; init; }

    /// <summary>The cluster of each concept; 0 where it is not known yet.</summary>
    public required int[] Clusters { get; init; }

    /// <summary>Each cluster's order parameter over the latest time.</summary>
    public required IReadOnlyDictionary<int, RunningMoments> ClusterCoherence { get; init; }

    /// <summary>r_uni over the latest time.</summary>
    public required RunningMoments Universal { get; init; }

    /// <summary>Concepts whose neighbourhood moved.</summary>
    public required string[] Moved { get; init; }

    /// <summary>Whether the talk as a whole moved.</summary>
    public required bool FieldMoved { get; init; }

    public required OrderParameter Order { get; init; }

    private const int MaxComponents = 32;
    private const int MaxClusters = 64;
    private const int ConceptsPerComponent = 5;

    /// <summary>Computes the spectral state and what the watch needs of each cluster. Takes from microseconds to a second; runs off the grain's thread.</summary>
    public (SpectralState State, IReadOnlyList<ClusterObservation> Observations) Compute(FieldOptions options, long timestamp, CancellationToken cancellationToken)
    {
        // Each reads the same graph and they are of the same order of cost, so on two free cores the state takes as long as the longer of them.
        LaplacianSpectrum spectrum = null!;
        List<FieldCluster> clusters = null!;
        double margin = 1;
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellationToken },
            () => spectrum = LaplacianSpectrum.Compute(Graph, Math.Min(options.Eigenvalues, Math.Max(1, Graph.NodeCount)), cancellationToken),
            () =>
            {
                clusters = MeasureClusters(options, cancellationToken);
                margin = LockingMargin.Of(Graph, NaturalFrequencies, options.Coupling, cancellationToken: cancellationToken).Value;
            });
        var connected = ConnectedComponents.Of(Graph);
        var drifting = Unlocked(connected, options.DriftThreshold).Concat(Moved).Distinct(StringComparer.Ordinal).ToArray();
        var state = new SpectralState
        {
            Timestamp = timestamp,
            Coherence = FieldCoherence.Of(Graph, Coupling, Phases),
            OrderParameter = Order.R,
            MeanPhase = Order.MeanPhase,
            DriftDetected = drifting.Length > 0 || FieldMoved,
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
            UniversalOrder = Universal.Weight > 0 ? Math.Clamp(Universal.Mean, -1, 1) : UniversalNow(),
            LockingMargin = margin,
            Clusters = clusters.ToArray(),
        };
        return (state, clusters.Where(cluster => cluster.Size >= options.AlertSmallestCluster)
            .Select(cluster => new ClusterObservation(cluster.ClusterId, new CommunityKnit(cluster.Conductance, cluster.InnerGap, cluster.LockingMargin), cluster.Coherence)).ToArray());
    }

    /// <summary>The concepts of a cluster, those furthest from its median natural frequency first.</summary>
    public string[] MostStrained(int cluster, int count)
    {
        var members = MembersOf(cluster);
        var median = Median(members.Select(i => NaturalFrequencies[i]));
        return members.OrderByDescending(i => Math.Abs(NaturalFrequencies[i] - median)).ThenBy(i => i).Take(count).Select(i => ConceptIds[i]).ToArray();
    }

    private double UniversalNow() => Coherence.OfEdges(Graph, Phases);

    private int[] MembersOf(int cluster) => Enumerable.Range(0, Clusters.Length).Where(i => Clusters[i] == cluster).ToArray();

    private List<FieldCluster> MeasureClusters(FieldOptions options, CancellationToken cancellationToken)
    {
        var clusters = new List<FieldCluster>();
        foreach (var group in Enumerable.Range(0, Clusters.Length).Where(i => Clusters[i] > 0).GroupBy(i => Clusters[i])
            .Where(group => group.Count() > 1).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Take(MaxClusters))
        {
            var members = group.ToArray();
            var knit = CommunityKnit.Of(Graph, members, NaturalFrequencies, options.Coupling, cancellationToken);
            clusters.Add(new FieldCluster
            {
                ClusterId = group.Key,
                Size = members.Length,
                Coherence = OrderParameter.Of(members.Select(i => Phases[i]).ToArray()).R,
                Variance = ClusterCoherence.GetValueOrDefault(group.Key).Variance,
                LockingMargin = knit.Margin,
                Conductance = knit.Conductance,
                InnerGap = knit.InnerGap,
            });
        }

        return clusters;
    }

    /// <summary>Concepts that do not keep the frequency of their cluster; of their component where the cluster is not known.</summary>
    public IReadOnlyList<string> Unlocked(double threshold) => Unlocked(ConnectedComponents.Of(Graph), threshold);

    private List<string> Unlocked(ConnectedComponents connected, double threshold)
    {
        var unlocked = new List<string>();
        if (Frequencies is null)
        {
            return unlocked;
        }

        // A component's number and a cluster's name may be the same; the sign keeps them apart.
        foreach (var group in Enumerable.Range(0, Clusters.Length).GroupBy(i => Clusters[i] > 0 ? Clusters[i] : -1 - connected.Labels[i]).Where(group => group.Count() > 1))
        {
            var median = Median(group.Select(i => Frequencies[i]));
            unlocked.AddRange(group.Where(i => Math.Abs(Frequencies[i] - median) > threshold).Select(i => ConceptIds[i]));
        }

        return unlocked;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
