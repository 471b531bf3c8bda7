namespace Itori.Numerics.Oscillators;

/// <summary>Angles on the circle, in radians.</summary>
public static class Phase
{
    /// <summary>The same angle in [0, 2π). NaN for NaN and infinities.</summary>
    /// <param name="angle">An angle in rad.</param>
    /// <remarks>The remainder is exact, so the result is the same on every machine.</remarks>
    public static double Wrap(double angle)
    {
        if (angle is >= 0 and < Math.Tau)
        {
            return angle;
        }

        var wrapped = angle % Math.Tau;
        if (wrapped < 0)
        {
            wrapped += Math.Tau;
        }

        // A tiny negative angle plus 2π rounds to 2π itself; −0 becomes 0.
        return wrapped >= Math.Tau ? 0 : wrapped + 0.0;
    }

    /// <summary>The signed angle from one phase to another, in [−π, π].</summary>
    /// <param name="from">A phase in rad.</param>
    /// <param name="to">A phase in rad.</param>
    public static double Difference(double from, double to) => Math.IEEERemainder(to - from, Math.Tau);
}
