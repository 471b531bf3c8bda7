using Itori.Numerics.Graphs;
using Itori.Numerics.Spectra;

namespace Itori.Numerics.Oscillators;

/// <summary>
/// How far a field is from losing its common frequency: 1 − ‖BᵀL†p‖∞ / K (Dörfler, Chertkov, Bullo, PNAS 110, 2013), for coupling that is divided by strength.
/// </summary>
/// <remarks>
/// Locked oscillators turn at Ω = Σ sᵢωᵢ / Σ sᵢ (of their component), so pᵢ = sᵢ (ωᵢ − Ω) is what the relations have to carry: pᵢ = K Σⱼ wᵢⱼ sin(θᵢ − θⱼ). With L x = p, an edge carries about
/// K sin(θᵢ − θⱼ) = xᵢ − xⱼ, and no sine is above 1. Exact where the graph has no cycles; elsewhere proven for many classes of graphs and right in nearly all others.
/// </remarks>
/// <param name="Value">
/// At most 1, dimensionless. 1: all oscillators of a component want the same frequency, or nothing is connected. 0: the tightest relation is stretched to a right angle. Below: no locked state. −∞ for K = 0 where frequencies differ.
/// </param>
/// <param name="From">One end of the most stretched relation; −1 where there is none.</param>
/// <param name="To">Its other end, which wants to be slower; −1 where there is none.</param>
/// <param name="Residual">How exactly the system was solved: ‖p − L x‖ / ‖p‖.</param>
public readonly record struct LockingMargin(double Value, int From, int To, double Residual)
{
    /// <summary>Computes the margin; O(M) times the iterations of <see cref="LaplacianSystem"/>.</summary>
    /// <param name="graph">The relations w_ij, N nodes.</param>
    /// <param name="naturalFrequencies">ω in rad/s, length N, finite.</param>
    /// <param name="coupling">K in rad/s, finite, at least 0.</param>
    /// <param name="strengths">
    /// What each row of the coupling is divided by, length N; empty for the graph's own strengths. A part of a field that is looked at alone is still divided by the strength of all its relations.
    /// </param>
    /// <param name="cancellationToken">Looked at in each iteration.</param>
    /// <exception cref="ArgumentException">A length is not N, a value is not finite or K is negative.</exception>
    public static LockingMargin Of(
        WeightedGraph graph,
        ReadOnlySpan<double> naturalFrequencies,
        double coupling,
        ReadOnlySpan<double> strengths = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!(coupling >= 0) || !double.IsFinite(coupling))
        {
            throw new ArgumentException($"The coupling is {coupling}; it is finite and at least 0 rad/s.", nameof(coupling));
        }

        strengths = strengths.IsEmpty ? graph.Strengths : strengths;
        if (naturalFrequencies.Length != graph.NodeCount || strengths.Length != graph.NodeCount)
        {
            throw new ArgumentException($"{naturalFrequencies.Length} frequencies and {strengths.Length} strengths for {graph.NodeCount} oscillators.", nameof(naturalFrequencies));
        }

        if (graph.EdgeCount == 0)
        {
            return new LockingMargin(1, -1, -1, 0);
        }

        var load = Loads(graph, naturalFrequencies, strengths);
        var potential = new double[graph.NodeCount];
        var residual = LaplacianSystem.Solve(graph, load, potential, cancellationToken: cancellationToken);
        double most = 0;
        int from = -1, to = -1;
        for (var i = 0; i < graph.NodeCount; i++)
        {
            foreach (var j in graph.NeighboursOf(i))
            {
                if (potential[i] - potential[j] > most)
                {
                    (most, from, to) = (potential[i] - potential[j], i, j);
                }
            }
        }

        var value = most == 0 ? 1 : coupling == 0 ? double.NegativeInfinity : 1 - most / coupling;
        return new LockingMargin(value, from, to, residual);
    }

    private static double[] Loads(WeightedGraph graph, ReadOnlySpan<double> frequencies, ReadOnlySpan<double> strengths)
    {
        var components = ConnectedComponents.Of(graph);
        var load = new double[graph.NodeCount];
        for (var c = 0; c < components.Count; c++)
        {
            var nodes = components.NodesOf(c);
            if (nodes.Count < 2)
            {
                continue;
            }

            // Measured from the first one: with equal frequencies the differences are exactly zero.
            var first = frequencies[nodes[0]];
            double sum = 0, total = 0;
            foreach (var i in nodes)
            {
                sum += strengths[i] * (frequencies[i] - first);
                total += strengths[i];
            }

            foreach (var i in nodes)
            {
                load[i] = strengths[i] * (frequencies[i] - first - sum / total);
            }
        }

        return load;
    }
}
