using System.Runtime.Intrinsics;

namespace Itori.Numerics.Oscillators;

/// <summary>
/// Moves phases by dθ_i/dt = ω_i + K Σ_j w_ij sin(θ_j − θ_i − α): the classical Runge-Kutta method of order 4 with a fixed step.
/// </summary>
/// <remarks>
/// <para>
/// One sine and cosine for each oscillator, then a multiply-add for each entry of the coupling, as
/// Σ_j w_ij sin(θ_j − φ_i) = cos φ_i Σ_j w_ij sin θ_j − sin φ_i Σ_j w_ij cos θ_j with φ_i = θ_i + α. O(N + M) a step, nothing allocated.
/// </para>
/// <para>
/// The same phases, frequencies, coupling and parameters give the same bits in every process and on every machine: sums run in one fixed order in
/// lanes of fixed width, no operation is fused, and <see cref="SineCosine"/> is our own. Holds scratch memory, so one instance serves one thread at a time.
/// </para>
/// </remarks>
public sealed class KuramotoIntegrator
{
    /// <summary>
    /// RK4 damps e^(λt) for real −2.785 ≤ λ·dt ≤ 0, and no eigenvalue of the linearised coupling lies beyond 2·K·max_i Σ_j w_ij (Gershgorin).
    /// </summary>
    private const double StableStep = 2.785 / 2;

    private readonly CouplingMatrix _coupling;
    private readonly KuramotoParameters _parameters;
    private readonly double _lagSine;
    private readonly double _lagCosine;
    private readonly double[] _start;
    private readonly double[] _stage;
    private readonly double[] _slopes;
    private readonly double[] _unit;

    /// <summary>Prepares an integrator for one coupling.</summary>
    /// <param name="coupling">The weights; N oscillators.</param>
    /// <param name="parameters">K, α and dt.</param>
    /// <exception cref="ArgumentException">K · dt · max_i Σ_j w_ij is above 1.39: the step is too long for this coupling and would not be stable.</exception>
    public KuramotoIntegrator(CouplingMatrix coupling, KuramotoParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(coupling);
        ArgumentNullException.ThrowIfNull(parameters);
        var reach = parameters.Coupling * parameters.TimeStep * coupling.LargestRowSum;
        if (!(reach <= StableStep))
        {
            throw new ArgumentException(
                $"Coupling × TimeStep × largest row sum is {reach:g4}; above {StableStep:g4} the step is not stable. Shorten TimeStep.",
                nameof(parameters));
        }

        _coupling = coupling;
        _parameters = parameters;
        (_lagSine, _lagCosine) = SineCosine.Of(parameters.PhaseLag);
        var padded = (coupling.NodeCount + SineCosine.Lanes - 1) / SineCosine.Lanes * SineCosine.Lanes;
        _start = new double[padded];
        _stage = new double[padded];
        _slopes = new double[padded];
        _unit = new double[2 * padded];
    }

    /// <summary>N, the number of oscillators.</summary>
    public int NodeCount => _coupling.NodeCount;

    /// <summary>The weights this integrator was made for.</summary>
    public CouplingMatrix Coupling => _coupling;

    /// <summary>The constants this integrator was made for.</summary>
    public KuramotoParameters Parameters => _parameters;

    /// <summary>Moves all phases by one time step.</summary>
    /// <param name="phases">θ in rad, length N; any finite angles on entry, in [0, 2π) on return. Unchanged when an exception is thrown.</param>
    /// <param name="naturalFrequencies">ω in rad/s, length N; |ω| · dt at most π, beyond which a turn cannot be told from its reverse.</param>
    /// <exception cref="ArgumentException">A length is not N, a phase is not finite, or a frequency is not finite or too high for the step.</exception>
    public void Step(Span<double> phases, ReadOnlySpan<double> naturalFrequencies)
    {
        Load(phases, naturalFrequencies);
        var dt = _parameters.TimeStep;
        Array.Clear(_slopes);
        Evaluate(naturalFrequencies, slopeWeight: 1, advance: dt / 2);
        Evaluate(naturalFrequencies, slopeWeight: 2, advance: dt / 2);
        Evaluate(naturalFrequencies, slopeWeight: 2, advance: dt);
        Evaluate(naturalFrequencies, slopeWeight: 1, advance: 0);
        var sixth = dt / 6;
        for (var i = 0; i < phases.Length; i++)
        {
            phases[i] = Phase.Wrap(_start[i] + sixth * _slopes[i]);
        }
    }

