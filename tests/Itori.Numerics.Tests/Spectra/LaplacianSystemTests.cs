using CsCheck;
using Itori.Numerics.Graphs;
using Itori.Numerics.Spectra;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Spectra;

public sealed class LaplacianSystemTests
{
    [Fact]
    public void A_chain_drops_by_the_flow_through_each_link()
    {
        // One unit goes in at one end and out at the other: each link of weight w drops 1/w.
        var graph = WeightedGraph.FromEdges(4, [new(0, 1, 1), new(1, 2, 0.5), new(2, 3, 4)]);
        var x = new double[4];
        Assert.InRange(LaplacianSystem.Solve(graph, [1, 0, 0, -1], x, cancellationToken: TestContext.Current.CancellationToken), 0, 1e-11);
        Assert.Equal([1, 2, 0.25], [x[0] - x[1], x[1] - x[2], x[2] - x[3]], (a, b) => Math.Abs(a - b) < 1e-10);
        Assert.Equal(0, x.Sum(), 1e-12);
    }

    [Fact]
    public void Whatever_the_graph_the_solution_solves_it() => Gen.Select(TestGraphs.Any, Gen.Double[-3, 3].Array[24]).Sample((graph, values) =>
    {
        var n = graph.NodeCount;
        var x = new double[n];
        var residual = LaplacianSystem.Solve(graph, values.AsSpan(0, n), x);
        Assert.InRange(residual, 0, 1e-9);

        // Checked from outside: L x is b less each component's mean of b.
        var components = ConnectedComponents.Of(graph);
        for (var i = 0; i < n; i++)
        {
            var members = components.NodesOf(components.Labels[i]);
            var right = values[i] - members.Average(j => values[j]);
            var left = 0.0;
            for (var p = 0; p < graph.NeighboursOf(i).Length; p++)
            {
                left += graph.WeightsOf(i)[p] * (x[i] - x[graph.NeighboursOf(i)[p]]);
            }

            Assert.Equal(right, left, 1e-8);
        }
    });

    [Fact]
    public void Without_edges_or_without_a_load_nothing_moves()
    {
        double[] x = [5, 5];
        Assert.Equal(0, LaplacianSystem.Solve(WeightedGraph.FromEdges(2, []), [1, 2], x, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal([0, 0], x);
        Assert.Equal(0, LaplacianSystem.Solve(TestGraphs.Path(2), [3, 3], x, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal([0, 0], x);
        Assert.Equal(0, LaplacianSystem.Solve(WeightedGraph.FromEdges(0, []), [], [], cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => LaplacianSystem.Solve(TestGraphs.Path(3), [1, 2], new double[3], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => LaplacianSystem.Solve(TestGraphs.Path(2), [1, double.NaN], new double[2], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Throws<OperationCanceledException>(() => LaplacianSystem.Solve(TestGraphs.Path(3), [1, 0, -1], new double[3], cancellationToken: new CancellationToken(canceled: true)));
    }
}
