using CsCheck;
using Itori.Numerics.Communities;
using Itori.Numerics.Graphs;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Communities;

public sealed class LeidenTests
{
    [Fact]
    public void Karate_club_reaches_its_best_known_modularity()
    {
        // 0.4198 is the proven optimum (Brandes et al. 2008).
        for (var seed = 0UL; seed < 50; seed++)
        {
            Assert.InRange(Modularity.Of(KarateClub.Graph, Detect(KarateClub.Graph, seed)), 0.4197, 0.4199);
        }
    }

    [Fact]
    public void Modularity_of_known_partitions_is_right()
    {
        // The split into two that Zachary saw has 0.3715; one community has 0; single nodes have −Σ(s/2m)².
        int[] mrHi = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 17, 18, 20, 22];
        int[] split = [.. Enumerable.Range(1, 34).Select(member => mrHi.Contains(member) ? 0 : 1)];

        Assert.Equal(0.3715, Modularity.Of(KarateClub.Graph, split), 4);
        Assert.Equal(0, Modularity.Of(KarateClub.Graph, new int[34]), 12);
        Assert.Equal(-0.25, Modularity.Of(TestGraphs.Complete(4), [0, 1, 2, 3]), 12);
        Assert.Throws<ArgumentException>(() => Modularity.Of(KarateClub.Graph, [0]));
    }

    [Theory]
    [InlineData(4, 25, 0.5, 0.05)]
    [InlineData(10, 40, 0.4, 0.01)]
    [InlineData(30, 50, 0.3, 0.003)]
    public void Planted_partitions_are_recovered(int groups, int size, double inside, double between)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var graph = Planted(groups, size, inside, between, seed);
            var found = Detect(graph, (ulong)seed);
            Assert.Equal(Enumerable.Range(0, groups * size).Select(node => node / size), found);
        }
    }

    [Fact]
    public void Every_community_is_connected() => Gen.Select(TestGraphs.Any, Gen.ULong).Sample((graph, seed) =>
        AssertConnected(graph, Detect(graph, seed)));

    [Fact]
    public void Every_community_is_connected_from_any_start() => Gen.Select(TestGraphs.Any, Gen.ULong, Gen.Int[-1, 3].Array[24]).Sample((graph, seed, start) =>
        AssertConnected(graph, Detect(graph, seed, start[..graph.NodeCount])));

    [Fact]
    public void Modularity_never_falls_below_the_start() => Gen.Select(TestGraphs.Any, Gen.ULong, Gen.Int[0, 3].Array[24]).Sample((graph, seed, start) =>
        Assert.True(Modularity.Of(graph, Detect(graph, seed, start[..graph.NodeCount])) >= Modularity.Of(graph, start.AsSpan(0, graph.NodeCount)) - 1e-12));

    [Fact]
    public void Communities_that_were_thrown_together_part_though_no_node_gains_by_leaving()
    {
        // Eight cliques in a ring, in one community. A node that leaves it alone changes the modularity by −(k/2m)² and more, so moving nodes can never part it, nor can joining what moved (Louvain's method is stuck at 0).
        // Refined, each clique is a group, and a group may leave: that is what the refinement is for (Traag, Waltman, van Eck 2019). One clique each has 1 − 1/n − 2n/2m, for 2m = n (k(k − 1) + 2).
        const int cliques = 8, size = 6;
        var edges = new List<WeightedEdge>();
        for (var c = 0; c < cliques; c++)
        {
            edges.Add(new(c * size, (((c + 1) % cliques) * size) + 1, 1));
            for (var a = 0; a < size; a++)
            {
                for (var b = a + 1; b < size; b++)
                {
                    edges.Add(new((c * size) + a, (c * size) + b, 1));
                }
            }
        }

        var graph = WeightedGraph.FromEdges(cliques * size, [.. edges]);
        var parted = 1 - (1.0 / cliques) - (2.0 / ((size * (size - 1)) + 2));
        for (var seed = 0UL; seed < 10; seed++)
        {
            Assert.Equal(parted, Modularity.Of(graph, Detect(graph, seed, new int[cliques * size])), 1e-12);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_labels() => Gen.Select(TestGraphs.Any, Gen.ULong).Sample((graph, seed) =>
        Assert.Equal(Detect(graph, seed), Detect(graph, seed)));

    [Fact]
    public void Components_never_share_a_community() => Gen.Select(TestGraphs.Any, Gen.ULong).Sample((graph, seed) =>
    {
        var labels = Detect(graph, seed);
        var components = ConnectedComponents.Of(graph).Labels.ToArray();
        Assert.All(labels.Zip(components).GroupBy(pair => pair.First), community => Assert.Single(community.Select(pair => pair.Second).Distinct()));
    });

    [Fact]
    public void A_warm_start_that_is_best_already_keeps_every_label()
    {
        var graph = Planted(6, 30, 0.4, 0.01, seed: 1);
        int[] before = [.. Enumerable.Range(0, 180).Select(node => 7 * (node / 30) + 3)];
        for (var seed = 0UL; seed < 10; seed++)
        {
            Assert.Equal(before, Detect(graph, seed, before));
        }
    }

    [Fact]
    public void A_community_that_grows_keeps_its_label_and_a_new_one_gets_a_free_one()
    {
        // Two triangles labelled 5 and 0; a node joins the first, a third triangle is new.
        var graph = WeightedGraph.FromEdges(10,
        [
            new(0, 1, 1), new(1, 2, 1), new(0, 2, 1), new(3, 4, 1), new(4, 5, 1), new(3, 5, 1),
            new(6, 0, 1), new(6, 1, 1), new(7, 8, 1), new(8, 9, 1), new(7, 9, 1),
        ]);

        Assert.Equal([5, 5, 5, 0, 0, 0, 5, 1, 1, 1], Detect(graph, 1, [5, 5, 5, 0, 0, 0]));
    }

    [Fact]
    public void A_community_that_falls_apart_leaves_its_label_with_the_larger_part()
    {
        var graph = WeightedGraph.FromEdges(7, [new(0, 1, 1), new(1, 2, 1), new(0, 2, 1), new(3, 4, 1)]);

        Assert.Equal([4, 4, 4, 0, 0, 9, 1], Detect(graph, 1, [4, 4, 4, 4, 4, 9, 4]));
    }

    [Fact]
    public void A_higher_resolution_gives_smaller_communities()
    {
        int Communities(double resolution) => Leiden.Detect(
            KarateClub.Graph, 1, options: new() { Resolution = resolution }, cancellationToken: TestContext.Current.CancellationToken).Max() + 1;

        Assert.Equal(1, Communities(0.1));
        Assert.True(Communities(4) > Communities(1));
    }

    [Fact]
    public void More_starts_and_iterations_find_at_least_as_much()
    {
        var graph = TestGraphs.Random(300, 900, seed: 8);
        double Best(int starts, int iterations) => Modularity.Of(graph, Leiden.Detect(
            graph, 1, options: new() { Starts = starts, Iterations = iterations }, cancellationToken: TestContext.Current.CancellationToken));

        Assert.True(Best(1, 10) >= Best(1, 1));
        Assert.True(Best(20, 10) > Best(1, 10));
    }

    [Fact]
    public void Without_edges_everyone_is_alone()
    {
        Assert.Empty(Detect(WeightedGraph.FromEdges(0, []), 1));
        Assert.Equal([0, 1, 2], Detect(WeightedGraph.FromEdges(3, []), 1));
        Assert.Equal([8, 0, 1], Detect(WeightedGraph.FromEdges(3, []), 1, [8]));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Detect(KarateClub.Graph, 1, new int[35]));
        Assert.Throws<ArgumentException>(() => Detect(KarateClub.Graph, 1, [-2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CommunityOptions { Resolution = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CommunityOptions { Resolution = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CommunityOptions { Iterations = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CommunityOptions { Starts = 101 });
        Assert.Throws<OperationCanceledException>(() => Leiden.Detect(KarateClub.Graph, 1, cancellationToken: new CancellationToken(canceled: true)));
    }

    private static int[] Detect(WeightedGraph graph, ulong seed, int[]? warmStart = null) => Leiden.Detect(graph, seed, warmStart);

    private static void AssertConnected(WeightedGraph graph, int[] labels)
    {
        Assert.Equal(graph.NodeCount, labels.Length);
        foreach (var community in labels.Distinct())
        {
            int[] nodes = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == community)];
            var place = nodes.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
            var inside = new List<WeightedEdge>();
            foreach (var node in nodes)
            {
                foreach (var neighbour in graph.NeighboursOf(node))
                {
                    if (neighbour > node && place.TryGetValue(neighbour, out var other))
                    {
                        inside.Add(new WeightedEdge(place[node], other, 1));
                    }
                }
            }

            Assert.Equal(1, ConnectedComponents.Of(WeightedGraph.FromEdges(nodes.Length, [.. inside])).Count);
        }
    }

    private static WeightedGraph Planted(int groups, int size, double inside, double between, int seed)
    {
        var random = new Random(seed);
        var edges = new List<WeightedEdge>();
        for (var a = 0; a < groups * size; a++)
        {
            for (var b = a + 1; b < groups * size; b++)
            {
                if (random.NextDouble() < (a / size == b / size ? inside : between))
                {
                    edges.Add(new WeightedEdge(a, b, 1));
                }
            }
        }

        return WeightedGraph.FromEdges(groups * size, [.. edges]);
    }
}
