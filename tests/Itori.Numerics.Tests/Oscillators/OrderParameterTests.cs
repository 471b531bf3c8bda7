using CsCheck;
using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Oscillators;

public sealed class OrderParameterTests
{
    private static readonly Gen<double[]> Phases = Gen.Double[-20, 20].Array[0, 200];

    [Fact]
    public void It_lies_between_zero_and_one() => Phases.Sample(phases =>
    {
        var order = OrderParameter.Of(phases);
        Assert.InRange(order.R, 0, 1);
        Assert.InRange(order.MeanPhase, 0, Math.BitDecrement(Math.Tau));
    });

    [Fact]
    public void It_is_the_mean_of_the_unit_vectors() => Phases.Where(phases => phases.Length > 0).Sample(phases =>
    {
        var order = OrderParameter.Of(phases);
        Assert.Equal(phases.Average(Math.Cos), order.R * Math.Cos(order.MeanPhase), 1e-14);
        Assert.Equal(phases.Average(Math.Sin), order.R * Math.Sin(order.MeanPhase), 1e-14);
    });

    [Fact]
    public void A_common_rotation_leaves_R_and_turns_the_mean_phase() => Gen.Select(Phases, Gen.Double[-10, 10]).Sample((phases, turn) =>
    {
        var before = OrderParameter.Of(phases);
        var after = OrderParameter.Of([.. phases.Select(phase => phase + turn)]);
        Assert.Equal(before.R, after.R, 1e-14);

        // The mean phase of a sum of length rN is known to rounding / r.
        if (before.R > 1e-6)
        {
            Assert.Equal(0, Phase.Difference(before.MeanPhase + turn, after.MeanPhase), 1e-14 / before.R);
        }
    });

    [Fact]
    public void Equal_phases_have_one_and_evenly_spread_ones_zero()
    {
        Assert.Equal(new OrderParameter(1, 2), OrderParameter.Of([2.0, 2.0, 2.0]) with { MeanPhase = 2 });
        Assert.Equal(2, OrderParameter.Of([2.0, 2.0, 2.0]).MeanPhase, 15);
        Assert.Equal(0, OrderParameter.Of([.. Enumerable.Range(0, 7).Select(k => Math.Tau * k / 7)]).R, 1e-15);
    }

    [Fact]
    public void Nobody_has_no_order() => Assert.Equal(new OrderParameter(0, 0), OrderParameter.Of(ReadOnlySpan<double>.Empty));

    [Fact]
    public void Single_precision_agrees() => Phases.Sample(phases =>
    {
        float[] rounded = [.. phases.Select(phase => (float)phase)];
        Assert.Equal(OrderParameter.Of([.. rounded.Select(phase => (double)phase)]), OrderParameter.Of(rounded));
    });

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Phases_that_are_no_numbers_are_refused(double bad)
    {
        Assert.Throws<ArgumentException>(() => OrderParameter.Of([0, bad]));
        Assert.Throws<ArgumentException>(() => OrderParameter.Of([0f, (float)bad]));
        Assert.Throws<ArgumentException>(() => Coherence.OfEdges(TestGraphs.Path(2), [0, bad]));
    }

    [Fact]
    public void Local_order_looks_at_the_neighbours_alone()
    {
        // 0 has neighbours at 0 and π with weights 3 and 1: |3 − 1| / 4. The loner has none.
        var coupling = CouplingMatrix.FromEdges(4, [new(0, 1, 3), new(0, 2, 1)]);
        var local = new double[4];
        Coherence.Local(coupling, [1, 0, Math.PI, 2], local);

        Assert.All(local.Zip([0.5, 1, 1, 0.0]), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
    }

    [Fact]
    public void Clusters_are_measured_each_for_itself()
    {
        var clusters = Coherence.OfClusters([1, 1, 0, Math.PI], [0, 0, 1, 1], 3);

        Assert.Equal(1, clusters[0].R, 15);
        Assert.Equal(0, clusters[1].R, 15);
        Assert.Equal(0, clusters[2].R);
        Assert.Throws<ArgumentException>(() => Coherence.OfClusters([1, 1], [0, 3], 3));
    }

    [Fact]
    public void Edge_order_is_one_in_phase_and_minus_one_in_antiphase()
    {
        var pair = WeightedGraph.FromEdges(2, [new(0, 1, 5)]);

        Assert.Equal(1, Coherence.OfEdges(pair, [2, 2]), 15);
        Assert.Equal(-1, Coherence.OfEdges(pair, [0, Math.PI]), 15);
        Assert.Equal(0, Coherence.OfEdges(WeightedGraph.FromEdges(2, []), [0, 1]));
    }

    [Fact]
    public void Edge_order_counts_each_edge_by_its_weight()
    {
        // r_uni = Σ w cos(θj − θi) / Σ w (Schröder, Timme, Witthaut 2017): two edges of weights 3 and 1 at angles π/3 and π.
        var graph = WeightedGraph.FromEdges(3, [new(0, 1, 3), new(1, 2, 1)]);
        Assert.Equal(((3 * 0.5) + (1 * -1)) / 4, Coherence.OfEdges(graph, [0, Math.PI / 3, Math.PI * 4 / 3]), 1e-15);
    }

    [Fact]
    public void Local_and_edge_order_stay_in_their_ranges() => Gen.Select(TestGraphs.Any, Gen.Double[0, 6.28].Array[24]).Sample((graph, phases) =>
    {
        var coupling = CouplingMatrix.FromGraph(graph);
        var local = new double[graph.NodeCount];
        Coherence.Local(coupling, phases.AsSpan(0, graph.NodeCount), local);
        Assert.All(local, r => Assert.InRange(r, 0, 1));
        Assert.InRange(Coherence.OfEdges(graph, phases.AsSpan(0, graph.NodeCount)), -1, 1);
    });
}
