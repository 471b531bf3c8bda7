using System.Text;

using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>What topics carry.</summary>
internal sealed partial class Codec
{
    /// <summary>An event of a topic, encoded once for all who watch it.</summary>
    public byte[] Event(string topic, TopicEvent happened)
    {
        var wire = rent();
        WriteEvent(wire, topic, happened);
        return Finish(wire);
    }

    /// <summary>A durable event of which a filter lets pass what is here: of the events after <paramref name="previous"/> and before it, nothing.</summary>
    public byte[] Event(string topic, DurableEvent happened, long previous)
    {
        var wire = rent();
        WriteEvent(wire, topic, happened, previous);
        return Finish(wire);
    }

    /// <summary>A frame with the phases of some slots.</summary>
    public byte[] Part(string topic, PhaseFrame frame, ReadOnlySpan<int> slots)
    {
        var wire = Begin(MessageTypes.PhaseFrame, frame.Timestamp, correlation: null, topic);
        Write(wire, frame, slots);
        return End(wire);
    }

    /// <summary>The type that an event has on the wire.</summary>
    public static string TypeOf(TopicEvent happened) => happened switch
    {
        MessagePosted => MessageTypes.UserMsg,
        MessageDeleted => MessageTypes.MsgDeleted,
        TopicTrouble => MessageTypes.Error,
        AnswerGiven => MessageTypes.AssistantMsg,
        ThinkingStarted => MessageTypes.ThinkingStart,
        ThinkingEnded => MessageTypes.ThinkingEnd,
        AnswerProgressed => MessageTypes.AssistantDelta,
        GraphDelta or SpectralState or CoherenceForecast or ClusterAlerts => MessageTypes.ConceptUpdate,
        PhaseFrame => MessageTypes.PhaseFrame,
        PresenceChanged => MessageTypes.Presence,
        CursorMoved => MessageTypes.Cursor,
        _ => throw new ArgumentException($"The wire has no type for {happened.GetType()}", nameof(happened)),
    };

    private static void WriteEvent(WireWriter wire, string topic, TopicEvent happened, long? previous = null)
    {
        BeginEnvelope(wire, TypeOf(happened), happened.Timestamp, correlation: null, topic, (happened as DurableEvent)?.Seq, previous);
        switch (happened)
        {
            case MessagePosted e: Write(wire, e); break;
            case MessageDeleted e: Write(wire, e); break;
            case TopicTrouble e: Write(wire, e); break;
            case AnswerGiven e: Write(wire, e); break;
            case ThinkingStarted e: wire.WriteString("turn"u8, e.Turn); break;
            case ThinkingEnded e: wire.WriteString("turn"u8, e.Turn); break;
            case AnswerProgressed e: Write(wire, e); break;
            case GraphDelta e: Write(wire, topic, e); break;
            case SpectralState e: Write(wire, e); break;
            case CoherenceForecast e: Write(wire, e); break;
            case ClusterAlerts e: Write(wire, e); break;
            case PhaseFrame e: Write(wire, e); break;
            case PresenceChanged e: Write(wire, topic, e); break;
            case CursorMoved e: Write(wire, topic, e); break;
        }

        EndEnvelope(wire);
    }

    private static void Write(WireWriter wire, MessagePosted e)
    {
        wire.WriteString("text"u8, e.Text);
        wire.WriteUser("user"u8, e.User);
        wire.WriteIfGiven("turn"u8, e.Turn);
        wire.WriteString("graph"u8, e.Graph);
        WriteJsonIfGiven(wire, "metadata"u8, e.MetadataJson);
        if (e.Deleted)
        {
            wire.WriteBoolean("deleted"u8, true);
        }
    }

    private static void Write(WireWriter wire, MessageDeleted e)
    {
        wire.WriteNumber("messageSeq"u8, e.MessageSeq);
        wire.WriteUser("user"u8, e.User);
    }

    private static void Write(WireWriter wire, TopicTrouble e)
    {
        wire.WriteNumber("code"u8, ItoriError.Of(e.Reason).Code);
        wire.WriteString("reason"u8, e.Reason);
        wire.WriteString("message"u8, e.Message);
        wire.WriteIfGiven("details"u8, e.Details);
    }

    private static void Write(WireWriter wire, AnswerGiven e)
    {
        wire.WriteString("turn"u8, e.Turn);
        wire.WriteNumber("inReplyTo"u8, e.InReplyTo);
        wire.WriteString("text"u8, e.Text);
        wire.WriteStrings("concepts"u8, e.Concepts);
        wire.WriteStartObject("metadata"u8);
        wire.WriteString("model"u8, e.Model);
        wire.WriteString("finish"u8, e.Finish);
        wire.WriteIfGiven("error"u8, e.Error);
        wire.WriteEndObject();
    }

    private static void Write(WireWriter wire, AnswerProgressed e)
    {
        wire.WriteString("turn"u8, e.Turn);
        wire.WriteNumber("index"u8, e.Index);
        wire.WriteString("text"u8, e.Text);
    }

    private static void Write(WireWriter wire, string topic, PresenceChanged e)
    {
        wire.WriteString("topic"u8, topic);
        wire.WriteStartArray("users"u8);
        foreach (var user in e.Users)
        {
            wire.WriteStartObject();
            wire.WriteString("id"u8, user.UserId);
            wire.WriteString("name"u8, user.Name);
            wire.WriteNumber("since"u8, user.Since);
            wire.WriteEndObject();
        }

        wire.WriteEndArray();
        if (e.Count is { } count)
        {
            wire.WriteNumber("count"u8, count);
        }

        if (e.Joined.Count > 0)
        {
            wire.WriteStrings("joined"u8, e.Joined);
        }

        if (e.Left.Count > 0)
        {
            wire.WriteStrings("left"u8, e.Left);
        }
    }

    private static void Write(WireWriter wire, string topic, CursorMoved e)
    {
        wire.WriteString("topic"u8, topic);
        wire.WriteUser("user"u8, e.User);
        wire.WriteString("connectionId"u8, e.ConnectionId);
        wire.WriteIfGiven("concept"u8, e.Concept);
        wire.WriteFinite("x"u8, e.X);
        wire.WriteFinite("y"u8, e.Y);
        WriteJsonIfGiven(wire, "selection"u8, e.SelectionJson);
    }

    private static void WriteJsonIfGiven(WireWriter wire, ReadOnlySpan<byte> name, string? json)
    {
        if (json is not null)
        {
            wire.WriteJson(name, Encoding.UTF8.GetBytes(json));
        }
    }
}
