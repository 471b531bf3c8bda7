using CsCheck;
using Itori.Numerics.Graphs;
using Itori.Numerics.Spectra;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Spectra;

public sealed class InnerGapTests
{
    [Theory]
    [InlineData(60, 200)]
    [InlineData(290, 600)]
    [InlineData(700, 2100)]
    public void It_is_that_of_the_spectrum(int nodes, int edges)
    {
        var graph = TestGraphs.Random(nodes, edges, seed: nodes);
        var exact = LaplacianSpectrum.Compute(graph, 2, LaplacianKind.Normalised, TestContext.Current.CancellationToken).AlgebraicConnectivity;
        Assert.Equal(exact, InnerGap.Of(graph, TestContext.Current.CancellationToken), 1e-3);
    }

    [Fact]
    public void A_graph_that_nearly_falls_in_two_has_almost_none()
    {
        // Two complete graphs of 40 on one weak edge: a cut of conductance 0.01/1560, and λ₂ is at most twice that.
        var edges = (from a in Enumerable.Range(0, 80) from b in Enumerable.Range(a + 1, 79 - a) where a / 40 == b / 40 select new WeightedEdge(a, b, 1)).Append(new WeightedEdge(0, 79, 0.01));
        Assert.InRange(InnerGap.Of(WeightedGraph.FromEdges(80, [.. edges]), TestContext.Current.CancellationToken), double.Epsilon, 2 * 0.01 / 1560 + 1e-6);
    }

    [Fact]
    public void It_is_above_zero_exactly_for_connected_graphs() => TestGraphs.Any.Sample(graph =>
        Assert.Equal(graph.NodeCount >= 2 && ConnectedComponents.Of(graph).Count == 1, InnerGap.Of(graph) > 0));
}
