using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;

namespace Itori.Numerics.Benchmarks;

/// <summary>A random field: N oscillators, each with 20 relations on average.</summary>
internal sealed class Field
{
    public Field(int nodes)
    {
        var random = new Random(nodes);
        var edges = new WeightedEdge[10 * nodes];
        for (var i = 0; i < edges.Length; i++)
        {
            var a = random.Next(nodes);
            edges[i] = new WeightedEdge(a, (a + 1 + random.Next(nodes - 1)) % nodes, 0.5 + random.NextDouble());
        }

        Graph = WeightedGraph.FromEdges(nodes, edges);
        Coupling = CouplingMatrix.FromGraph(Graph);
        Frequencies = [.. Enumerable.Range(0, nodes).Select(_ => random.NextDouble() - 0.5)];
        Phases = [.. Enumerable.Range(0, nodes).Select(_ => random.NextDouble() * Math.Tau)];
    }

    public WeightedGraph Graph { get; }

    public CouplingMatrix Coupling { get; }

    public KuramotoParameters Parameters { get; } = new();

    public double[] Frequencies { get; }

    public double[] Phases { get; }
}
