namespace Itori.Numerics.Forecasting;

/// <summary>
/// Page and Hinkley's test (Page 1954, Hinkley 1971) for a rise of a series' mean: the sum of what is above the mean so far, less a tolerance, and how far it has climbed from its lowest point. An immutable
/// value; <c>default</c> has seen nothing.
/// </summary>
/// <param name="Count">How many values since the last alarm.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Climb">How far the sum is above its lowest point, at least 0, in the units of the series.</param>
public readonly record struct PageHinkley(long Count, double Mean, double Climb)
{
    /// <summary>The state after one more value.</summary>
    /// <param name="value">A finite value.</param>
    /// <param name="tolerance">δ: rises of the mean smaller than this are not looked for.</param>
    public PageHinkley With(double value, double tolerance)
    {
        var mean = Mean + (value - Mean) / (Count + 1);
        return new PageHinkley(Count + 1, mean, Math.Max(0, Climb + value - mean - tolerance));
    }

    /// <summary>Whether the mean has risen. Begin again from <c>default</c> then.</summary>
    /// <param name="threshold">λ: the higher, the fewer false alarms, and the later the right ones.</param>
    public bool HasRisen(double threshold) => Climb > threshold;
}
