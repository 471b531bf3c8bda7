using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>What fields carry.</summary>
internal sealed partial class Codec
{
    /// <summary>Says that a forecast was asked for and follows (<c>concept_update</c> <c>forecast_refresh_ack</c>).</summary>
    public byte[] ForecastRefreshAck(string topic, long timestamp, MessageId? correlation)
    {
        var wire = Begin(MessageTypes.ConceptUpdate, timestamp, correlation, topic);
        wire.WriteString("type"u8, ConceptUpdates.ForecastRefreshAck);
        wire.WriteStartObject("data"u8);
        wire.WriteNumber("timestamp"u8, timestamp);
        wire.WriteEndObject();
        return End(wire);
    }

    private static void Write(WireWriter wire, PhaseFrame e)
    {
        WriteHead(wire, e);
        wire.WritePhases("phases"u8, e.Phases);
    }

    private static void Write(WireWriter wire, PhaseFrame e, ReadOnlySpan<int> slots)
    {
        WriteHead(wire, e);
        wire.WriteStartArray("slots"u8);
        var phases = new float[slots.Length];
        for (var i = 0; i < slots.Length; i++)
        {
            wire.WriteNumberValue(slots[i]);
            phases[i] = slots[i] < e.Phases.Length ? e.Phases[slots[i]] : float.NaN;
        }

        wire.WriteEndArray();
        wire.WritePhases("phases"u8, phases);
    }

    private static void WriteHead(WireWriter wire, PhaseFrame e)
    {
        wire.WriteString("graph"u8, e.Graph);
        wire.WriteNumber("epoch"u8, e.Epoch);
        wire.WriteNumber("frame"u8, e.Frame);
        wire.WriteFinite("t"u8, e.T);
        wire.WriteFinite("orderParameter"u8, e.OrderParameter);
        wire.WriteFinite("meanPhase"u8, e.MeanPhase);
    }

    private static void Write(WireWriter wire, SpectralState e)
    {
        wire.WriteString("type"u8, ConceptUpdates.SpectralState);
        wire.WriteStartObject("data"u8);
        wire.WriteNumber("timestamp"u8, e.Timestamp);
        wire.WriteFinite("coherence"u8, e.Coherence);
        wire.WriteFinite("orderParameter"u8, e.OrderParameter);
        wire.WriteFinite("meanPhase"u8, e.MeanPhase);
        wire.WriteBoolean("driftDetected"u8, e.DriftDetected);
        wire.WriteStrings("driftingConcepts"u8, e.DriftingConcepts);
        wire.WriteStartArray("eigenvalues"u8);
        foreach (var value in e.Eigenvalues)
        {
            wire.WriteFiniteValue(value);
        }

        wire.WriteEndArray();
        wire.WriteStartObject("connectivity"u8);
        wire.WriteFinite("algebraic"u8, e.Connectivity.Algebraic);
        wire.WriteNumber("componentCount"u8, e.Connectivity.ComponentCount);
        wire.WriteStartArray("components"u8);
        foreach (var component in e.Connectivity.Components)
        {
            wire.WriteStartObject();
            wire.WriteNumber("size"u8, component.Size);
            wire.WriteFinite("algebraic"u8, component.Algebraic);
            wire.WriteStrings("concepts"u8, component.Concepts);
            wire.WriteEndObject();
        }

        wire.WriteEndArray();
        wire.WriteEndObject();
        wire.WriteFinite("universalOrder"u8, e.UniversalOrder);
        wire.WriteFinite("lockingMargin"u8, Margin(e.LockingMargin));
        wire.WriteStartArray("clusters"u8);
        foreach (var cluster in e.Clusters)
        {
            wire.WriteStartObject();
            wire.WriteNumber("id"u8, cluster.ClusterId);
            wire.WriteNumber("size"u8, cluster.Size);
            wire.WriteFinite("coherence"u8, cluster.Coherence);
            wire.WriteFinite("variance"u8, cluster.Variance);
            wire.WriteFinite("lockingMargin"u8, Margin(cluster.LockingMargin));
            wire.WriteFinite("conductance"u8, cluster.Conductance);
            wire.WriteFinite("innerGap"u8, cluster.InnerGap);
            wire.WriteEndObject();
        }

        wire.WriteEndArray();
        wire.WriteEndObject();
    }

    // Without coupling nothing holds: a number that JSON can say, and far below any that is measured otherwise.
    private static double Margin(double margin) => Math.Max(margin, -1e6);

    private static void Write(WireWriter wire, CoherenceForecast e)
    {
        wire.WriteString("type"u8, ConceptUpdates.CoherenceForecast);
        wire.WriteStartObject("data"u8);
        wire.WriteNumber("timestamp"u8, e.Timestamp);
        wire.WriteFinite("stepSeconds"u8, e.StepSeconds);
        wire.WriteStartObject("metrics"u8);
        foreach (var metric in e.Metrics)
        {
            wire.WriteStartObject(metric.Name);
            wire.WriteFinite("current"u8, metric.Current);
            WriteShares(wire, "forecast"u8, metric.Forecast);
            WriteShares(wire, "lower"u8, metric.Lower);
            WriteShares(wire, "upper"u8, metric.Upper);
            WriteShares(wire, "lower80"u8, metric.Lower80);
            WriteShares(wire, "upper80"u8, metric.Upper80);
            wire.WriteString("trend"u8, metric.Trend);
            wire.WriteEndObject();
        }

        wire.WriteEndObject();
        wire.WriteStartObject("assessment"u8);
        wire.WriteString("status"u8, e.Status);
        wire.WriteString("message"u8, e.Message);
        wire.WriteIfGiven("time_to_warning"u8, e.TimeToWarning);
        wire.WriteIfGiven("time_to_critical"u8, e.TimeToCritical);
        wire.WriteEndObject();
        wire.WriteEndObject();
    }

    private static void Write(WireWriter wire, ClusterAlerts e)
    {
        wire.WriteString("type"u8, ConceptUpdates.ClusterAlert);
        wire.WriteStartArray("data"u8);
        foreach (var alert in e.Alerts)
        {
            wire.WriteStartObject();
            wire.WriteNumber("cluster_id"u8, alert.ClusterId);
            wire.WriteFinite("eta_sec"u8, alert.EtaSeconds);
            wire.WriteFinite("stab_now"u8, alert.StabilityNow);
            wire.WriteFinite("stab_forecast"u8, alert.StabilityForecast);
            wire.WriteStrings("concepts"u8, alert.Concepts);
            wire.WriteString("root_cause"u8, alert.RootCause);
            wire.WriteEndObject();
        }

        wire.WriteEndArray();
    }

    private static void WriteShares(WireWriter wire, ReadOnlySpan<byte> name, IReadOnlyList<double> shares)
    {
        wire.WriteStartArray(name);
        foreach (var share in shares)
        {
            wire.WriteRoundedValue(share);
        }

        wire.WriteEndArray();
    }
}
