using System.Text.Json;

using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>Concept graphs: whole and as they change.</summary>
internal static partial class JsonCodec
{
    /// <summary>A graph as a message of its own (<c>concept_update</c> <c>snapshot</c>).</summary>
    public static byte[] SnapshotUpdate(GraphSnapshot graph, PhaseFrame? phases, long timestamp, MessageId? correlation = null)
    {
        var json = Begin(MessageTypes.ConceptUpdate, timestamp, correlation, TopicName.Graph(graph.Graph).ToString());
        json.WriteString("type"u8, ConceptUpdates.Snapshot);
        json.WritePropertyName("data"u8);
        Write(json, graph, phases);
        return End(json);
    }

    /// <summary>A graph alone, without an envelope.</summary>
    public static byte[] Snapshot(GraphSnapshot graph, PhaseFrame? phases)
    {
        var json = Rent();
        Write(json, graph, phases);
        return Return(json);
    }

    /// <summary>A field alone, without an envelope.</summary>
    public static byte[] Field(FieldState field)
    {
        var json = Rent();
        json.WriteStartObject();
        json.WriteStartObject("phaseFrame"u8);
        Write(json, field.Frame);
        json.WriteEndObject();
        if (field.Spectral is { } spectral)
        {
            json.WriteStartObject("spectralState"u8);
            Write(json, spectral);
            json.WriteEndObject();
        }

        if (field.Forecast is { } forecast)
        {
            json.WriteStartObject("forecast"u8);
            Write(json, forecast);
            json.WriteEndObject();
        }

        if (field.Alerts is { } alerts)
        {
            json.WriteStartObject("alerts"u8);
            Write(json, alerts);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        return Return(json);
    }

    /// <summary>A graph and its field as they were (<c>history</c> of a field).</summary>
    public static byte[] Moment(string topic, FieldMoment moment, long timestamp, MessageId? correlation)
    {
        var json = Begin(MessageTypes.History, timestamp, correlation, topic);
        WriteMoment(json, topic, moment);
        return End(json);
    }

    /// <summary>The same without an envelope.</summary>
    public static byte[] Moment(string topic, FieldMoment moment)
    {
        var json = Rent();
        json.WriteStartObject();
        WriteMoment(json, topic, moment);
        json.WriteEndObject();
        return Return(json);
    }

    private static void WriteMoment(Utf8JsonWriter json, string topic, FieldMoment moment)
    {
        json.WriteString("topic"u8, topic);
        json.WriteNumber("at"u8, moment.Timestamp);
        json.WriteBoolean("turning"u8, moment.Turning);
        json.WritePropertyName("graph"u8);
        Write(json, moment.Graph, moment.Frame);
        json.WriteStartObject("phaseFrame"u8);
        Write(json, moment.Frame);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, GraphSnapshot graph, PhaseFrame? phases)
    {
        // A frame of another epoch numbers its slots otherwise.
        var frame = phases is not null && phases.Epoch == graph.Epoch ? phases.Phases : [];
        json.WriteStartObject();
        json.WriteString("graph"u8, graph.Graph);
        json.WriteNumber("epoch"u8, graph.Epoch);
        json.WriteNumber("seq"u8, graph.Seq);
        json.WriteStartArray("concepts"u8);
        foreach (var concept in graph.Concepts)
        {
            var turned = concept.Slot >= 0 && concept.Slot < frame.Length && float.IsFinite(frame[concept.Slot]);
            Write(json, concept, turned ? frame[concept.Slot] : concept.Phase);
        }

        json.WriteEndArray();
        json.WriteStartArray("relations"u8);
        foreach (var relation in graph.Relations)
        {
            Write(json, relation);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string topic, GraphDelta e)
    {
        json.WriteString("type"u8, ConceptUpdates.Delta);
        json.WriteStartObject("data"u8);
        json.WriteString("graph"u8, topic.AsSpan(topic.IndexOf(':', StringComparison.Ordinal) + 1));
        json.WriteNumber("epoch"u8, e.Epoch);
        json.WriteStartArray("added"u8);
        foreach (var concept in e.Added)
        {
            Write(json, concept, concept.Phase);
        }

        json.WriteEndArray();
        json.WriteStartArray("changed"u8);
        foreach (var change in e.Changed)
        {
            Write(json, change);
        }

        json.WriteEndArray();
        json.WriteStrings("removed"u8, e.Removed);
        json.WriteStartObject("relations"u8);
        Write(json, "added"u8, e.RelationsAdded);
        Write(json, "changed"u8, e.RelationsChanged);
        json.WriteStrings("removed"u8, e.RelationsRemoved);
        json.WriteEndObject();
        json.WriteStartObject("cause"u8);
        json.WriteString("kind"u8, e.Cause.Kind);
        json.WriteUser("user"u8, e.Cause.User);
        json.WriteIfGiven("session"u8, e.Cause.Session);
        json.WriteIfGiven("messageSeq"u8, e.Cause.MessageSeq);
        json.WriteIfGiven("source"u8, e.Cause.Source);
        json.WriteFinite("progress"u8, e.Cause.Progress);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ConceptState concept, double phase)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, concept.ConceptId);
        json.WriteString("label"u8, concept.Label);
        json.WriteNumber("slot"u8, concept.Slot);
        json.WriteFinite("weight"u8, concept.Weight);
        json.WriteFinite("phase"u8, Math.Round(phase, 5));
        json.WriteFinite("x"u8, concept.X);
        json.WriteFinite("y"u8, concept.Y);
        if (concept.Pinned)
        {
            json.WriteBoolean("pinned"u8, true);
        }

        json.WriteNumber("cluster"u8, concept.Cluster);
        json.WriteNumber("mentions"u8, concept.Mentions);
        json.WriteNumber("createdAt"u8, concept.CreatedAt);
        json.WriteNumber("lastSeen"u8, concept.LastSeen);
        Write(json, concept.Sources);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ConceptChange change)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, change.ConceptId);
        json.WriteIfGiven("label"u8, change.Label);
        json.WriteIfGiven("slot"u8, change.Slot);
        json.WriteFinite("weight"u8, change.Weight);
        json.WriteFinite("x"u8, change.X);
        json.WriteFinite("y"u8, change.Y);
        if (change.Pinned is { } pinned)
        {
            json.WriteBoolean("pinned"u8, pinned);
        }

        json.WriteIfGiven("cluster"u8, change.Cluster);
        json.WriteIfGiven("mentions"u8, change.Mentions);
        json.WriteIfGiven("lastSeen"u8, change.LastSeen);
        if (change.Sources is { } sources)
        {
            Write(json, sources);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<ConceptSource> sources)
    {
        json.WriteStartArray("sources"u8);
        foreach (var source in sources)
        {
            json.WriteStartObject();
            json.WriteIfGiven("session"u8, source.Session);
            json.WriteIfGiven("seq"u8, source.Seq);
            json.WriteIfGiven("source"u8, source.Source);
            json.WriteNumber("start"u8, source.Start);
            json.WriteNumber("length"u8, source.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<RelationState> relations)
    {
        json.WriteStartArray(name);
        foreach (var relation in relations)
        {
            Write(json, relation);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, RelationState relation)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, relation.RelationId);
        json.WriteString("source"u8, relation.Source);
        json.WriteString("target"u8, relation.Target);
        json.WriteFinite("weight"u8, relation.Weight);
        json.WriteString("kind"u8, relation.Kind);
        if (relation.Kind != RelationKinds.CoOccurs && relation.Sources.Count > 0)
        {
            // What a text says of two concepts can be looked up; that they stood together is seen from their own places.
            Write(json, relation.Sources);
        }

        json.WriteEndObject();
    }
}
