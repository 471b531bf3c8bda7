using CsCheck;
using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;

namespace Itori.Numerics.Tests.Oscillators;

public sealed class PackedCouplingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sums_are_those_of_the_rows_bit_for_bit(bool fourAtOnce)
    {
        var edge = Gen.Select(Gen.Int[0, 599], Gen.Int[0, 599], Gen.Double[0.01, 5]);
        Gen.Select(Gen.Int[1, 600], edge.Array[0, 2_000], Gen.Double[-1, 1].Array[1_200]).Sample((nodes, drawn, unit) =>
        {
            var edges = drawn.Where(e => e.Item1 % nodes != e.Item2 % nodes).Select(e => new WeightedEdge(e.Item1 % nodes, e.Item2 % nodes, e.Item3)).ToArray();
            var matrix = CouplingMatrix.FromEdges(nodes, edges);
            var packed = new PackedCoupling(matrix, fourAtOnce);
            Assert.Equal(Enumerable.Range(0, nodes), packed.Order.ToArray().Order());

            // In places' order, as the integrator gives them.
            var placed = packed.Order.ToArray().SelectMany(node => new[] { unit[2 * node], unit[2 * node + 1] }).ToArray();
            double[] cosines = new double[nodes], sines = new double[nodes];
            var half = nodes / 2;
            packed.Sum(0, half, placed, cosines, sines);
            packed.Sum(half, nodes - half, placed, cosines.AsSpan(half), sines.AsSpan(half));
            for (var place = 0; place < nodes; place++)
            {
                Assert.Equal(SumOf(matrix, packed.Order[place], unit, 0), cosines[place]);
                Assert.Equal(SumOf(matrix, packed.Order[place], unit, 1), sines[place]);
            }
        }, iter: 100);
    }

    [Fact]
    public void Oscillators_stand_by_the_length_of_their_rows()
    {
        // A star: its hub has the longest row and comes last, though it is the first oscillator.
        var packed = new PackedCoupling(CouplingMatrix.FromEdges(5, [new(0, 1, 1), new(0, 2, 1), new(0, 4, 1)]));
        Assert.Equal([3, 0], [packed.Order[0], packed.Order[4]]);
    }

    [Fact]
    public void Weights_that_were_learnt_are_taken_over()
    {
        var graph = WeightedGraph.FromEdges(3, [new(0, 1, 1), new(0, 2, 1)]);
        var learning = new HebbianCoupling(graph, rate: 1, gain: 0.5);
        var integrator = new KuramotoIntegrator(learning.Matrix, new KuramotoParameters());
        double[] phases = [0, 0.5, 2.5];
        integrator.Step(phases, new double[3]);
        learning.Learn(phases, 1);
        double[] expected = [.. phases];
        new KuramotoIntegrator(learning.Matrix, new KuramotoParameters()).Step(expected, new double[3]);
        double[] unlearnt = [.. phases];
        new KuramotoIntegrator(CouplingMatrix.FromGraph(graph), new KuramotoParameters()).Step(unlearnt, new double[3]);

        integrator.Step(phases, new double[3]);

        Assert.Equal(expected, phases);
        Assert.NotEqual(unlearnt, phases);
    }

    /// <summary>Four sums in turn, what is left over to the first: the order that is part of a field's result.</summary>
    private static double SumOf(CouplingMatrix matrix, int row, double[] unit, int part)
    {
        var (start, end) = (matrix.RowStarts[row], matrix.RowStarts[row + 1]);
        var sums = new double[4];
        var whole = (end - start) / 4 * 4;
        for (var p = start; p < end; p++)
        {
            sums[p - start < whole ? (p - start) % 4 : 0] += unit[2 * matrix.Columns[p] + part] * matrix.Weights[p];
        }

        return (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
}
