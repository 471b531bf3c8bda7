using System.Text.Json;

using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>What topics carry.</summary>
internal static partial class JsonCodec
{
    /// <summary>An event of a topic, encoded once for all who watch it.</summary>
    public static byte[] Event(string topic, TopicEvent happened)
    {
        var json = Rent();
        WriteEvent(json, topic, happened);
        return Return(json);
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

    private static void WriteEvent(Utf8JsonWriter json, string topic, TopicEvent happened)
    {
        BeginEnvelope(json, TypeOf(happened), happened.Timestamp, correlation: null, topic, (happened as DurableEvent)?.Seq);
        switch (happened)
        {
            case MessagePosted e: Write(json, e); break;
            case MessageDeleted e: Write(json, e); break;
            case TopicTrouble e: Write(json, e); break;
            case AnswerGiven e: Write(json, e); break;
            case ThinkingStarted e: json.WriteString("turn"u8, e.Turn); break;
            case ThinkingEnded e: json.WriteString("turn"u8, e.Turn); break;
            case AnswerProgressed e: Write(json, e); break;
            case GraphDelta e: Write(json, topic, e); break;
            case SpectralState e: Write(json, e); break;
            case CoherenceForecast e: Write(json, e); break;
            case ClusterAlerts e: Write(json, e); break;
            case PhaseFrame e: Write(json, e); break;
            case PresenceChanged e: Write(json, topic, e); break;
            case CursorMoved e: Write(json, topic, e); break;
        }

        EndEnvelope(json);
    }

    private static void Write(Utf8JsonWriter json, MessagePosted e)
    {
        json.WriteString("text"u8, e.Text);
        json.WriteUser("user"u8, e.User);
        json.WriteIfGiven("turn"u8, e.Turn);
        json.WriteString("graph"u8, e.Graph);
        WriteRawIfGiven(json, "metadata"u8, e.MetadataJson);
        if (e.Deleted)
        {
            json.WriteBoolean("deleted"u8, true);
        }
    }

    private static void Write(Utf8JsonWriter json, MessageDeleted e)
    {
        json.WriteNumber("messageSeq"u8, e.MessageSeq);
        json.WriteUser("user"u8, e.User);
    }

    private static void Write(Utf8JsonWriter json, TopicTrouble e)
    {
        json.WriteNumber("code"u8, ItoriError.Of(e.Reason).Code);
        json.WriteString("reason"u8, e.Reason);
        json.WriteString("message"u8, e.Message);
        json.WriteIfGiven("details"u8, e.Details);
    }

    private static void Write(Utf8JsonWriter json, AnswerGiven e)
    {
        json.WriteString("turn"u8, e.Turn);
        json.WriteNumber("inReplyTo"u8, e.InReplyTo);
        json.WriteString("text"u8, e.Text);
        json.WriteStrings("concepts"u8, e.Concepts);
        json.WriteStartObject("metadata"u8);
        json.WriteString("model"u8, e.Model);
        json.WriteString("finish"u8, e.Finish);
        json.WriteIfGiven("error"u8, e.Error);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AnswerProgressed e)
    {
        json.WriteString("turn"u8, e.Turn);
        json.WriteNumber("index"u8, e.Index);
        json.WriteString("text"u8, e.Text);
    }

    private static void Write(Utf8JsonWriter json, string topic, PresenceChanged e)
    {
        json.WriteString("topic"u8, topic);
        json.WriteStartArray("users"u8);
        foreach (var user in e.Users)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, user.UserId);
            json.WriteString("name"u8, user.Name);
            json.WriteNumber("since"u8, user.Since);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (e.Joined.Count > 0)
        {
            json.WriteStrings("joined"u8, e.Joined);
        }

        if (e.Left.Count > 0)
        {
            json.WriteStrings("left"u8, e.Left);
        }
    }

    private static void Write(Utf8JsonWriter json, string topic, CursorMoved e)
    {
        json.WriteString("topic"u8, topic);
        json.WriteUser("user"u8, e.User);
        json.WriteString("connectionId"u8, e.ConnectionId);
        json.WriteIfGiven("concept"u8, e.Concept);
        json.WriteFinite("x"u8, e.X);
        json.WriteFinite("y"u8, e.Y);
        WriteRawIfGiven(json, "selection"u8, e.SelectionJson);
    }

    private static void WriteRawIfGiven(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? raw)
    {
        if (raw is not null)
        {
            json.WritePropertyName(name);

            // Checked when it came in; the grain may hold what an older version let through, so it is checked here too: a bad value must not break the message.
            json.WriteRawValue(raw, skipInputValidation: false);
        }
    }
}
