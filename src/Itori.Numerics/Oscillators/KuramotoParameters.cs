namespace Itori.Numerics.Oscillators;

/// <summary>The constants of dθ_i/dt = ω_i + K Σ_j w_ij sin(θ_j − θ_i − α). Each is checked when it is set.</summary>
public sealed record KuramotoParameters
{
    /// <summary>K in rad/s: how strongly neighbours pull. Finite, at least zero; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public double Coupling
    {
        get;
        init => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Coupling), value, "Coupling is finite and at least 0 rad/s.");
    } = 1;

    /// <summary>
    /// α in rad: the angle by which an oscillator likes to trail its neighbours (Sakaguchi, Kuramoto 1986). In [−π/2, π/2], where coupling
    /// does not repel; 0 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public double PhaseLag
    {
        get;
        init => field = Math.Abs(value) <= Math.PI / 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(PhaseLag), value, "PhaseLag is between -π/2 and π/2 rad.");
    }

    /// <summary>dt in seconds of the field's own time: finite, above zero; 0.02 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public double TimeStep
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(TimeStep), value, "TimeStep is finite and above 0 s.");
    } = 0.02;
}
