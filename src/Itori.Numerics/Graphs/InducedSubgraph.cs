namespace Itori.Numerics.Graphs;

/// <summary>A part of a graph: some of its nodes, numbered anew in the given order, and the edges between them.</summary>
public static class InducedSubgraph
{
    /// <summary>Builds the part; O(the nodes' neighbours), beside one array of N.</summary>
    /// <param name="graph">The whole.</param>
    /// <param name="nodes">Nodes of it, each once.</param>
    /// <exception cref="ArgumentException">A node is named twice or is not in the graph.</exception>
    public static WeightedGraph Of(WeightedGraph graph, IReadOnlyList<int> nodes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(nodes);
        var place = new Dictionary<int, int>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            if ((uint)nodes[i] >= (uint)graph.NodeCount || !place.TryAdd(nodes[i], i))
            {
                throw new ArgumentException($"Node {nodes[i]} is named twice or is not in the graph.", nameof(nodes));
            }
        }

        var edges = new List<WeightedEdge>();
        for (var i = 0; i < nodes.Count; i++)
        {
            var neighbours = graph.NeighboursOf(nodes[i]);
            for (var p = 0; p < neighbours.Length; p++)
            {
                if (place.TryGetValue(neighbours[p], out var j) && j > i)
                {
                    edges.Add(new WeightedEdge(i, j, graph.WeightsOf(nodes[i])[p]));
                }
            }
        }

        return WeightedGraph.FromEdges(nodes.Count, [.. edges]);
    }
}
