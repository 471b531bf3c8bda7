using Itori.Numerics.Forecasting;

namespace Itori.Evaluation;

/// <summary>Errors and bounds of forecasts, by how far ahead they looked.</summary>
internal sealed class ForecastScore(int horizon)
{
    private readonly (int Count, double Error, double Persistence, double In80, double In95, double Width80, double Width95)[] sums = new (int, double, double, double, double, double, double)[horizon + 1];

    public void Add(ShareForecast said, int ahead, double came)
    {
        var (narrow, wide) = (said.Bounds[0], said.Bounds[^1]);
        foreach (var at in (ReadOnlySpan<int>)[0, ahead])
        {
            var sum = sums[at];
            sums[at] = (
                sum.Count + 1,
                sum.Error + Math.Abs(said.Points[ahead - 1] - came),
                sum.Persistence + Math.Abs(said.Current - came),
                sum.In80 + (came >= narrow.Lower[ahead - 1] && came <= narrow.Upper[ahead - 1] ? 1 : 0),
                sum.In95 + (came >= wide.Lower[ahead - 1] && came <= wide.Upper[ahead - 1] ? 1 : 0),
                sum.Width80 + narrow.Upper[ahead - 1] - narrow.Lower[ahead - 1],
                sum.Width95 + wide.Upper[ahead - 1] - wide.Lower[ahead - 1]);
        }
    }

    public string Row(int? ahead)
    {
        var sum = sums[ahead ?? 0];
        double n = Math.Max(1, sum.Count);
        return FormattableString.Invariant(
            $"{sum.Error / n,7:F4} {sum.Persistence / n,11:F4} {sum.Error / Math.Max(1e-12, sum.Persistence),7:F3} {100 * sum.In80 / n,8:F1} {100 * sum.In95 / n,9:F1} {sum.Width80 / n,11:F3} {sum.Width95 / n,11:F3}");
    }
}
