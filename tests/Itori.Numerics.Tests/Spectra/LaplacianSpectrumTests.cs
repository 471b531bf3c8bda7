using CsCheck;
using Itori.Numerics.Graphs;
using Itori.Numerics.Spectra;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Spectra;

public sealed class LaplacianSpectrumTests
{
    private static CancellationToken Cancelled => new(canceled: true);

    [Fact]
    public void Karate_club_has_its_published_eigenvalues()
    {
        Assert.Equal(78, KarateClub.Graph.EdgeCount);
        var spectrum = LaplacianSpectrum.Compute(KarateClub.Graph, 34, TestContext.Current.CancellationToken);

        Assert.Equal(0.468525, spectrum.AlgebraicConnectivity, 6);
        Assert.Equal(18.136696, spectrum.LargestEigenvalue, 6);
        Assert.Equal(spectrum.LargestEigenvalue, spectrum.Eigenvalues[^1]);
        Assert.Equal(34, spectrum.Eigenvalues.Count);

        // The trace of L is twice the number of edges.
        Assert.Equal(156, spectrum.Eigenvalues.Sum(), 9);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(60)]
    [InlineData(300)]
    [InlineData(301)]
    [InlineData(700)]
    public void Ring_has_the_eigenvalues_of_its_cosine_waves(int nodes)
    {
        // 2 − 2 cos(2πk/n): all but the ends come in pairs, which one Lanczos start sees only once.
        var graph = TestGraphs.Ring(nodes);
        var spectrum = LaplacianSpectrum.Compute(graph, 9, TestContext.Current.CancellationToken);

        var expected = Enumerable.Range(0, nodes).Select(k => 2 - 2 * Math.Cos(Math.Tau * k / nodes)).Order().ToArray();
        AssertMatches(expected, 9, spectrum);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(320)]
    public void Complete_graph_has_one_eigenvalue_n_times_over(int nodes)
    {
        var spectrum = LaplacianSpectrum.Compute(TestGraphs.Complete(nodes), 12, TestContext.Current.CancellationToken);

        AssertMatches([0, .. Enumerable.Repeat((double)nodes, nodes - 1)], 12, spectrum);
    }

    [Fact]
    public void Bipartite_halves_show_every_copy_of_their_eigenvalue()
    {
        // K(200, 200): 0, then 200 with multiplicity 398, then 400.
        var edges = from a in Enumerable.Range(0, 200) from b in Enumerable.Range(200, 200) select new WeightedEdge(a, b, 1);
        var spectrum = LaplacianSpectrum.Compute(WeightedGraph.FromEdges(400, [.. edges]), 10, TestContext.Current.CancellationToken);

        AssertMatches([0, .. Enumerable.Repeat(200.0, 398), 400], 10, spectrum);
    }

