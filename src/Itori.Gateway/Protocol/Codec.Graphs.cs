using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>Concept graphs: whole and as they change.</summary>
internal sealed partial class Codec
{
    /// <summary>A graph as a message of its own (<c>concept_update</c> <c>snapshot</c>).</summary>
    public byte[] SnapshotUpdate(GraphSnapshot graph, PhaseFrame? phases, long timestamp, MessageId? correlation = null)
    {
        var wire = Begin(MessageTypes.ConceptUpdate, timestamp, correlation, TopicName.Graph(graph.Graph).ToString());
        wire.WriteString("type"u8, ConceptUpdates.Snapshot);
        wire.WriteName("data"u8);
        Write(wire, graph, phases);
        return End(wire);
    }

    /// <summary>A graph alone, without an envelope.</summary>
    public byte[] Snapshot(GraphSnapshot graph, PhaseFrame? phases)
    {
        var wire = rent();
        Write(wire, graph, phases);
        return Finish(wire);
    }

    /// <summary>A field alone, without an envelope.</summary>
    public byte[] Field(FieldState field)
    {
        var wire = rent();
        wire.WriteStartObject();
        wire.WriteStartObject("phaseFrame"u8);
        Write(wire, field.Frame);
        wire.WriteEndObject();
        if (field.Spectral is { } spectral)
        {
            wire.WriteStartObject("spectralState"u8);
            Write(wire, spectral);
            wire.WriteEndObject();
        }

        if (field.Forecast is { } forecast)
        {
            wire.WriteStartObject("forecast"u8);
            Write(wire, forecast);
            wire.WriteEndObject();
        }

        if (field.Alerts is { } alerts)
        {
            wire.WriteStartObject("alerts"u8);
            Write(wire, alerts);
            wire.WriteEndObject();
        }

        wire.WriteEndObject();
        return Finish(wire);
    }

    /// <summary>A graph and its field as they were (<c>history</c> of a field).</summary>
    public byte[] Moment(string topic, FieldMoment moment, long timestamp, MessageId? correlation)
    {
        var wire = Begin(MessageTypes.History, timestamp, correlation, topic);
        WriteMoment(wire, topic, moment);
        return End(wire);
    }

    /// <summary>The same without an envelope.</summary>
    public byte[] Moment(string topic, FieldMoment moment)
    {
        var wire = rent();
        wire.WriteStartObject();
        WriteMoment(wire, topic, moment);
        wire.WriteEndObject();
        return Finish(wire);
    }

    private static void WriteMoment(WireWriter wire, string topic, FieldMoment moment)
    {
        wire.WriteString("topic"u8, topic);
        wire.WriteNumber("at"u8, moment.Timestamp);
        wire.WriteBoolean("turning"u8, moment.Turning);
        wire.WriteName("graph"u8);
        Write(wire, moment.Graph, moment.Frame);
        wire.WriteStartObject("phaseFrame"u8);
        Write(wire, moment.Frame);
        wire.WriteEndObject();
    }

    private static void Write(WireWriter wire, GraphSnapshot graph, PhaseFrame? phases)
    {
        // A frame of another epoch numbers its slots otherwise.
        var frame = phases is not null && phases.Epoch == graph.Epoch ? phases.Phases : [];
        wire.WriteStartObject();
        wire.WriteString("graph"u8, graph.Graph);
        wire.WriteNumber("epoch"u8, graph.Epoch);
        wire.WriteNumber("seq"u8, graph.Seq);
        wire.WriteStartArray("concepts"u8);
        foreach (var concept in graph.Concepts)
        {
            var turned = concept.Slot >= 0 && concept.Slot < frame.Length && float.IsFinite(frame[concept.Slot]);
            Write(wire, concept, turned ? frame[concept.Slot] : concept.Phase);
        }

        wire.WriteEndArray();
        wire.WriteStartArray("relations"u8);
        foreach (var relation in graph.Relations)
        {
            Write(wire, relation);
        }

        wire.WriteEndArray();
        wire.WriteEndObject();
    }

