using Itori.Numerics.Arrangements;
using Itori.Numerics.Graphs;

namespace Itori.Numerics.Benchmarks;

/// <summary>A graph as talk makes them: topics of some twenty-five concepts, few of them in many relations. Arranged, and with one concept more.</summary>
internal sealed class Talk
{
    private const int Topic = 25;
    private const int Loose = 100;

    public Talk(int nodes, int relations)
    {
        var random = new Random(nodes);
        var edges = new List<WeightedEdge>();
        while (edges.Count < relations)
        {
            var a = random.Next(nodes);
            var b = random.NextDouble() < 0.8
                ? Math.Min(nodes - 1, (a / Topic * Topic) + (int)(Topic * random.NextDouble() * random.NextDouble()))
                : (int)(nodes * random.NextDouble() * random.NextDouble());
            if (a != b)
            {
                edges.Add(new WeightedEdge(a, b, 0.2 + 0.5 * random.NextDouble() * random.NextDouble()));
            }
        }

        Graph = WeightedGraph.FromEdges(nodes, [.. edges]);
        Newcomers = [.. Enumerable.Range(0, nodes).Select(_ => new ArrangedNode(null, 0, random.NextDouble() * Math.Tau))];
        Places = Arrangement.Find(Graph, Newcomers);
        var near = Graph.NeighboursOf(0).ToArray().Concat(Graph.NeighboursOf(1).ToArray()).Take(Loose).ToHashSet();
        Larger = WeightedGraph.FromEdges(nodes + 1, [.. edges, new WeightedEdge(nodes, 0, 0.5), new WeightedEdge(nodes, 1, 0.4)]);
        OneMore = [.. Places.Select((place, i) => new ArrangedNode(place, near.Contains(i) ? 1 : double.PositiveInfinity, 0)), new ArrangedNode(null, 0, 1)];
    }

    public WeightedGraph Graph { get; }

    public ArrangedNode[] Newcomers { get; }

    public Place[] Places { get; }

    public WeightedGraph Larger { get; }

    public ArrangedNode[] OneMore { get; }

    /// <summary>The mean distance of related concepts, in parts of the mean distance of any two.</summary>
    public double NeighboursByPairs()
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < Places.Length; i++)
        {
            foreach (var other in Graph.NeighboursOf(i))
            {
                sum += Distance(Places[i], Places[other]);
                count++;
            }
        }

        var random = new Random(1);
        const int Pairs = 100_000;
        var any = Enumerable.Range(0, Pairs).Sum(_ => Distance(Places[random.Next(Places.Length)], Places[random.Next(Places.Length)])) / Pairs;
        return sum / count / any;
    }

    private static double Distance(Place a, Place b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));
}
