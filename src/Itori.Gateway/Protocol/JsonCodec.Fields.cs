using System.Text.Json;

using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>What fields carry.</summary>
internal static partial class JsonCodec
{
    /// <summary>Says that a forecast was asked for and follows (<c>concept_update</c> <c>forecast_refresh_ack</c>).</summary>
    public static byte[] ForecastRefreshAck(string topic, long timestamp, MessageId? correlation)
    {
        var json = Begin(MessageTypes.ConceptUpdate, timestamp, correlation, topic);
        json.WriteString("type"u8, ConceptUpdates.ForecastRefreshAck);
        json.WriteStartObject("data"u8);
        json.WriteNumber("timestamp"u8, timestamp);
        json.WriteEndObject();
        return End(json);
    }

    private static void Write(Utf8JsonWriter json, PhaseFrame e)
    {
        json.WriteString("graph"u8, e.Graph);
        json.WriteNumber("epoch"u8, e.Epoch);
        json.WriteNumber("frame"u8, e.Frame);
        json.WriteFinite("t"u8, e.T);
        json.WriteFinite("orderParameter"u8, e.OrderParameter);
        json.WriteFinite("meanPhase"u8, e.MeanPhase);
        json.WriteStartArray("phases"u8);
        foreach (var phase in e.Phases)
        {
            // 10⁻⁵ rad is far below a pixel and keeps a frame of 10,000 concepts under 80 KB.
            json.WriteNumberValue(float.IsFinite(phase) ? MathF.Round(phase, 5) : 0f);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SpectralState e)
    {
        json.WriteString("type"u8, ConceptUpdates.SpectralState);
        json.WriteStartObject("data"u8);
        json.WriteNumber("timestamp"u8, e.Timestamp);
        json.WriteFinite("coherence"u8, e.Coherence);
        json.WriteFinite("orderParameter"u8, e.OrderParameter);
        json.WriteFinite("meanPhase"u8, e.MeanPhase);
        json.WriteBoolean("driftDetected"u8, e.DriftDetected);
        json.WriteStrings("driftingConcepts"u8, e.DriftingConcepts);
        json.WriteStartArray("eigenvalues"u8);
        foreach (var value in e.Eigenvalues)
        {
            json.WriteNumberValue(double.IsFinite(value) ? value : 0);
        }

        json.WriteEndArray();
        json.WriteStartObject("connectivity"u8);
        json.WriteFinite("algebraic"u8, e.Connectivity.Algebraic);
        json.WriteNumber("componentCount"u8, e.Connectivity.ComponentCount);
        json.WriteStartArray("components"u8);
        foreach (var component in e.Connectivity.Components)
        {
            json.WriteStartObject();
            json.WriteNumber("size"u8, component.Size);
            json.WriteFinite("algebraic"u8, component.Algebraic);
            json.WriteStrings("concepts"u8, component.Concepts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteFinite("universalOrder"u8, e.UniversalOrder);
        json.WriteFinite("lockingMargin"u8, Margin(e.LockingMargin));
        json.WriteStartArray("clusters"u8);
        foreach (var cluster in e.Clusters)
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, cluster.ClusterId);
            json.WriteNumber("size"u8, cluster.Size);
            json.WriteFinite("coherence"u8, cluster.Coherence);
            json.WriteFinite("variance"u8, cluster.Variance);
            json.WriteFinite("lockingMargin"u8, Margin(cluster.LockingMargin));
            json.WriteFinite("conductance"u8, cluster.Conductance);
            json.WriteFinite("innerGap"u8, cluster.InnerGap);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Without coupling nothing holds: a number that JSON can say, and far below any that is measured otherwise.
    private static double Margin(double margin) => Math.Max(margin, -1e6);

    private static void Write(Utf8JsonWriter json, CoherenceForecast e)
    {
        json.WriteString("type"u8, ConceptUpdates.CoherenceForecast);
        json.WriteStartObject("data"u8);
        json.WriteNumber("timestamp"u8, e.Timestamp);
        json.WriteFinite("stepSeconds"u8, e.StepSeconds);
        json.WriteStartObject("metrics"u8);
        foreach (var metric in e.Metrics)
        {
            json.WriteStartObject(metric.Name);
            json.WriteFinite("current"u8, metric.Current);
            WriteShares(json, "forecast"u8, metric.Forecast);
            WriteShares(json, "lower"u8, metric.Lower);
            WriteShares(json, "upper"u8, metric.Upper);
            WriteShares(json, "lower80"u8, metric.Lower80);
            WriteShares(json, "upper80"u8, metric.Upper80);
            json.WriteString("trend"u8, metric.Trend);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("assessment"u8);
        json.WriteString("status"u8, e.Status);
        json.WriteString("message"u8, e.Message);
        json.WriteIfGiven("time_to_warning"u8, e.TimeToWarning);
        json.WriteIfGiven("time_to_critical"u8, e.TimeToCritical);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ClusterAlerts e)
    {
        json.WriteString("type"u8, ConceptUpdates.ClusterAlert);
        json.WriteStartArray("data"u8);
        foreach (var alert in e.Alerts)
        {
            json.WriteStartObject();
            json.WriteNumber("cluster_id"u8, alert.ClusterId);
            json.WriteFinite("eta_sec"u8, alert.EtaSeconds);
            json.WriteFinite("stab_now"u8, alert.StabilityNow);
            json.WriteFinite("stab_forecast"u8, alert.StabilityForecast);
            json.WriteStrings("concepts"u8, alert.Concepts);
            json.WriteString("root_cause"u8, alert.RootCause);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteShares(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<double> shares)
    {
        json.WriteStartArray(name);
        foreach (var share in shares)
        {
            json.WriteNumberValue(double.IsFinite(share) ? Math.Round(share, 5) : 0);
        }

        json.WriteEndArray();
    }
}
