using Itori.Numerics.Graphs;

namespace Itori.Numerics.Oscillators;

/// <summary>Order parameters of parts of a field: neighbourhoods, clusters, and edges.</summary>
public static class Coherence
{
    /// <summary>
    /// The local order parameter of each oscillator, r_i = |Σ_j w_ij e^(iθ_j)| / Σ_j w_ij: how much its neighbours agree. O(N + M).
    /// </summary>
    /// <param name="coupling">The weights; N oscillators. A row's scale cancels, so the normalisation w_ij/s_i does not matter.</param>
    /// <param name="phases">θ in rad, length N, finite.</param>
    /// <param name="local">Where r_i ∈ [0, 1] goes, length N; 0 for an isolated node.</param>
    /// <exception cref="ArgumentException">A length is not N or a phase is not finite.</exception>
    public static void Local(CouplingMatrix coupling, ReadOnlySpan<double> phases, Span<double> local)
    {
        ArgumentNullException.ThrowIfNull(coupling);
        RequireLength(coupling.NodeCount, phases.Length, nameof(phases));
        RequireLength(coupling.NodeCount, local.Length, nameof(local));
        var unit = UnitVectors(phases);
        for (var i = 0; i < local.Length; i++)
        {
            var (cosines, sines, total) = SumRow(coupling, unit, i);
            local[i] = OrderParameter.FromSums(cosines, sines, total).R;
        }
    }

    /// <summary>The order parameter of each cluster; O(N).</summary>
    /// <param name="phases">θ in rad, length N, finite.</param>
    /// <param name="labels">The cluster of each oscillator, length N, in [0, <paramref name="clusters"/>).</param>
    /// <param name="clusters">How many clusters; one without members has r = 0.</param>
    /// <exception cref="ArgumentException">Lengths differ, a label is out of range or a phase is not finite.</exception>
    public static OrderParameter[] OfClusters(ReadOnlySpan<double> phases, ReadOnlySpan<int> labels, int clusters)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(clusters);
        RequireLength(phases.Length, labels.Length, nameof(labels));
        var unit = UnitVectors(phases);
        var sums = new (double Cosines, double Sines, int Count)[clusters];
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)clusters)
            {
                throw new ArgumentException($"Oscillator {i} is in cluster {labels[i]}; clusters run from 0 to {clusters - 1}.", nameof(labels));
            }

            ref var sum = ref sums[labels[i]];
            sum.Cosines += unit[2 * i];
            sum.Sines += unit[2 * i + 1];
            sum.Count++;
        }

        return Array.ConvertAll(sums, sum => OrderParameter.FromSums(sum.Cosines, sum.Sines, sum.Count));
    }

    /// <summary>
    /// The topology-aware order parameter of Schröder, Timme and Witthaut (Chaos 27, 073119, 2017) at one moment:
    /// Σ_ij w_ij cos(θ_j − θ_i) / Σ_ij w_ij. Its mean over time is their r_uni.
    /// </summary>
    /// <param name="graph">The relations w_ij = w_ji, N nodes. Not the coupling that is made of them: divided by strength its rows would all count the same, a hub's as little as a leaf's.</param>
    /// <param name="phases">θ in rad, length N, finite.</param>
    /// <returns>A value in [−1, 1]: 1 when all connected oscillators are in phase; 0 without relations.</returns>
    /// <exception cref="ArgumentException">A length is not N or a phase is not finite.</exception>
    public static double OfEdges(WeightedGraph graph, ReadOnlySpan<double> phases)
    {
        ArgumentNullException.ThrowIfNull(graph);
        RequireLength(graph.NodeCount, phases.Length, nameof(phases));
        var unit = UnitVectors(phases);
        double agreement = 0;
        for (var i = 0; i < phases.Length; i++)
        {
            var neighbours = graph.NeighboursOf(i);
            var weights = graph.WeightsOf(i);
            for (var p = 0; p < neighbours.Length; p++)
            {
                agreement += weights[p] * (unit[2 * i] * unit[2 * neighbours[p]] + unit[2 * i + 1] * unit[2 * neighbours[p] + 1]);
            }
        }

        return graph.TotalStrength > 0 ? Math.Clamp(agreement / graph.TotalStrength, -1, 1) : 0;
    }

    private static double[] UnitVectors(ReadOnlySpan<double> phases)
    {
        var padded = (phases.Length + SineCosine.Lanes - 1) / SineCosine.Lanes * SineCosine.Lanes;
        var angles = new double[padded];
        for (var i = 0; i < phases.Length; i++)
        {
            angles[i] = OrderParameter.Checked(phases[i], i);
        }

        var unit = new double[2 * padded];
        SineCosine.Interleave(angles, unit);
        return unit;
    }

    private static (double Cosines, double Sines, double Total) SumRow(CouplingMatrix coupling, double[] unit, int row)
    {
        double cosines = 0, sines = 0, total = 0;
        var columns = coupling.Columns;
        var weights = coupling.Weights;
        for (var p = coupling.RowStarts[row]; p < coupling.RowStarts[row + 1]; p++)
        {
            cosines += weights[p] * unit[2 * columns[p]];
            sines += weights[p] * unit[2 * columns[p] + 1];
            total += weights[p];
        }

        return (cosines, sines, total);
    }

    private static void RequireLength(int expected, int actual, string name)
    {
        if (expected != actual)
        {
            throw new ArgumentException($"Length {actual} where {expected} was expected.", name);
        }
    }
}
