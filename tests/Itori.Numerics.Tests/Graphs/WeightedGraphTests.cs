using CsCheck;
using Itori.Numerics.Graphs;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Graphs;

public sealed class WeightedGraphTests
{
    [Fact]
    public void Repeated_edges_are_summed_in_either_direction()
    {
        var graph = WeightedGraph.FromEdges(3, [new(2, 0, 0.5), new(0, 2, 0.25), new(1, 2, 4)]);

        Assert.Equal(2, graph.EdgeCount);
        Assert.Equal([2], graph.NeighboursOf(0).ToArray());
        Assert.Equal([0.75], graph.WeightsOf(0).ToArray());
        Assert.Equal([0, 1], graph.NeighboursOf(2).ToArray());
        Assert.Equal([0.75, 4, 4.75], graph.Strengths.ToArray());
    }

    [Fact]
    public void Rows_are_ascending_and_symmetric_to_the_bit() => TestGraphs.Any.Sample(graph =>
    {
        for (var row = 0; row < graph.NodeCount; row++)
        {
            var neighbours = graph.NeighboursOf(row).ToArray();
            Assert.Equal(neighbours.Distinct().Order(), neighbours);
            for (var p = 0; p < neighbours.Length; p++)
            {
                var back = graph.NeighboursOf(neighbours[p]).IndexOf(row);
                Assert.Equal(graph.WeightsOf(row)[p], graph.WeightsOf(neighbours[p])[back]);
            }
        }
    });

    [Theory]
    [InlineData(0, 0, 1.0)]
    [InlineData(0, 3, 1.0)]
    [InlineData(-1, 1, 1.0)]
    [InlineData(0, 1, 0.0)]
    [InlineData(0, 1, -1.0)]
    [InlineData(0, 1, double.NaN)]
    [InlineData(0, 1, double.PositiveInfinity)]
    public void Self_loops_foreign_nodes_and_bad_weights_are_refused(int a, int b, double weight) =>
        Assert.Throws<ArgumentException>(() => WeightedGraph.FromEdges(3, [new(1, 2, 1), new(a, b, weight)]));

    [Fact]
    public void Weights_that_sum_to_infinity_are_refused() =>
        Assert.Throws<ArgumentException>(() => WeightedGraph.FromEdges(3, [new(0, 1, double.MaxValue), new(0, 2, double.MaxValue)]));

    [Fact]
    public void Negative_node_counts_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => WeightedGraph.FromEdges(-1, []));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Without_edges_every_node_is_its_own_component(int nodes)
    {
        var graph = WeightedGraph.FromEdges(nodes, []);
        var components = ConnectedComponents.Of(graph);

        Assert.Equal(0, graph.EdgeCount);
        Assert.Equal(nodes, components.Count);
        Assert.Equal(Enumerable.Range(0, nodes), components.Labels.ToArray());
    }

    [Fact]
    public void Components_are_numbered_by_their_smallest_node()
    {
        var components = ConnectedComponents.Of(WeightedGraph.FromEdges(6, [new(5, 1, 1), new(4, 0, 1), new(1, 3, 1)]));

        Assert.Equal([0, 1, 2, 1, 0, 1], components.Labels.ToArray());
        Assert.Equal([1, 3, 5], components.NodesOf(1));
    }

    [Fact]
    public void Two_nodes_share_a_component_exactly_if_a_path_joins_them() => TestGraphs.Any.Sample(graph =>
    {
        // Transitive closure, the slow and obvious way.
        var n = graph.NodeCount;
        var reach = new bool[n, n];
        for (var i = 0; i < n; i++)
        {
            reach[i, i] = true;
            foreach (var j in graph.NeighboursOf(i))
            {
                reach[i, j] = true;
            }
        }

        for (var k = 0; k < n; k++)
        {
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    reach[i, j] |= reach[i, k] && reach[k, j];
                }
            }
        }

        var components = ConnectedComponents.Of(graph);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                Assert.Equal(reach[i, j], components.Labels[i] == components.Labels[j]);
            }

            Assert.Contains(i, components.NodesOf(components.Labels[i]));
        }
    });
}
