using Itori.Contracts;
using Itori.Grains.Fields;
using Itori.Numerics.Forecasting;

namespace Itori.Grains.Tests.Fields;

/// <summary>What is said of a forecast: warnings come from the forecast itself, whatever its bounds allow for.</summary>
public sealed class FieldWordsTests
{
    private static readonly FieldOptions Options = new() { WarningCoherence = 0.6, CriticalCoherence = 0.4, ForecastHorizon = 4 };

    [Theory]
    [InlineData(0.9, new[] { 0.8, 0.7, 0.65, 0.61 }, FieldStatus.Stable, null, null)]
    [InlineData(0.9, new[] { 0.6, 0.59, 0.5, 0.4 }, FieldStatus.Warning, 2, null)]
    [InlineData(0.9, new[] { 0.7, 0.59, 0.5, 0.39 }, FieldStatus.Critical, 2, 4)]
    [InlineData(0.5, new[] { 0.7, 0.8, 0.8, 0.8 }, FieldStatus.Warning, 0, null)]
    [InlineData(0.5, new[] { 0.45, 0.42, 0.3, 0.2 }, FieldStatus.Critical, 0, 3)]
    [InlineData(0.3, new[] { 0.9, 0.9, 0.9, 0.9 }, FieldStatus.Critical, 0, 0)]
    public void The_first_step_below_a_threshold_is_when_it_comes(double now, double[] points, string status, int? warning, int? critical)
    {
        var said = FieldWords.Forecast([("coherence", Of(now, points))], Options, 5);
        Assert.Equal((status, warning, critical), (said.Status, said.TimeToWarning, said.TimeToCritical));
    }

    [Theory]
    [InlineData(0.5, "rising")]
    [InlineData(0.45, "steady")]
    [InlineData(0.4, "falling")]
    public void The_trend_is_where_the_horizon_lies_from_now(double last, string trend) =>
        Assert.Equal(trend, FieldWords.Forecast([("coherence", Of(0.45, [0.9, 0.1, last]))], Options, 5).Metrics[0].Trend);

    private static ShareForecast Of(double now, double[] points)
    {
        var (lower, upper) = (new double[points.Length], Array.ConvertAll(points, _ => 1.0));
        return new ShareForecast(now, points, [new(0.8, lower, upper), new(0.95, lower, upper)]);
    }
}
