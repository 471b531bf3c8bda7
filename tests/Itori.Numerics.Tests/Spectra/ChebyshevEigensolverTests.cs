using Itori.Numerics.Graphs;
using Itori.Numerics.Spectra;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Spectra;

public sealed class ChebyshevEigensolverTests
{
    public static TheoryData<int, LaplacianKind> Cases => new()
    {
        { 1, LaplacianKind.Combinatorial },
        { 7, LaplacianKind.Combinatorial },
        { 7, LaplacianKind.Normalised },
        { 20, LaplacianKind.Combinatorial },
        { 58, LaplacianKind.Combinatorial },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_agrees_with_the_dense_solver_within_its_residual(int wanted, LaplacianKind kind)
    {
        var component = ComponentOf(TestGraphs.Random(500, 1600, seed: 3), kind);
        var dense = DenseEigensolver.Solve(component, wanted);
        var found = Assert.NotNull(ChebyshevEigensolver.TrySolve(component, wanted, TestContext.Current.CancellationToken));

        Assert.True(found.LargestResidual <= 1e-6 * component.NormBound);
        Assert.Equal(dense.Largest, found.Largest, found.ResidualOfLargest + dense.ResidualOfLargest);
        Assert.Equal(wanted, found.Smallest.Length);
        Assert.All(dense.Smallest.Zip(found.Smallest), pair => Assert.Equal(pair.First, pair.Second, found.LargestResidual + dense.LargestResidual));
    }

    [Fact]
    public void It_sees_every_copy_of_a_multiple_eigenvalue()
    {
        // A torus of 24 by 24: its smallest eigenvalues are 2 − 2 cos(2πk/24) + 2 − 2 cos(2πl/24), most of them four times or eight.
        const int side = 24;
        var edges = from x in Enumerable.Range(0, side)
                    from y in Enumerable.Range(0, side)
                    from other in new[] { (((x + 1) % side) * side) + y, (x * side) + ((y + 1) % side) }
                    select new WeightedEdge((x * side) + y, other, 1);
        var waves = Enumerable.Range(0, side).Select(k => 2 - (2 * Math.Cos(Math.Tau * k / side))).ToArray();
        var expected = waves.SelectMany(a => waves.Select(b => a + b)).Order().Skip(1).Take(20).ToArray();

        var found = Assert.NotNull(ChebyshevEigensolver.TrySolve(ComponentOf(WeightedGraph.FromEdges(side * side, [.. edges])), 20, TestContext.Current.CancellationToken));

        Assert.All(expected.Zip(found.Smallest), pair => Assert.Equal(pair.First, pair.Second, found.LargestResidual + 1e-12));
    }

    [Fact]
    public void A_spectrum_that_no_filter_parts_is_left_to_the_other_solver()
    {
        // K(200, 200): 200, 398 times, and 400.
        var edges = from a in Enumerable.Range(0, 200) from b in Enumerable.Range(200, 200) select new WeightedEdge(a, b, 1);
        var component = ComponentOf(WeightedGraph.FromEdges(400, [.. edges]));

        // Either is right; what is not allowed is to find something else, or to look for ever.
        var found = ChebyshevEigensolver.TrySolve(component, 9, TestContext.Current.CancellationToken);
        Assert.All(found?.Smallest ?? [], value => Assert.Equal(200, value, found!.Value.LargestResidual + 1e-12));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e-12)]
    [InlineData(1e-30)]
    [InlineData(1e30)]
    [InlineData(1e100)]
    public void Heavy_hubs_light_bridges_and_any_unit_of_weight_are_found_within_the_residual(double unit)
    {
        // Two halves with a hub each of five hundred times the weight of the rest, joined by one weak edge.
        var random = new Random(2);
        var edges = new List<WeightedEdge>();
        foreach (var begin in new[] { 0, 250 })
        {
            for (var i = 1; i < 250; i++)
            {
                edges.Add(new WeightedEdge(begin, begin + i, 500 * unit));
                edges.Add(new WeightedEdge(begin + i, begin + 1 + random.Next(i), unit));
            }
        }

        var component = ComponentOf(WeightedGraph.FromEdges(500, [.. edges.Where(edge => edge.A != edge.B), new WeightedEdge(3, 300, 0.01 * unit)]));
        var dense = DenseEigensolver.Solve(component, 4);
        var found = ChebyshevEigensolver.TrySolve(component, 4, TestContext.Current.CancellationToken) ?? LanczosEigensolver.Solve(component, 4, TestContext.Current.CancellationToken);

        Assert.All(dense.Smallest.Zip(found.Smallest), pair => Assert.Equal(pair.First, pair.Second, found.LargestResidual + dense.LargestResidual));
    }

    [Fact]
    public void Two_searches_of_one_graph_agree_to_the_bit()
    {
        var component = ComponentOf(TestGraphs.Random(500, 1600, seed: 3));
        var first = Assert.NotNull(ChebyshevEigensolver.TrySolve(component, 20, TestContext.Current.CancellationToken));
        _ = new byte[1234]; // The next panels lie elsewhere.
        var second = Assert.NotNull(ChebyshevEigensolver.TrySolve(component, 20, TestContext.Current.CancellationToken));

        Assert.Equal(first.Smallest.Select(BitConverter.DoubleToInt64Bits), second.Smallest.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(first.Largest, second.Largest);
    }

    private static ComponentLaplacian ComponentOf(WeightedGraph graph, LaplacianKind kind = LaplacianKind.Combinatorial) =>
        new(graph, ConnectedComponents.Of(graph), 0, kind);
}
