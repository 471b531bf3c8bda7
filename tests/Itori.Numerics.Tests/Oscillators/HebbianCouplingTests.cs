using CsCheck;
using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Oscillators;

public sealed class HebbianCouplingTests
{
    [Fact]
    public void What_turns_together_pulls_more_and_what_turns_apart_less()
    {
        // Node 0 is in step with 1 and opposite to 2. After a time of 1/ε, h is ±(1 − 1/e).
        var coupling = new HebbianCoupling(WeightedGraph.FromEdges(3, [new(0, 1, 1), new(0, 2, 1)]), rate: 0.1, gain: 0.5);
        Assert.Equal([0.5, 0.5], coupling.Matrix.Weights[..2]);
        coupling.Learn([1, 1, 1 + Math.PI], 10);

        var h = 1 - Math.Exp(-1);
        Assert.Equal(h, coupling.Agreement[0], 12);
        Assert.Equal(-h, coupling.Agreement[1], 12);
        Assert.Equal((1 + h / 2) / 2, coupling.Matrix.Weights[0], 12);
        Assert.Equal((1 - h / 2) / 2, coupling.Matrix.Weights[1], 12);
        Assert.Equal(1, coupling.Matrix.Weights[2], 12); // The only one of its row.
    }

    [Fact]
    public void Learning_in_pieces_is_learning_at_once() => Gen.Select(TestGraphs.Any, Gen.Double[0, 6.28].Array[24], Gen.Double[0, 20]).Sample((graph, phases, time) =>
    {
        var (once, twice) = (new HebbianCoupling(graph, 0.1, 0.9), new HebbianCoupling(graph, 0.1, 0.9));
        once.Learn(phases.AsSpan(0, graph.NodeCount), time);
        twice.Learn(phases.AsSpan(0, graph.NodeCount), time / 3);
        twice.Learn(phases.AsSpan(0, graph.NodeCount), 2 * time / 3);
        for (var p = 0; p < once.Agreement.Length; p++)
        {
            Assert.Equal(once.Agreement[p], twice.Agreement[p], 5e-13);
        }
    });

    [Fact]
    public void Rows_keep_their_sum_and_weights_stay_above_zero() => Gen.Select(TestGraphs.Any, Gen.Double[0, 6.28].Array[24], Gen.Double[0, 0.999]).Sample((graph, phases, gain) =>
    {
        var coupling = new HebbianCoupling(graph, 1, gain);
        coupling.Learn(phases.AsSpan(0, graph.NodeCount), 50);
        for (var i = 0; i < graph.NodeCount; i++)
        {
            var row = coupling.Matrix.Weights[graph.RowStarts[i]..graph.RowStarts[i + 1]].ToArray();
            Assert.All(row, weight => Assert.True(weight > 0));
            Assert.Equal(row.Length > 0 ? 1 : 0, row.Sum(), 12);
        }
    });

    [Fact]
    public void Both_ends_of_a_relation_remember_the_same_bits_and_so_does_a_copy() => Gen.Select(TestGraphs.Any, Gen.Double[0, 6.28].Array[24]).Sample((graph, phases) =>
    {
        var coupling = new HebbianCoupling(graph, 0.3, 0.5);
        coupling.Learn(phases.AsSpan(0, graph.NodeCount), 2);
        for (var i = 0; i < graph.NodeCount; i++)
        {
            for (var p = graph.RowStarts[i]; p < graph.RowStarts[i + 1]; p++)
            {
                var j = graph.Columns[p];
                Assert.Equal(coupling.Agreement[p], coupling.Agreement[graph.RowStarts[j] + graph.NeighboursOf(j).IndexOf(i)]);
            }
        }

        Assert.Equal(coupling.Matrix.Weights, new HebbianCoupling(graph, 0.3, 0.5, coupling.Agreement).Matrix.Weights);
    });

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new HebbianCoupling(TestGraphs.Path(2), -1, 0.5));
        Assert.Throws<ArgumentException>(() => new HebbianCoupling(TestGraphs.Path(2), 1, 1));
        Assert.Throws<ArgumentException>(() => new HebbianCoupling(TestGraphs.Path(2), 1, 0.5, [0]));
        Assert.Throws<ArgumentException>(() => new HebbianCoupling(TestGraphs.Path(2), 1, 0.5, [0, 2]));
        Assert.Throws<ArgumentException>(() => new HebbianCoupling(TestGraphs.Path(2), 1, 0.5).Learn([0], 1));
        Assert.Throws<ArgumentException>(() => new HebbianCoupling(TestGraphs.Path(2), 1, 0.5).Learn([0, double.NaN], 1));
    }
}
