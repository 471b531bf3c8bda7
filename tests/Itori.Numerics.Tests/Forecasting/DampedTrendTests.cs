using CsCheck;
using Itori.Numerics.Forecasting;

namespace Itori.Numerics.Tests.Forecasting;

public sealed class DampedTrendTests
{
    [Fact]
    public void It_follows_a_series_that_is_a_damped_trend_exactly() => Gen.Select(Gen.Double[-2, 2], Gen.Double[-1, 1], Gen.Double[0.1, 0.99]).Sample((level, trend, damping) =>
    {
        // y(t) = level + (φ + … + φ^t) b, once both are learnt: with α = β = 1 from the second value on, when b is seen as φ^(t) b.
        var smoothing = new TrendSmoothing(1, 1, damping);
        var state = default(DampedTrend);
        double y = level, going = trend;
        for (var t = 0; t < 5; t++)
        {
            state = state.With(y, smoothing);
            going *= damping;
            y += going;
        }

        double ahead = y, step = going;
        for (var h = 1; h <= 6; h++)
        {
            Assert.Equal(ahead, state.Forecast(h, damping), 1e-9);
            step *= damping;
            ahead += step;
        }
    });

    [Fact]
    public void Without_a_trend_and_with_full_trust_it_is_persistence() => Gen.Double[-5, 5].Array[1, 20].Sample(values =>
    {
        var state = values.Aggregate(default(DampedTrend), (sofar, value) => sofar.With(value, new(1, 0, 0)));
        Assert.Equal(values[^1], state.Forecast(7, 0), 5e-13);
    });

    [Fact]
    public void A_forecast_of_no_steps_is_the_level() => Assert.Equal(3, new DampedTrend(3, 9, 2).Forecast(0, 0.5));
}
