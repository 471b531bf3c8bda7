using CsCheck;
using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;
using Itori.Numerics.Spectra;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Oscillators;

/// <summary>What is known of the Kuramoto model on paper, found again in numbers.</summary>
public sealed class KuramotoTheoryTests
{
    private static readonly CouplingMatrix Pair = CouplingMatrix.FromEdges(2, [new(0, 1, 1)]);

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.999)]
    public void Two_oscillators_lock_below_twice_the_coupling(double part)
    {
        // δ = θ1 − θ0 follows dδ/dt = Δω − 2K sin δ: it rests at sin δ = Δω / 2K, which it nears at the rate 2K cos δ.
        const double coupling = 0.8;
        var rest = Math.Asin(part);
        var duration = 40 / (2 * coupling * Math.Cos(rest));
        var phases = new[] { 0.3, 0.3 };
        Integrate(Pair, coupling, phases, [0, part * 2 * coupling], duration, 0.05);

        // e^−40 of the way is left; near the fold rounding counts 1 / cos δ fold, a few ulp of 2π per step.
        Assert.Equal(rest, Phase.Difference(phases[0], phases[1]), 1e-14 / (1 - part + 1e-4));
    }

    [Theory]
    [InlineData(1.01)]
    [InlineData(1.5)]
    [InlineData(5)]
    public void Two_oscillators_slip_one_turn_a_period_above_it(double part)
    {
        const double coupling = 0.8;
        var difference = part * 2 * coupling;
        var period = Math.Tau / Math.Sqrt(difference * difference - 4 * coupling * coupling);
        var coarse = Slip(1000);
        var fine = Slip(2000);

        // Order 4: the finer run is off by 1/15 of what it differs from the coarser; twice that for what is beyond leading order.
        Assert.Equal(Math.Tau, fine, 2 * Math.Abs(coarse - fine) / 15 + 1e-12);

        double Slip(int steps)
        {
            var integrator = new KuramotoIntegrator(Pair, new() { Coupling = coupling, TimeStep = period / steps });
            var phases = new[] { 1.0, 1.0 };
            double slipped = 0, last = 0;
            for (var i = 0; i < steps; i++)
            {
                integrator.Step(phases, [0, difference]);
                var now = Phase.Difference(phases[0], phases[1]);
                slipped += Phase.Difference(last, now);
                last = now;
            }

            return slipped;
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    public void Identical_oscillators_relax_at_the_rate_of_the_algebraic_connectivity(double coupling)
    {
        const double size = 1e-4;
        const double step = 0.01;
        const int steps = 400;
        var graph = KarateClub.Graph;
        var connectivity = LaplacianSpectrum.Compute(graph, 2, TestContext.Current.CancellationToken).AlgebraicConnectivity;
        var laplacian = new ComponentLaplacian(graph, ConnectedComponents.Of(graph), 0, LaplacianKind.Combinatorial);
        var (_, vectors) = DenseEigensolver.Decompose(laplacian.ToDense());
        var slowest = Enumerable.Range(0, 34).Select(i => vectors[i, 1]).ToArray();
        var phases = slowest.Select(value => 3 + size * value).ToArray();

        Integrate(CouplingMatrix.FromGraph(graph, CouplingNormalisation.None), coupling, phases, new double[34], step * steps, step);

        // Left along the slowest direction: e^(−Kλ2 t). Sine is linear to size²/6, RK4 exact to z⁵/120 a step, and phases are known to some ulp of 3.
        var left = phases.Select((phase, i) => (phase - 3) * slowest[i]).Sum() / size;
        var z = coupling * connectivity * step;
        var expected = Math.Exp(-z * steps);
        Assert.Equal(expected, left, expected * steps * (size * size * z + Math.Pow(z, 5) / 120) + 34 * steps * 4.4e-16 / size);
    }

    [Fact]
    public void Halving_the_step_divides_the_error_by_sixteen()
    {
        var coupling = CouplingMatrix.FromGraph(TestGraphs.Random(20, 60, seed: 2));
        var random = new Random(3);
        var start = Enumerable.Range(0, 20).Select(_ => random.NextDouble() * 6).ToArray();
        var frequencies = Enumerable.Range(0, 20).Select(_ => 2 * random.NextDouble() - 1).ToArray();
        var runs = new[] { 0.1, 0.05, 0.025 }.Select(step =>
        {
            var phases = (double[])start.Clone();
            Integrate(coupling, 1.5, phases, frequencies, 4, step, lag: 0.3);
            return phases;
        }).ToArray();

        // Differences of order h⁴ (1 + O(h)): the order that shows is within O(h) of 4.
        var order = Math.Log2(Distance(runs[0], runs[1]) / Distance(runs[1], runs[2]));
        Assert.InRange(order, 3.8, 4.2);
    }

    [Fact]
    public void A_common_rotation_rotates_the_future() => Gen.Select(TestGraphs.Any, Gen.Double[0, 6.28].Array[24], Gen.Double[-1, 1].Array[24], Gen.Double[-10, 10]).Sample((graph, phases, frequencies, turn) =>
    {
        var n = graph.NodeCount;
        var plain = phases[..n];
        var turned = plain.Select(phase => phase + turn).ToArray();
        var coupling = CouplingMatrix.FromGraph(graph);
        Integrate(coupling, 1, plain, frequencies[..n], 1, 0.1, lag: 0.4);
        Integrate(coupling, 1, turned, frequencies[..n], 1, 0.1, lag: 0.4);

        // Roundings of angles up to 17, which dynamics over one second spread by at most e^(2K).
        Assert.All(plain.Zip(turned), pair => Assert.Equal(0, Phase.Difference(pair.First + turn, pair.Second), 20 * 3.6e-15 * Math.Exp(2)));
    });

    [Theory]
    [InlineData(CouplingNormalisation.Strength)]
    [InlineData(CouplingNormalisation.Symmetric)]
    [InlineData(CouplingNormalisation.None)]
    public void Coupling_conserves_the_mean_frequency(CouplingNormalisation normalisation)
    {
        var graph = KarateClub.Graph;
        var random = new Random(4);
        var phases = Enumerable.Range(0, 34).Select(_ => random.NextDouble() * 6).ToArray();
        var frequencies = Enumerable.Range(0, 34).Select(_ => random.NextDouble()).ToArray();
        var effective = new double[34];
        new KuramotoIntegrator(CouplingMatrix.FromGraph(graph, normalisation), new()).EffectiveFrequencies(phases, frequencies, effective);

        // Each pair pulls both ends alike: weighted by strength where rows were divided by it.
        double Mean(double[] values) => values.Select((value, i) => (normalisation == CouplingNormalisation.Strength ? graph.Strengths[i] : 1) * value).Sum();
        Assert.Equal(Mean(frequencies), Mean(effective), 1e-12);
        Assert.True(Distance(frequencies, effective) > 0.1);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(2500)]
    public void Without_coupling_a_finite_field_keeps_the_order_of_chance(int nodes)
    {
        // A random walk of N unit steps (Rayleigh): mean r = √(π/4N) = 0.886/√N, variance (1 − π/4)/N.
        const int fields = 400;
        var random = new Random(5);
        var integrator = new KuramotoIntegrator(CouplingMatrix.FromEdges(nodes, []), new() { TimeStep = 0.5 });
        var mean = Enumerable.Range(0, fields).Average(_ =>
        {
            var phases = Enumerable.Range(0, nodes).Select(_ => random.NextDouble() * Math.Tau).ToArray();
            var frequencies = Enumerable.Range(0, nodes).Select(_ => 4 * random.NextDouble() - 2).ToArray();
            integrator.Advance(phases, frequencies, 10);
            return OrderParameter.Of(phases).R;
        });

        // Four standard errors, and the first correction of the walk's length, 1/N of it.
        var expected = Math.Sqrt(Math.PI / 4 / nodes);
        Assert.Equal(expected, mean, 4 * Math.Sqrt((1 - Math.PI / 4) / nodes / fields) + expected / nodes);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(4)]
    public void Lorentzian_frequencies_synchronise_above_twice_their_width(double coupling)
    {
        // Kc = 2γ = 1; above it r = √(1 − Kc/K). What the finite field adds is of the order of 0.886/√N, amplified below Kc by 1/√(1 − K/Kc) (Daido 1990).
        const int nodes = 400;
        var (matrix, frequencies) = LorentzianField(nodes, width: 0.5);
        var random = new Random(6);
        var phases = Enumerable.Range(0, nodes).Select(_ => random.NextDouble() * Math.Tau).ToArray();
        var integrator = new KuramotoIntegrator(matrix, new() { Coupling = coupling, TimeStep = 0.02 });
        integrator.Advance(phases, frequencies, 1500, TestContext.Current.CancellationToken);
        var mean = Enumerable.Range(0, 500).Average(_ =>
        {
            integrator.Step(phases, frequencies);
            return OrderParameter.Of(phases).R;
        });

        var chance = 0.886 / Math.Sqrt(nodes);
        if (coupling < 1)
        {
            Assert.InRange(mean, 0, 2 * chance / Math.Sqrt(1 - coupling));
        }
        else
        {
            Assert.Equal(Math.Sqrt(1 - 1 / coupling), mean, chance);
        }
    }

    [Fact]
    public void Order_decays_along_the_manifold_of_Ott_and_Antonsen()
    {
        // dr/dt = (K/2 − γ) r − (K/2) r³ from r = 1 (Ott, Antonsen 2008), in closed form.
        const int nodes = 400;
        const double coupling = 2.5, width = 0.5;
        const double growth = coupling / 2 - width, rest = growth / (coupling / 2);
        var (matrix, frequencies) = LorentzianField(nodes, width);
        var phases = new double[nodes];
        var integrator = new KuramotoIntegrator(matrix, new() { Coupling = coupling, TimeStep = 0.02 });
        for (var i = 1; i <= 300; i++)
        {
            integrator.Step(phases, frequencies);
            var expected = Math.Sqrt(rest / (1 + (rest - 1) * Math.Exp(-2 * growth * i * 0.02)));
            Assert.Equal(expected, OrderParameter.Of(phases).R, 0.886 / Math.Sqrt(nodes));
        }
    }

    /// <summary>All to all, frequencies at the quantiles of a Lorentzian.</summary>
    private static (CouplingMatrix Matrix, double[] Frequencies) LorentzianField(int nodes, double width) => (
        CouplingMatrix.FromGraph(TestGraphs.Complete(nodes)),
        [.. Enumerable.Range(0, nodes).Select(i => width * Math.Tan(Math.PI * ((i + 0.5) / nodes - 0.5)))]);

    private static void Integrate(
        CouplingMatrix matrix, double coupling, double[] phases, double[] frequencies, double duration, double step, double lag = 0)
    {
        var integrator = new KuramotoIntegrator(matrix, new() { Coupling = coupling, PhaseLag = lag, TimeStep = step });
        integrator.Advance(phases, frequencies, (int)Math.Round(duration / step));
    }

    private static double Distance(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(Phase.Difference(x, y))).Max();
}
