using CsCheck;
using Itori.Numerics.Forecasting;

namespace Itori.Numerics.Tests.Forecasting;

public sealed class ShareForecasterTests
{
    private const int Burn = 300;
    private const int Length = 4000;

    [Theory]
    [InlineData("random walk")]
    [InlineData("returning")]
    [InlineData("louder every while")]
    [InlineData("relaxing")]
    public void Bounds_hold_as_often_as_they_say(string kind)
    {
        // Adaptive conformal inference moves each side by γ = 0.02 a step and keeps it within a span of 1, so over T steps a side's misses are off by at most 1/(γ T) (Gibbs, Candès 2021); what is
        // learnt 12 steps late lets it overshoot by 12 γ at either end.
        var (inside, _) = Follow(Series(kind, seed: 1), out var steps);
        var slack = 2 * (1 + (2 * 12 * 0.02)) / (0.02 * steps);
        Assert.Equal(0.8, inside[0], slack);
        Assert.Equal(0.95, inside[1], slack);
    }

    [Fact]
    public void A_steady_course_stays_between_the_bounds_of_its_own_horizon()
    {
        // On the logit scale it falls by s a step, and a trend damped by φ is short of it by s (h − φ − … − φ^h) at horizon h: always by the same, so errors at that horizon tell exactly where the course will be, and those at another do not.
        var forecaster = new ShareForecaster(new());
        var said = new List<ShareForecast>();
        for (var t = 0; t < 600; t++)
        {
            var share = 1 / (1 + Math.Exp((0.01 * t) - 3));
            forecaster.Add(share);
            for (var h = 1; h <= 12 && said.Count > Burn; h++)
            {
                var bounds = said[^h].Bounds[0];
                Assert.InRange(share, bounds.Lower[h - 1] - 1e-9, bounds.Upper[h - 1] + 1e-9);
            }

            said.Add(forecaster.Forecast());
        }
    }

    [Fact]
    public void What_relaxes_is_forecast_better_than_by_its_last_value()
    {
        var (_, scaled) = Follow(Series("relaxing", seed: 2), out _);
        Assert.True(scaled < 0.8, $"MASE {scaled}");
    }

    [Fact]
    public void What_cannot_be_forecast_is_not_made_worse()
    {
        // For a random walk nothing beats the last value. Choosing by past errors costs a little now and then: no more than the standard error of the comparison, about 1/√(steps per horizon).
        var (_, scaled) = Follow(Series("random walk", seed: 3), out var steps);
        Assert.InRange(scaled, 0.9, 1 + 1 / Math.Sqrt(steps / 12.0));
    }

    [Fact]
    public void Whatever_comes_the_forecast_is_a_share() => Gen.OneOf(Gen.Double, Gen.Double[0, 1], Gen.Const(1.0), Gen.Const(0.0), Gen.Const(double.NaN)).Array[1, 60].Sample(values =>
    {
        var forecaster = new ShareForecaster(new() { Horizon = 5, Memory = 20 });
        foreach (var value in values)
        {
            forecaster.Add(value);
            var forecast = forecaster.Forecast();
            Assert.Equal(5, forecast.Points.Length);
            foreach (var bounds in forecast.Bounds)
            {
                for (var h = 0; h < 5; h++)
                {
                    Assert.InRange(bounds.Lower[h], 0, 1);
                    Assert.InRange(bounds.Upper[h], bounds.Lower[h], 1);
                    Assert.InRange(forecast.Points[h], 0, 1);
                }
            }
        }
    });

    [Fact]
    public void Before_the_first_value_there_is_no_forecast()
    {
        var forecast = new ShareForecaster(new()).Forecast();
        Assert.Empty(forecast.Points);
        Assert.Null(forecast.StepsUntilBelow(0.5));
    }

    [Fact]
    public void The_first_step_below_a_threshold_is_named() =>
        Assert.Equal((3, null, 1), (new ShareForecast(0.9, [0.8, 0.7, 0.4, 0.2], []).StepsUntilBelow(0.5), new ShareForecast(0.9, [0.8], []).StepsUntilBelow(0.5), new ShareForecast(0.9, [0.4], []).StepsUntilBelow(0.5)));

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForecastOptions { Horizon = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForecastOptions { Memory = 5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForecastOptions { Levels = [1] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForecastOptions { Edge = 0 });
    }

    private static double[] Series(string kind, int seed)
    {
        var random = new Random(seed);
        var values = new double[Length];
        double x = 0, target = 1;
        for (var t = 0; t < Length; t++)
        {
            var noise = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
            target = t % 60 == 0 ? 4 * random.NextDouble() - 2 : target;
            x = kind switch
            {
                // Walls at ±4 keep the logit where shares can tell it.
                "random walk" => Math.Clamp(x + 0.1 * noise, -4, 4),
                "returning" => 0.9 * x + 0.3 * noise,
                "louder every while" => 0.9 * x + (t / 500 % 2 == 0 ? 0.1 : 0.6) * noise,
                _ => x + 0.08 * (target - x) + 0.01 * noise,
            };
            values[t] = 1 / (1 + Math.Exp(-x));
        }

        return values;
    }

    /// <summary>The share of values inside each level's bounds, over all horizons, and the mean absolute error over that of the last value.</summary>
    private static (double[] Inside, double Scaled) Follow(double[] series, out int steps)
    {
        var forecaster = new ShareForecaster(new());
        var said = new List<ShareForecast>();
        var inside = new double[2];
        double error = 0, persistence = 0;
        var judged = 0;
        for (var t = 0; t < series.Length; t++)
        {
            for (var h = 1; h <= 12 && t >= Burn + 12; h++)
            {
                var forecast = said[t - h];
                judged++;
                error += Math.Abs(forecast.Points[h - 1] - series[t]);
                persistence += Math.Abs(forecast.Current - series[t]);
                for (var l = 0; l < 2; l++)
                {
                    inside[l] += series[t] >= forecast.Bounds[l].Lower[h - 1] && series[t] <= forecast.Bounds[l].Upper[h - 1] ? 1 : 0;
                }
            }

            forecaster.Add(series[t]);
            said.Add(forecaster.Forecast());
        }

        steps = series.Length - Burn - 12;
        return ([inside[0] / judged, inside[1] / judged], error / persistence);
    }
}
