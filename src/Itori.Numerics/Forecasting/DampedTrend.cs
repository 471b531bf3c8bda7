namespace Itori.Numerics.Forecasting;

/// <summary>
/// Exponential smoothing with a damped trend (Gardner, McKenzie 1985): the level of a series and where it goes, the going less every step. An immutable value; <c>default</c> has seen nothing.
/// </summary>
/// <param name="Level">ℓ, in the units of the series.</param>
/// <param name="Trend">b, per step.</param>
/// <param name="Count">How many values it has seen.</param>
public readonly record struct DampedTrend(double Level, double Trend, long Count)
{
    /// <summary>The state after one more value.</summary>
    /// <param name="value">A finite value.</param>
    /// <param name="smoothing">α, β and φ.</param>
    public DampedTrend With(double value, TrendSmoothing smoothing)
    {
        if (Count == 0)
        {
            return new DampedTrend(value, 0, 1);
        }

        var expected = Level + smoothing.Damping * Trend;
        var level = expected + smoothing.Level * (value - expected);
        var trend = smoothing.Damping * Trend + smoothing.Trend * (level - Level - smoothing.Damping * Trend);
        return new DampedTrend(level, trend, Count + 1);
    }

    /// <summary>ŷ(h) = ℓ + (φ + φ² + … + φ^h) b.</summary>
    /// <param name="steps">h, at least 0.</param>
    /// <param name="damping">φ ∈ [0, 1].</param>
    public double Forecast(int steps, double damping)
    {
        double sum = 0, power = 1;
        for (var i = 0; i < steps; i++)
        {
            power *= damping;
            sum += power;
        }

        return Level + sum * Trend;
    }
}

/// <summary>The constants of a <see cref="DampedTrend"/>.</summary>
/// <param name="Level">α ∈ (0, 1]: how much of a surprise moves the level. 1 with β = 0 is persistence: the last value goes on.</param>
/// <param name="Trend">β ∈ [0, 1]: how much of a moved level moves the trend.</param>
/// <param name="Damping">φ ∈ [0, 1]: how much of the trend is left a step later.</param>
public readonly record struct TrendSmoothing(double Level, double Trend, double Damping);
