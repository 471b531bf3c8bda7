using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CsCheck;
using Itori.Numerics.Oscillators;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Oscillators;

/// <summary>What the integrator promises as a component; what it computes is in <see cref="KuramotoTheoryTests"/>.</summary>
public sealed class KuramotoIntegratorTests
{
    private static readonly CouplingMatrix Pair = CouplingMatrix.FromEdges(2, [new(0, 1, 1)]);

    [Fact]
    public void A_trajectory_has_the_same_bits_everywhere()
    {
        var coupling = CouplingMatrix.FromGraph(TestGraphs.Random(101, 700, seed: 5));
        var integrator = new KuramotoIntegrator(coupling, new() { Coupling = 1.3, PhaseLag = 0.2, TimeStep = 0.05 });
        var random = new Random(11);
        var phases = Enumerable.Range(0, 101).Select(_ => random.NextDouble() * 6).ToArray();
        var frequencies = Enumerable.Range(0, 101).Select(_ => random.NextDouble() - 0.5).ToArray();
        integrator.Advance(phases, frequencies, 2000, TestContext.Current.CancellationToken);

        // Recorded once. Any other value means that a replay would differ from what people saw.
        Assert.Equal("62E7F64392322853", Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<double>(phases)))[..16]);
    }

    [Theory]
    [InlineData("EnableAVX512")]
    [InlineData("EnableAVX2")]
    [InlineData("EnableAVX")]
    [InlineData("EnableHWIntrinsic")]
    [InlineData("TieredCompilation")]
    public async Task A_trajectory_has_the_same_bits_in_a_process_without(string feature)
    {
        // The test above, again, in a process whose JIT must do without some instructions (or without its quick first tier).
        var itself = Environment.ProcessPath!;
        var hosted = Path.GetFileNameWithoutExtension(itself) == "dotnet";
        var start = new ProcessStartInfo(itself)
        {
            RedirectStandardOutput = true,
            ArgumentList = { "-method", $"{typeof(KuramotoIntegratorTests).FullName}.{nameof(A_trajectory_has_the_same_bits_everywhere)}", "-noColor" },
            Environment = { [$"DOTNET_{feature}"] = "0" },
        };
        if (hosted)
        {
            start.ArgumentList.Insert(0, typeof(KuramotoIntegratorTests).Assembly.Location);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("Total: 1, Errors: 0, Failed: 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var coupling = CouplingMatrix.FromGraph(TestGraphs.Random(200, 1000, seed: 1));
        var integrator = new KuramotoIntegrator(coupling, new());
        var (phases, frequencies) = (new double[200], new double[200]);
        integrator.Step(phases, frequencies);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            integrator.Step(phases, frequencies);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Phases_stay_in_one_turn() => Gen.Select(TestGraphs.Any, Gen.Double[-50, 50].Array[24], Gen.Double[-30, 30].Array[24]).Sample((graph, phases, frequencies) =>
    {
        var n = graph.NodeCount;
        var integrator = new KuramotoIntegrator(CouplingMatrix.FromGraph(graph), new() { Coupling = 2, TimeStep = 0.1 });
        integrator.Advance(phases.AsSpan(0, n), frequencies.AsSpan(0, n), 5);
        Assert.All(phases.Take(n), phase => Assert.InRange(phase, 0, Math.BitDecrement(Math.Tau)));
    });

    [Fact]
    public void An_isolated_oscillator_turns_at_its_own_frequency()
    {
        var integrator = new KuramotoIntegrator(CouplingMatrix.FromEdges(3, [new(0, 2, 1)]), new() { TimeStep = 0.01 });
        var phases = new[] { 0, 1.0, 3 };
        integrator.Advance(phases, [0.3, 0.7, -0.2], 1000, TestContext.Current.CancellationToken);

        // 1000 roundings of at most one ulp of 2π.
        Assert.Equal(0, Phase.Difference(1 + 0.7 * 10, phases[1]), 1000 * 8.9e-16);
    }

    [Fact]
    public void Nobody_is_a_valid_field() => new KuramotoIntegrator(CouplingMatrix.FromEdges(0, []), new()).Step([], []);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Phases_and_frequencies_that_are_no_numbers_are_refused_and_change_nothing(double bad)
    {
        var integrator = new KuramotoIntegrator(Pair, new());
        double[] phases = [1, bad];
        Assert.Throws<ArgumentException>(() => integrator.Step(phases, [0, 0]));
        Assert.Equal([1, bad], phases);

        phases = [1, 9];
        Assert.Throws<ArgumentException>(() => integrator.Step(phases, [0, bad]));
        Assert.Equal([1, 9], phases);
    }

    [Fact]
    public void A_frequency_beyond_half_a_turn_a_step_is_refused()
    {
        var integrator = new KuramotoIntegrator(Pair, new() { TimeStep = 0.5 });
        integrator.Step(new double[2], [Math.PI / 0.5, 0]);
        Assert.Throws<ArgumentException>(() => integrator.Step(new double[2], [Math.BitIncrement(Math.PI / 0.5), 0]));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    public void Lengths_that_differ_are_refused(int phases, int frequencies)
    {
        var integrator = new KuramotoIntegrator(Pair, new());
        Assert.Throws<ArgumentException>(() => integrator.Step(new double[phases], new double[frequencies]));
        Assert.Throws<ArgumentException>(() => integrator.EffectiveFrequencies(new double[2], new double[2], new double[phases == 2 ? 1 : phases]));
    }

    [Fact]
    public void A_step_too_long_to_be_stable_is_refused()
    {
        _ = new KuramotoIntegrator(Pair, new() { Coupling = 10, TimeStep = 0.139 });
        Assert.Throws<ArgumentException>(() => new KuramotoIntegrator(Pair, new() { Coupling = 10, TimeStep = 0.14 }));
    }

    [Fact]
    public void Parameters_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new KuramotoParameters { Coupling = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new KuramotoParameters { Coupling = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new KuramotoParameters { Coupling = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => new KuramotoParameters { PhaseLag = 1.6 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new KuramotoParameters { PhaseLag = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new KuramotoParameters { TimeStep = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new KuramotoParameters { TimeStep = double.PositiveInfinity });
    }

    [Fact]
    public void Cancellation_stops_between_steps()
    {
        var phases = new[] { 0.5, 1 };
        Assert.Throws<OperationCanceledException>(() => new KuramotoIntegrator(Pair, new()).Advance(phases, [1, 1], 10, new CancellationToken(canceled: true)));
        Assert.Equal([0.5, 1], phases);
    }

    [Theory]
    [InlineData(CouplingNormalisation.Strength, 0.75, 0.25, 1)]
    [InlineData(CouplingNormalisation.Symmetric, 0.8660254037844386, 0.5, 0.8660254037844386)]
    [InlineData(CouplingNormalisation.None, 3, 1, 3)]
    public void Weights_are_normalised_as_named(CouplingNormalisation normalisation, double toFirst, double toSecond, double back)
    {
        // Node 0 has strength 4, nodes 1 and 2 have 3 and 1.
        var coupling = CouplingMatrix.FromEdges(3, [new(0, 1, 3), new(0, 2, 1)], normalisation);

        Assert.Equal(toFirst, coupling.Weights[0], 15);
        Assert.Equal(toSecond, coupling.Weights[1], 15);
        Assert.Equal(back, coupling.Weights[2], 15);
    }
}
