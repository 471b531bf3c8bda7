using CsCheck;
using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Oscillators;

public sealed class LockingMarginTests
{
    [Theory]
    [InlineData(0.5, 0.5)]
    [InlineData(1, 0)]
    [InlineData(1.5, -0.5)]
    public void Two_oscillators_have_what_is_left_of_twice_the_coupling(double part, double margin)
    {
        const double coupling = 0.8;
        var found = LockingMargin.Of(TestGraphs.Path(2), [0, part * 2 * coupling], coupling, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(margin, found.Value, 12);
        Assert.Equal((1, 0), (found.From, found.To));
    }

    [Fact]
    public void A_tree_locks_exactly_while_there_is_a_margin() => Gen.Select(Gen.Int[2, 9], Gen.Int[0, 1000], Gen.OneOf(Gen.Const(-0.02), Gen.Const(0.02))).Sample(
        (nodes, seed, margin) =>
        {
            // On a tree each relation's load is given by what hangs on it, so the condition is exact (Dörfler, Chertkov, Bullo 2013). The coupling is put just beside the edge.
            var random = new Random(seed);
            var graph = WeightedGraph.FromEdges(nodes, [.. Enumerable.Range(1, nodes - 1).Select(i => new WeightedEdge(random.Next(i), i, 0.3 + random.NextDouble()))]);
            double[] drawn = [.. Enumerable.Range(0, nodes).Select(_ => 2 * random.NextDouble() - 1)];

            // Time is counted in what the tightest relation needs, or two that happen to want nearly the same would take for ever to agree; seen from the frequency that all have in common.
            var common = Enumerable.Range(0, nodes).Sum(i => graph.Strengths[i] * drawn[i]) / graph.TotalStrength;
            var needed = 1 - LockingMargin.Of(graph, drawn, 1).Value;
            double[] frequencies = [.. drawn.Select(frequency => (frequency - common) / needed)];
            var coupling = 1 / (1 - margin);
            var found = LockingMargin.Of(graph, frequencies, coupling);
            Assert.Equal(margin, found.Value, 5e-10);

            // Near the edge the relation creeps: at sin = 1 − m its rate is K √(2m) ≈ 0.2 K. Forty times that, then two spans of a turn of the slowest beat, 2π / (K √(2m) · strength ratio).
            var integrator = new KuramotoIntegrator(CouplingMatrix.FromGraph(graph), new() { Coupling = coupling, TimeStep = 0.5 });
            var phases = new double[nodes];
            integrator.Advance(phases, frequencies, 12_000);
            var relations = Enumerable.Range(0, nodes).SelectMany(i => graph.NeighboursOf(i).ToArray().Where(j => j < i).Select(j => (From: i, To: j))).ToArray();
            var turned = new double[relations.Length];
            var last = Angles();
            for (var i = 0; i < 4_000; i++)
            {
                integrator.Step(phases, frequencies);
                var now = Angles();
                for (var k = 0; k < relations.Length; k++)
                {
                    turned[k] += Phase.Difference(last[k], now[k]);
                }

                last = now;
            }

            // Beyond the edge one relation slips, and which one it is is not said: what hangs on it pulls on the others no more.
            if (margin > 0)
            {
                Assert.All(turned, angle => Assert.Equal(0, angle, 1e-6));
                Assert.Equal(1 - margin, Math.Sin(Phase.Difference(phases[found.To], phases[found.From])), 1e-6);
            }
            else
            {
                Assert.True(turned.Max(Math.Abs) > Math.PI, $"They turned by {turned.Max(Math.Abs)} at most.");
            }

            double[] Angles() => [.. relations.Select(relation => Phase.Difference(phases[relation.To], phases[relation.From]))];
        },
        iter: 40,
        threads: 2);

    [Fact]
    public void The_margin_does_not_depend_on_what_all_have_in_common() => Gen.Select(TestGraphs.Any, Gen.Double[-1, 1].Array[24], Gen.Double[-5, 5]).Sample((graph, frequencies, shift) =>
    {
        var n = graph.NodeCount;
        var plain = LockingMargin.Of(graph, frequencies.AsSpan(0, n), 1).Value;
        var shifted = LockingMargin.Of(graph, frequencies.Take(n).Select(frequency => frequency + shift).ToArray(), 1).Value;
        Assert.Equal(plain, shifted, 1e-7 * (1 + Math.Abs(1 - plain)));
    });

    [Fact]
    public void Without_anything_to_carry_the_margin_is_whole()
    {
        Assert.Equal(1, LockingMargin.Of(KarateClub.Graph, [.. Enumerable.Repeat(0.7, 34)], 0.1, cancellationToken: TestContext.Current.CancellationToken).Value);
        Assert.Equal(new LockingMargin(1, -1, -1, 0), LockingMargin.Of(WeightedGraph.FromEdges(3, []), [1, 2, 3], 0, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(1, LockingMargin.Of(WeightedGraph.FromEdges(0, []), [], 1, cancellationToken: TestContext.Current.CancellationToken).Value);
        Assert.Equal(double.NegativeInfinity, LockingMargin.Of(TestGraphs.Path(2), [0, 1], 0, cancellationToken: TestContext.Current.CancellationToken).Value);
    }

    [Fact]
    public void Of_several_components_the_tightest_counts()
    {
        var graph = WeightedGraph.FromEdges(5, [new(0, 1, 1), new(2, 3, 1)]);
        var found = LockingMargin.Of(graph, [0, 0.2, 5, 5.6, 99], 1, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(0.7, found.Value, 12);
        Assert.Equal((3, 2), (found.From, found.To));
    }

    [Fact]
    public void A_part_that_hangs_on_others_has_less_to_hold_itself_with()
    {
        var pair = TestGraphs.Path(2);
        Assert.Equal(0.75, LockingMargin.Of(pair, [0, 0.5], 1, cancellationToken: TestContext.Current.CancellationToken).Value, 12);
        Assert.Equal(0.25, LockingMargin.Of(pair, [0, 0.5], 1, [3, 3], TestContext.Current.CancellationToken).Value, 12);
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => LockingMargin.Of(TestGraphs.Path(2), [0], 1, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => LockingMargin.Of(TestGraphs.Path(2), [0, 1], -1, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => LockingMargin.Of(TestGraphs.Path(2), [0, double.NaN], 1, cancellationToken: TestContext.Current.CancellationToken));
    }
}
