using CsCheck;
using Itori.Numerics.Arrangements;
using Itori.Numerics.Graphs;

namespace Itori.Numerics.Tests.Arrangements;

public sealed class ArrangementTests
{
    private static readonly ArrangedNode Newcomer = new(null, 0, 1);

    [Fact]
    public void Nothing_has_no_places_and_a_node_alone_stands_in_the_middle()
    {
        Assert.Empty(Arrangement.Find(WeightedGraph.FromEdges(0, []), [], TestContext.Current.CancellationToken));
        Assert.Equal([new Place(0, 0)], Arrangement.Find(WeightedGraph.FromEdges(1, []), [Newcomer], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Every_graph_gets_finite_places_no_two_alike_and_the_same_again() => Graphs.Sample(
        graph =>
        {
            var nodes = Newcomers(graph.NodeCount);
            var places = Arrangement.Find(graph, nodes);
            Assert.All(places, place => Assert.True(double.IsFinite(place.X) && double.IsFinite(place.Y)));
            Assert.Equal(places, Arrangement.Find(graph, nodes));
            for (var i = 0; i < places.Length; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    Assert.True(Distance(places[i], places[j]) > 1, $"{i} and {j} stand at {places[i]} and {places[j]}.");
                }
            }
        },
        iter: 60);

    [Fact]
    public void What_stays_stays_to_the_bit_and_what_is_held_moves_less_the_more_firmly() => Gen.Select(Graphs, Gen.Int[1, 9]).Sample(
        (graph, part) =>
        {
            var before = Arrangement.Find(graph, Newcomers(graph.NodeCount));
            double[] moved = [.. ((double[])[0, 4, double.PositiveInfinity]).Select(hold =>
            {
                // All are drawn aside, so that they want to go back; every ninth or so is new.
                ArrangedNode[] nodes = [.. before.Select((place, i) => i % (part + 1) == part ? new ArrangedNode(null, 0, i) : new ArrangedNode(new Place(place.X * 1.5, place.Y), hold, 0))];
                var after = Arrangement.Find(graph, nodes);
                return nodes.Index().Where(node => node.Item.Place is not null).Sum(node => Distance(node.Item.Place!.Value, after[node.Index]));
            })];
            Assert.Equal(0, moved[2]);
            Assert.True(moved[1] <= moved[0] + 1e-9, $"Held firmly they moved by {moved[1]}, let go by {moved[0]}.");
        },
        iter: 40);

    [Fact]
    public void Groups_that_hang_together_stand_together()
    {
        // Twelve groups of twenty in a ring, one relation from each to the next.
        var random = new Random(3);
        var edges = new List<WeightedEdge>();
        for (var i = 0; i < 240; i++)
        {
            for (var k = 0; k < 4; k++)
            {
                var other = (i / 20 * 20) + random.Next(20);
                if (other != i)
                {
                    edges.Add(new WeightedEdge(i, other, 0.5));
                }
            }
        }

        for (var g = 0; g < 12; g++)
        {
            edges.Add(new WeightedEdge(20 * g, (20 * (g + 1) + 7) % 240, 0.3));
        }

        var places = Arrangement.Find(WeightedGraph.FromEdges(240, [.. edges]), Newcomers(240), TestContext.Current.CancellationToken);
        Place[] middles = [.. Enumerable.Range(0, 12).Select(g => new Place(places.Skip(20 * g).Take(20).Average(place => place.X), places.Skip(20 * g).Take(20).Average(place => place.Y)))];
        var nearest = places.Index().Count(node => Enumerable.Range(0, 12).MinBy(g => Distance(node.Item, middles[g])) == node.Index / 20);
        Assert.InRange(nearest, 230, 240);

        // The ring is laid open: neighbouring groups are nearer than others.
        var next = Enumerable.Range(0, 12).Average(g => Distance(middles[g], middles[(g + 1) % 12]));
        var opposite = Enumerable.Range(0, 12).Average(g => Distance(middles[g], middles[(g + 6) % 12]));
        Assert.InRange(next / opposite, 0, 0.7);
    }

    [Fact]
    public void Any_number_of_nodes_may_begin_at_one_place()
    {
        ArrangedNode[] nodes = [.. Enumerable.Repeat(new ArrangedNode(new Place(5, 5), 0, 0), 50)];
        var places = Arrangement.Find(WeightedGraph.FromEdges(50, []), nodes, TestContext.Current.CancellationToken);
        Assert.True(places.Index().All(a => places.Take(a.Index).All(b => Distance(a.Item, b) > 1)));
    }

    [Fact]
    public void Far_bodies_taken_together_push_nearly_as_each_for_itself() => Gen.Select(Gen.Double[-1e3, 1e3], Gen.Double[-1e3, 1e3], Gen.Double[1, 30]).Array[2, 300].Sample(drawn =>
    {
        // No two upon each other: those have their own test.
        var bodies = drawn.DistinctBy(body => ((long)body.Item1 / 4, (long)body.Item2 / 4)).ToArray();
        double[] x = [.. bodies.Select(body => body.Item1)], y = [.. bodies.Select(body => body.Item2)], mass = [.. bodies.Select(body => body.Item3)];
        var tree = new RepulsionTree(x.Length);
        tree.Build(x, y, mass);
        Assert.Equal(Enumerable.Range(0, x.Length), tree.Bodies.ToArray().Order());
        var (apart, whole) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var push = tree.At(x[i], y[i], i);
            double pushX = 0, pushY = 0;
            for (var j = 0; j < x.Length; j++)
            {
                var (dx, dy) = (x[i] - x[j], y[i] - y[j]);
                if (i != j)
                {
                    // Nearer than half a unit they push as from there.
                    var distance = Math.Sqrt((dx * dx) + (dy * dy));
                    var force = mass[j] / (distance * Math.Max(distance, 0.5));
                    pushX += force * dx;
                    pushY += force * dy;
                    whole += force * distance;
                }
            }

            apart += Math.Sqrt(((push.X - pushX) * (push.X - pushX)) + ((push.Y - pushY) * (push.Y - pushY)));
        }

        Assert.InRange(apart / whole, 0, 0.05);
    });

    [Fact]
    public void It_ends_when_asked_to_and_refuses_what_does_not_fit()
    {
        var graph = WeightedGraph.FromEdges(2, [new WeightedEdge(0, 1, 1)]);
        Assert.Throws<ArgumentException>(() => Arrangement.Find(graph, [Newcomer], TestContext.Current.CancellationToken));
        Assert.Throws<OperationCanceledException>(() => Arrangement.Find(graph, Newcomers(2), new CancellationToken(canceled: true)));
    }

    private static readonly Gen<WeightedGraph> Graphs = Gen.Select(Gen.Int[1, 150], Gen.Select(Gen.Int[0, 149], Gen.Int[0, 149], Gen.Double[0.2, 1.2]).Array[0, 300], (nodes, edges) =>
        WeightedGraph.FromEdges(nodes, [.. edges.Select(edge => new WeightedEdge(edge.Item1 % nodes, edge.Item2 % nodes, edge.Item3)).Where(edge => edge.A != edge.B)]));

    private static ArrangedNode[] Newcomers(int count) => [.. Enumerable.Range(0, count).Select(i => new ArrangedNode(null, 0, i * 2.4 % Math.Tau))];

    private static double Distance(Place a, Place b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));
}
