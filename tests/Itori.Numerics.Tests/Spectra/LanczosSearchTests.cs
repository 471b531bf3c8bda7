using Itori.Numerics.Graphs;
using Itori.Numerics.Spectra;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Spectra;

/// <summary>Partial reorthogonalisation keeps what Simon (1984) says it must, looked at in the vectors themselves.</summary>
public sealed class LanczosSearchTests
{
    private const double MachineEpsilon = 2.220446049250313e-16;
    private const int Nodes = 500;

    [Theory]
    [InlineData(LaplacianKind.Combinatorial)]
    [InlineData(LaplacianKind.Normalised)]
    public void The_basis_is_orthogonal_to_half_precision_and_where_it_was_mended_two_vectors_in_a_row_are_to_the_last_digit(LaplacianKind kind)
    {
        var graph = TestGraphs.Random(Nodes, 1600, seed: 3);
        var search = new LanczosSearch(new ComponentLaplacian(graph, ConnectedComponents.Of(graph), 0, kind), [], seed: 1);

        // Never converged, and ended before its basis of 2 · 80 + 24 vectors is full.
        var steps = 180;
        search.Run(80, double.PositiveInfinity, 0, ref steps, TestContext.Current.CancellationToken);
        var leans = Enumerable.Range(0, search.Basis.Count).Select(k => Enumerable.Range(0, k).Select(i => Math.Abs(Dot(search.Basis[i], search.Basis[k]))).DefaultIfEmpty().Max()).ToArray();

        // As long as no two lean on each other by more than √ε the projection is that of exact arithmetic.
        Assert.All(leans, lean => Assert.InRange(lean, 0, Math.Sqrt(MachineEpsilon)));

        // The recurrence makes each vector of the two before it. Of one that was mended and one that was not the next would lean as the latter did: so both are mended, and lean by rounding alone, √n ε. What leaned had come to the
        // limit of the estimate, 1e-9, of which a hundredth is really there: the middle of the two, on a logarithmic scale, parts them.
        var rounding = Math.Sqrt(Nodes) * MachineEpsilon;
        var apart = Math.Sqrt(rounding * 1e-11);
        var mended = Enumerable.Range(2, leans.Length - 3).Where(k => leans[k - 1] > apart && leans[k] < apart).ToArray();
        Assert.NotEmpty(mended);
        Assert.All(mended, k => Assert.True(leans[k + 1] < apart, $"Vector {k} was mended, {k - 1} leaned by {leans[k - 1]:g2}, and {k + 1} leans by {leans[k + 1]:g2}."));
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();
}