    /// <summary>Moves all phases by a number of time steps.</summary>
    /// <param name="phases">As for <see cref="Step"/>; after a cancellation they are those of the last whole step.</param>
    /// <param name="naturalFrequencies">As for <see cref="Step"/>.</param>
    /// <param name="steps">How many steps, at least zero.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <exception cref="ArgumentException">As <see cref="Step"/>.</exception>
    public void Advance(Span<double> phases, ReadOnlySpan<double> naturalFrequencies, int steps, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        for (var i = 0; i < steps; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step(phases, naturalFrequencies);
        }
    }

    /// <summary>The effective frequencies dθ/dt at the given phases, in rad/s.</summary>
    /// <param name="phases">θ in rad, length N; not changed.</param>
    /// <param name="naturalFrequencies">ω in rad/s, length N.</param>
    /// <param name="frequencies">Where the result goes, length N.</param>
    /// <exception cref="ArgumentException">As <see cref="Step"/>.</exception>
    public void EffectiveFrequencies(ReadOnlySpan<double> phases, ReadOnlySpan<double> naturalFrequencies, Span<double> frequencies)
    {
        if (frequencies.Length != NodeCount)
        {
            throw new ArgumentException($"{frequencies.Length} places for {NodeCount} oscillators.", nameof(frequencies));
        }

        Load(phases, naturalFrequencies);
        Array.Clear(_slopes);
        Evaluate(naturalFrequencies, slopeWeight: 1, advance: 0);
        _slopes.AsSpan(0, NodeCount).CopyTo(frequencies);
    }

    private void Load(ReadOnlySpan<double> phases, ReadOnlySpan<double> naturalFrequencies)
    {
        if (phases.Length != NodeCount || naturalFrequencies.Length != NodeCount)
        {
            throw new ArgumentException($"{phases.Length} phases and {naturalFrequencies.Length} frequencies for {NodeCount} oscillators.");
        }

        var highest = Math.PI / _parameters.TimeStep;
        for (var i = 0; i < phases.Length; i++)
        {
            // Written so that NaN fails it too.
            if (!(Math.Abs(naturalFrequencies[i]) <= highest))
            {
                throw new ArgumentException(
                    $"Frequency {i} is {naturalFrequencies[i]} rad/s; with this time step it is finite and at most {highest:g4}.", nameof(naturalFrequencies));
            }

            var wrapped = Phase.Wrap(phases[i]);
            if (double.IsNaN(wrapped))
            {
                throw new ArgumentException($"Phase {i} is {phases[i]}; phases are finite.", nameof(phases));
            }

            _start[i] = wrapped;
            _stage[i] = wrapped;
        }
    }

    /// <summary>
    /// Adds slopeWeight · dθ/dt at the stage's phases to the slopes, and moves the stage's phases to start + advance · dθ/dt.
    /// </summary>
    private unsafe void Evaluate(ReadOnlySpan<double> naturalFrequencies, double slopeWeight, double advance)
    {
        SineCosine.Interleave(_stage, _unit);
        var coupling = _parameters.Coupling;
        fixed (int* starts = _coupling.RowStarts, columns = _coupling.Columns)
        fixed (double* weights = _coupling.Weights, unit = _unit, omega = naturalFrequencies, start = _start, stage = _stage, slopes = _slopes)
        {
            var nodes = NodeCount;
            for (var i = 0; i < nodes; i++)
            {
                // Lane 0 sums w cos θ, lane 1 sums w sin θ. Four sums in turn hide the latency of the addition; their order is part of the result.
                var a = Vector128<double>.Zero;
                var b = a;
                var c = a;
                var d = a;
                var p = starts[i];
                var end = starts[i + 1];
                for (; p + 4 <= end; p += 4)
                {
                    a += Vector128.Load(unit + 2L * columns[p]) * Vector128.Create(weights[p]);
                    b += Vector128.Load(unit + 2L * columns[p + 1]) * Vector128.Create(weights[p + 1]);
                    c += Vector128.Load(unit + 2L * columns[p + 2]) * Vector128.Create(weights[p + 2]);
                    d += Vector128.Load(unit + 2L * columns[p + 3]) * Vector128.Create(weights[p + 3]);
                }

                for (; p < end; p++)
                {
                    a += Vector128.Load(unit + 2L * columns[p]) * Vector128.Create(weights[p]);
                }

                var sum = (a + b) + (c + d);
                var cosine = unit[2L * i] * _lagCosine - unit[2L * i + 1] * _lagSine;
                var sine = unit[2L * i + 1] * _lagCosine + unit[2L * i] * _lagSine;
                var slope = omega[i] + coupling * (sum.GetElement(1) * cosine - sum.GetElement(0) * sine);
                slopes[i] += slopeWeight * slope;
                stage[i] = start[i] + advance * slope;
            }
        }
    }
}