    [Theory]
    [InlineData(LaplacianKind.Combinatorial)]
    [InlineData(LaplacianKind.Normalised)]
    public void Lanczos_and_the_dense_solver_agree(LaplacianKind kind)
    {
        var graph = TestGraphs.Random(500, 1600, seed: 3);
        var component = new ComponentLaplacian(graph, ConnectedComponents.Of(graph), 0, kind);

        var dense = DenseEigensolver.Solve(component, 20);
        var lanczos = LanczosEigensolver.Solve(component, 20, TestContext.Current.CancellationToken);

        Assert.True(lanczos.LargestResidual <= 1e-6 * component.NormBound);
        Assert.Equal(dense.Largest, lanczos.Largest, lanczos.ResidualOfLargest + dense.ResidualOfLargest);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(dense.Smallest[i], lanczos.Smallest[i], lanczos.LargestResidual + dense.LargestResidual);
        }
    }

    [Fact]
    public void Normalised_ring_is_half_of_the_combinatorial_one()
    {
        // All strengths are 2.
        var graph = TestGraphs.Ring(17);
        var combinatorial = LaplacianSpectrum.Compute(graph, 17, TestContext.Current.CancellationToken);
        var normalised = LaplacianSpectrum.Compute(graph, 17, LaplacianKind.Normalised, TestContext.Current.CancellationToken);

        Assert.All(combinatorial.Eigenvalues.Zip(normalised.Eigenvalues), pair => Assert.Equal(pair.First / 2, pair.Second, 5e-14));
    }

    [Fact]
    public void Connectivity_is_above_zero_exactly_for_connected_graphs() => TestGraphs.Any.Sample(graph =>
    {
        foreach (var kind in Enum.GetValues<LaplacianKind>())
        {
            var spectrum = LaplacianSpectrum.Compute(graph, 3, kind);
            Assert.Equal(graph.NodeCount >= 2 && spectrum.Components.Count == 1, spectrum.AlgebraicConnectivity > 0);
            Assert.All(spectrum.Components, component => Assert.Equal(component.Nodes.Count >= 2, component.AlgebraicConnectivity > 0));
            Assert.Equal(Math.Min(spectrum.Components.Count, Math.Min(3, graph.NodeCount)), spectrum.Eigenvalues.Count(value => value == 0));
        }
    });

    [Fact]
    public void Eigenvalues_sum_to_the_trace() => TestGraphs.Any.Sample(graph =>
    {
        var spectrum = LaplacianSpectrum.Compute(graph, graph.NodeCount);
        Assert.Equal(graph.TotalStrength, spectrum.Eigenvalues.Sum(), 1e-12 * (1 + graph.TotalStrength));
        Assert.Equal(spectrum.Eigenvalues.Order(), spectrum.Eigenvalues);
    });

    [Fact]
    public void A_very_weak_bridge_still_connects()
    {
        // λ2 is near 1e-30, far below what a double resolves beside weights of 1.
        var graph = WeightedGraph.FromEdges(6, [new(0, 1, 1), new(1, 2, 1), new(0, 2, 1), new(2, 3, 1e-30), new(3, 4, 1), new(4, 5, 1), new(3, 5, 1)]);

        Assert.True(LaplacianSpectrum.Compute(graph, 2, TestContext.Current.CancellationToken).AlgebraicConnectivity > 0);
    }

    [Fact]
    public void Components_are_solved_each_for_itself()
    {
        // A path of 3 (λ2 = 1), a pair (λ2 = 2 · 0.25) and a loner.
        var graph = WeightedGraph.FromEdges(6, [new(0, 1, 1), new(1, 2, 1), new(3, 5, 0.25)]);
        var spectrum = LaplacianSpectrum.Compute(graph, 10, TestContext.Current.CancellationToken);

        Assert.Equal(0, spectrum.AlgebraicConnectivity);
        Assert.Equal([0, 1, 2], spectrum.Components[0].Nodes);
        Assert.Equal([3, 5], spectrum.Components[1].Nodes);
        Assert.Equal([4], spectrum.Components[2].Nodes);
        AssertClose([1, 0.5, 0], [.. spectrum.Components.Select(component => component.AlgebraicConnectivity)]);
        AssertClose([0, 0, 0, 0.5, 1, 3], [.. spectrum.Eigenvalues]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Without_edges_all_eigenvalues_are_zero(int nodes)
    {
        var spectrum = LaplacianSpectrum.Compute(WeightedGraph.FromEdges(nodes, []), 3, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Repeat(0.0, Math.Min(3, nodes)), spectrum.Eigenvalues);
        Assert.Equal(0, spectrum.AlgebraicConnectivity);
        Assert.Equal(0, spectrum.LargestEigenvalue);
        Assert.Equal(nodes, spectrum.Components.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(LaplacianSpectrum.LargestCount + 1)]
    public void Counts_out_of_range_are_refused(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LaplacianSpectrum.Compute(KarateClub.Graph, count, TestContext.Current.CancellationToken));

    [Fact]
    public void Cancellation_ends_the_search() =>
        Assert.Throws<OperationCanceledException>(() => LaplacianSpectrum.Compute(TestGraphs.Random(400, 900, seed: 1), 4, Cancelled));

    private static void AssertMatches(double[] expected, int count, LaplacianSpectrum spectrum)
    {
        Assert.Equal(Math.Min(count, expected.Length), spectrum.Eigenvalues.Count);
        Assert.True(spectrum.LargestResidual <= 1e-6 * (1 + expected[^1]), $"residual {spectrum.LargestResidual}");
        Assert.True(spectrum.ResidualOfLargest <= 1e-2 * 2 * (1 + expected[^1]), $"residual {spectrum.ResidualOfLargest} of the largest");
        Assert.Equal(expected[^1], spectrum.LargestEigenvalue, spectrum.ResidualOfLargest + 1e-12);
        for (var i = 0; i < spectrum.Eigenvalues.Count; i++)
        {
            Assert.Equal(expected[i], spectrum.Eigenvalues[i], spectrum.LargestResidual + 1e-12);
        }
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 5e-13));
    }
}
