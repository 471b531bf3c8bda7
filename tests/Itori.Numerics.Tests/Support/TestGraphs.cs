using CsCheck;
using Itori.Numerics.Graphs;

namespace Itori.Numerics.Tests.Support;

/// <summary>Graphs with known answers, and generators of arbitrary ones.</summary>
internal static class TestGraphs
{
    /// <summary>Up to 24 nodes, any number of edges, weights over four decades; often disconnected.</summary>
    public static readonly Gen<WeightedGraph> Any =
        from nodes in Gen.Int[0, 24]
        from edges in Gen.Select(Gen.Int[0, 23], Gen.Int[0, 23], Gen.Double[-2, 2]).List[0, 40]
        select WeightedGraph.FromEdges(nodes, [.. edges
            .Where(edge => edge.Item1 != edge.Item2 && edge.Item1 < nodes && edge.Item2 < nodes)
            .Select(edge => new WeightedEdge(edge.Item1, edge.Item2, Math.Pow(10, edge.Item3)))]);

    public static WeightedGraph Path(int nodes) =>
        WeightedGraph.FromEdges(nodes, [.. Enumerable.Range(0, nodes - 1).Select(i => new WeightedEdge(i, i + 1, 1))]);

    public static WeightedGraph Ring(int nodes) =>
        WeightedGraph.FromEdges(nodes, [.. Enumerable.Range(0, nodes).Select(i => new WeightedEdge(i, (i + 1) % nodes, 1))]);

    public static WeightedGraph Complete(int nodes, double weight = 1) =>
        WeightedGraph.FromEdges(nodes, [.. from i in Enumerable.Range(0, nodes) from j in Enumerable.Range(i + 1, nodes - i - 1) select new WeightedEdge(i, j, weight)]);

    /// <summary>A path that visits everyone, so that it is connected, and random edges up to the given number.</summary>
    public static WeightedGraph Random(int nodes, int edges, int seed)
    {
        var random = new Random(seed);
        var all = new List<WeightedEdge>();
        for (var i = 1; i < nodes; i++)
        {
            all.Add(new WeightedEdge(random.Next(i), i, 0.5 + random.NextDouble()));
        }

        while (all.Count < edges)
        {
            var (a, b) = (random.Next(nodes), random.Next(nodes));
            if (a != b)
            {
                all.Add(new WeightedEdge(a, b, 0.5 + random.NextDouble()));
            }
        }

        return WeightedGraph.FromEdges(nodes, [.. all]);
    }
}
