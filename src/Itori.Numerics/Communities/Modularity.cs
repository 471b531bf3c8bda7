using Itori.Numerics.Graphs;

namespace Itori.Numerics.Communities;

/// <summary>How much more weight lies within communities than chance would put there (Newman, Girvan 2004).</summary>
public static class Modularity
{
    /// <summary>Q = Σ_c [ W_c / 2m − γ (S_c / 2m)² ], with W_c twice the weight inside c, S_c its total strength, 2m the strength of all. O(N + M).</summary>
    /// <param name="graph">Any graph.</param>
    /// <param name="labels">The community of each node, any integers.</param>
    /// <param name="resolution">γ; 1 for plain modularity.</param>
    /// <returns>At most 1; 0 for a graph without edges.</returns>
    /// <exception cref="ArgumentException">There is not one label for each node.</exception>
    public static double Of(WeightedGraph graph, ReadOnlySpan<int> labels, double resolution = 1)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (labels.Length != graph.NodeCount)
        {
            throw new ArgumentException($"{labels.Length} labels for {graph.NodeCount} nodes.", nameof(labels));
        }

        var total = graph.TotalStrength;
        if (total == 0)
        {
            return 0;
        }

        var strengths = new Dictionary<int, double>();
        var inside = 0.0;
        for (var i = 0; i < labels.Length; i++)
        {
            strengths[labels[i]] = strengths.GetValueOrDefault(labels[i]) + graph.Strengths[i];
            var neighbours = graph.NeighboursOf(i);
            for (var p = 0; p < neighbours.Length; p++)
            {
                if (labels[neighbours[p]] == labels[i])
                {
                    inside += graph.WeightsOf(i)[p];
                }
            }
        }

        return inside / total - resolution * strengths.Values.Sum(strength => strength / total * (strength / total));
    }
}
