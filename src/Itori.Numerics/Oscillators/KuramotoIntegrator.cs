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

    /// <summary>How many oscillators are moved at a time, a multiple of the lanes: what belongs to them alone then stays in the nearest cache.</summary>
    private const int Block = 256;

    private readonly CouplingMatrix _coupling;
    private readonly PackedCoupling _packed;
    private readonly KuramotoParameters _parameters;
    private readonly double _lagSine;
    private readonly double _lagCosine;
    private readonly double[] _start;
    private readonly double[] _stage;
    private readonly double[] _slopes;
    private readonly double[] _omega;
    private readonly double[] _cosines;
    private readonly double[] _sines;
    private readonly double[] _cosineSums;
    private readonly double[] _sineSums;
    private double[] _unit;
    private double[] _nextUnit;

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
        _packed = new PackedCoupling(coupling);
        _parameters = parameters;
        (_lagSine, _lagCosine) = SineCosine.Of(parameters.PhaseLag);
        var padded = (coupling.NodeCount + SineCosine.Lanes - 1) / SineCosine.Lanes * SineCosine.Lanes;
        _start = new double[padded];
        _stage = new double[Block];
        _slopes = new double[padded];
        _omega = new double[padded];
        _unit = new double[2 * padded];
        _nextUnit = new double[2 * padded];
        _cosines = new double[padded];
        _sines = new double[padded];
        _cosineSums = new double[Block];
        _sineSums = new double[Block];
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
        Evaluate(slopeWeight: 1, advance: dt / 2);
        Evaluate(slopeWeight: 2, advance: dt / 2);
        Evaluate(slopeWeight: 2, advance: dt);
        Evaluate(slopeWeight: 1, advance: 0);
        var sixth = dt / 6;
        var order = _packed.Order;
        for (var place = 0; place < order.Length; place++)
        {
            phases[order[place]] = Phase.Wrap(_start[place] + sixth * _slopes[place]);
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
        Evaluate(slopeWeight: 1, advance: 0);
        var order = _packed.Order;
        for (var place = 0; place < order.Length; place++)
        {
            frequencies[order[place]] = _slopes[place];
        }
    }

    private void Load(ReadOnlySpan<double> phases, ReadOnlySpan<double> naturalFrequencies)
    {
        if (phases.Length != NodeCount || naturalFrequencies.Length != NodeCount)
        {
            throw new ArgumentException($"{phases.Length} phases and {naturalFrequencies.Length} frequencies for {NodeCount} oscillators.");
        }

        _packed.Refresh();
        var highest = Math.PI / _parameters.TimeStep;
        var order = _packed.Order;
        for (var place = 0; place < order.Length; place++)
        {
            var i = order[place];

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

            _omega[place] = naturalFrequencies[i];
            _start[place] = wrapped;
        }

        SineCosine.Interleave(_start, _unit, _cosines, _sines);
    }

    /// <summary>
    /// Adds slopeWeight · dθ/dt at the phases whose sines and cosines are at hand to the slopes, and makes those of start + advance · dθ/dt the next at hand (none, where advance is 0: nobody asks for them).
    /// </summary>
    private unsafe void Evaluate(double slopeWeight, double advance)
    {
        var coupling = Vector256.Create(_parameters.Coupling);
        var lagSine = Vector256.Create(_lagSine);
        var lagCosine = Vector256.Create(_lagCosine);
        var weight = Vector256.Create(slopeWeight);
        var step = Vector256.Create(advance);

        for (var first = 0; first < _start.Length; first += Block)
        {
            var length = Math.Min(Block, _start.Length - first);
            _packed.Sum(first, Math.Min(length, NodeCount - first), _unit, _cosineSums, _sineSums);
            fixed (double* cosines = &_cosines[first], sines = &_sines[first], cosineSums = _cosineSums, sineSums = _sineSums)
            fixed (double* omega = &_omega[first], start = &_start[first], stage = _stage, slopes = &_slopes[first])
            {
                for (var i = 0; i < length; i += Vector256<double>.Count)
                {
                    var cosine = Vector256.Load(cosines + i) * lagCosine - Vector256.Load(sines + i) * lagSine;
                    var sine = Vector256.Load(sines + i) * lagCosine + Vector256.Load(cosines + i) * lagSine;
                    var slope = Vector256.Load(omega + i) + coupling * (Vector256.Load(sineSums + i) * cosine - Vector256.Load(cosineSums + i) * sine);
                    (Vector256.Load(slopes + i) + weight * slope).Store(slopes + i);
                    (Vector256.Load(start + i) + step * slope).Store(stage + i);
                }
            }

            if (advance != 0)
            {
                SineCosine.Interleave(_stage.AsSpan(0, length), _nextUnit.AsSpan(2 * first), _cosines.AsSpan(first), _sines.AsSpan(first));
            }
        }

        (_unit, _nextUnit) = (_nextUnit, _unit);
    }
}