    private static void Write(WireWriter wire, string topic, GraphDelta e)
    {
        wire.WriteString("type"u8, ConceptUpdates.Delta);
        wire.WriteStartObject("data"u8);
        wire.WriteString("graph"u8, topic.AsSpan(topic.IndexOf(':', StringComparison.Ordinal) + 1));
        wire.WriteNumber("epoch"u8, e.Epoch);
        wire.WriteStartArray("added"u8);
        foreach (var concept in e.Added)
        {
            Write(wire, concept, concept.Phase);
        }

        wire.WriteEndArray();
        wire.WriteStartArray("changed"u8);
        foreach (var change in e.Changed)
        {
            Write(wire, change);
        }

        wire.WriteEndArray();
        wire.WriteStrings("removed"u8, e.Removed);
        wire.WriteStartObject("relations"u8);
        Write(wire, "added"u8, e.RelationsAdded);
        Write(wire, "changed"u8, e.RelationsChanged);
        wire.WriteStrings("removed"u8, e.RelationsRemoved);
        wire.WriteEndObject();
        wire.WriteStartObject("cause"u8);
        wire.WriteString("kind"u8, e.Cause.Kind);
        wire.WriteUser("user"u8, e.Cause.User);
        wire.WriteIfGiven("session"u8, e.Cause.Session);
        wire.WriteIfGiven("messageSeq"u8, e.Cause.MessageSeq);
        wire.WriteIfGiven("source"u8, e.Cause.Source);
        wire.WriteFinite("progress"u8, e.Cause.Progress);
        wire.WriteEndObject();
        wire.WriteEndObject();
    }

    private static void Write(WireWriter wire, ConceptState concept, double phase)
    {
        wire.WriteStartObject();
        wire.WriteString("id"u8, concept.ConceptId);
        wire.WriteString("label"u8, concept.Label);
        wire.WriteNumber("slot"u8, concept.Slot);
        wire.WriteFinite("weight"u8, concept.Weight);
        wire.WriteRounded("phase"u8, phase);
        wire.WriteFinite("x"u8, concept.X);
        wire.WriteFinite("y"u8, concept.Y);
        if (concept.Pinned)
        {
            wire.WriteBoolean("pinned"u8, true);
        }

        if (concept.Arranged)
        {
            wire.WriteBoolean("arranged"u8, true);
        }

        wire.WriteNumber("cluster"u8, concept.Cluster);
        wire.WriteNumber("mentions"u8, concept.Mentions);
        wire.WriteNumber("createdAt"u8, concept.CreatedAt);
        wire.WriteNumber("lastSeen"u8, concept.LastSeen);
        Write(wire, concept.Sources);
        wire.WriteEndObject();
    }

    private static void Write(WireWriter wire, ConceptChange change)
    {
        wire.WriteStartObject();
        wire.WriteString("id"u8, change.ConceptId);
        wire.WriteIfGiven("label"u8, change.Label);
        wire.WriteIfGiven("slot"u8, change.Slot);
        wire.WriteFinite("weight"u8, change.Weight);
        wire.WriteFinite("x"u8, change.X);
        wire.WriteFinite("y"u8, change.Y);
        if (change.Pinned is { } pinned)
        {
            wire.WriteBoolean("pinned"u8, pinned);
        }

        if (change.Arranged is { } arranged)
        {
            wire.WriteBoolean("arranged"u8, arranged);
        }

        wire.WriteIfGiven("cluster"u8, change.Cluster);
        wire.WriteIfGiven("mentions"u8, change.Mentions);
        wire.WriteIfGiven("lastSeen"u8, change.LastSeen);
        if (change.Sources is { } sources)
        {
            Write(wire, sources);
        }

        wire.WriteEndObject();
    }

    private static void Write(WireWriter wire, IReadOnlyList<ConceptSource> sources)
    {
        wire.WriteStartArray("sources"u8);
        foreach (var source in sources)
        {
            wire.WriteStartObject();
            wire.WriteIfGiven("session"u8, source.Session);
            wire.WriteIfGiven("seq"u8, source.Seq);
            wire.WriteIfGiven("source"u8, source.Source);
            wire.WriteNumber("start"u8, source.Start);
            wire.WriteNumber("length"u8, source.Length);
            wire.WriteEndObject();
        }

        wire.WriteEndArray();
    }

    private static void Write(WireWriter wire, ReadOnlySpan<byte> name, IReadOnlyList<RelationState> relations)
    {
        wire.WriteStartArray(name);
        foreach (var relation in relations)
        {
            Write(wire, relation);
        }

        wire.WriteEndArray();
    }

    private static void Write(WireWriter wire, RelationState relation)
    {
        wire.WriteStartObject();
        wire.WriteString("id"u8, relation.RelationId);
        wire.WriteString("source"u8, relation.Source);
        wire.WriteString("target"u8, relation.Target);
        wire.WriteFinite("weight"u8, relation.Weight);
        wire.WriteString("kind"u8, relation.Kind);
        if (relation.Kind != RelationKinds.CoOccurs && relation.Sources.Count > 0)
        {
            // What a text says of two concepts can be looked up; that they stood together is seen from their own places.
            Write(wire, relation.Sources);
        }

        wire.WriteEndObject();
    }
}
