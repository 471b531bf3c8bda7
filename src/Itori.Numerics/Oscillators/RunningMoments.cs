namespace Itori.Numerics.Oscillators;

/// <summary>
/// Mean and variance of a series over its recent past: each value weighs e^(−age/τ). An immutable value; <c>default</c> has seen nothing.
/// </summary>
/// <param name="Mean">The weighted mean; 0 before the first value.</param>
/// <param name="Variance">The weighted variance about it, at least 0.</param>
/// <param name="Weight">The sum of weights in units of the newest one, 0 before the first value; approaches τ/dt.</param>
public readonly record struct RunningMoments(double Mean, double Variance, double Weight)
{
    /// <summary>The moments with one more value (West 1979).</summary>
    /// <param name="value">A finite value; others are left out, so that one of them does not spoil all that follow.</param>
    /// <param name="keep">The factor e^(−dt/τ) ∈ [0, 1] by which older values lose weight. 1 weighs all alike.</param>
    public RunningMoments With(double value, double keep)
    {
        if (!double.IsFinite(value))
        {
            return this;
        }

        var weight = keep * Weight + 1;
        var off = value - Mean;
        return new RunningMoments(Mean + off / weight, (1 - 1 / weight) * (Variance + off * off / weight), weight);
    }
}
