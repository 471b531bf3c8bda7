using System.Globalization;
using Itori.Contracts;
using Itori.Numerics.Communities;
using Itori.Numerics.Forecasting;

namespace Itori.Grains.Fields;

/// <summary>What is measured and foreseen of a field, as messages.</summary>
internal static class FieldWords
{
    private const int ConceptsPerAlert = 12;

    // A forecast that moves by less over its horizon is called steady.
    private const double Steady = 0.02;

    public static CoherenceForecast Forecast(IEnumerable<(string Name, ShareForecast Forecast)> forecasts, FieldOptions options, long timestamp)
    {
        var all = forecasts.ToArray();
        var coherence = all[0].Forecast;
        var (warning, critical) = (StepsTo(coherence, options.WarningCoherence), StepsTo(coherence, options.CriticalCoherence));
        var status = critical is not null ? FieldStatus.Critical : warning is not null ? FieldStatus.Warning : FieldStatus.Stable;
        return new CoherenceForecast
        {
            Timestamp = timestamp,
            StepSeconds = options.ForecastStep.TotalSeconds,
            Metrics = all.Select(entry => Metric(entry.Name, entry.Forecast)).ToArray(),
            Status = status,
            Message = Message(status, coherence, critical ?? warning, options),
            TimeToWarning = warning,
            TimeToCritical = critical,
        };
    }

    public static ClusterAlerts Alerts(IReadOnlyList<ClusterAlarm> alarms, SpectralInput input, FieldOptions options, long timestamp) => new()
    {
        Timestamp = timestamp,
        Alerts = alarms.Select(alarm =>
        {
            var concepts = input.MostStrained(alarm.Cluster, ConceptsPerAlert);
            return new ClusterAlert
            {
                ClusterId = alarm.Cluster,
                EtaSeconds = alarm.StepsToCritical * options.SpectralPeriod.TotalSeconds,
                StabilityNow = alarm.Coherence,
                StabilityForecast = alarm.Forecast,
                Concepts = concepts,
                RootCause = RootCause(alarm.Signs, concepts),
            };
        }).ToArray(),
    };

    private static ForecastMetric Metric(string name, ShareForecast forecast)
    {
        var change = forecast.Points.Length == 0 ? 0 : forecast.Points[^1] - forecast.Current;
        return new ForecastMetric
        {
            Name = name,
            Current = forecast.Current,
            Forecast = forecast.Points,
            Lower80 = forecast.Bounds[0].Lower,
            Upper80 = forecast.Bounds[0].Upper,
            Lower = forecast.Bounds[^1].Lower,
            Upper = forecast.Bounds[^1].Upper,
            Trend = change > Steady ? "rising" : change < -Steady ? "falling" : "steady",
        };
    }

    private static int? StepsTo(ShareForecast forecast, double threshold) => forecast.Current < threshold ? 0 : forecast.StepsUntilBelow(threshold);

    private static string Message(string status, ShareForecast coherence, int? steps, FieldOptions options)
    {
        var now = coherence.Current.ToString("0.00", CultureInfo.InvariantCulture);
        var threshold = (status == FieldStatus.Critical ? options.CriticalCoherence : options.WarningCoherence).ToString("0.##", CultureInfo.InvariantCulture);
        return steps switch
        {
            null => $"Coherence is {now} and is expected to stay above {threshold}.",
            0 => $"Coherence is {now}, below {threshold}.",
            _ => string.Create(CultureInfo.InvariantCulture, $"Coherence is {now} and is expected below {threshold} in {steps * options.ForecastStep.TotalSeconds:0.#} s."),
        };
    }

    private static string RootCause(ClusterSigns signs, string[] concepts)
    {
        var parts = new List<string>();
        if (signs.HasFlag(ClusterSigns.MarginGone))
        {
            parts.Add(concepts.Length > 0 ? $"its relations can hardly hold the pace of {concepts[0]}" : "its relations can hardly hold it together");
        }

        if (signs.HasFlag(ClusterSigns.WeakInside))
        {
            parts.Add("its inside is tied more loosely than its rim");
        }

        if (signs.HasFlag(ClusterSigns.Falling))
        {
            parts.Add("its concepts fall out of step");
        }

        return parts.Count == 0 ? "the signs are fading" : string.Join("; ", parts);
    }
}
