using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>What a connection is told in answer to its own messages, and about itself.</summary>
internal static partial class JsonCodec
{
    public static byte[] Welcome(WelcomeFacts facts, long timestamp, MessageId? correlation = null)
    {
        var json = Begin(MessageTypes.Welcome, timestamp, correlation);
        json.WriteString("connectionId"u8, facts.ConnectionId);
        json.WriteString("sessionId"u8, facts.SessionId);
        json.WriteString("graphId"u8, facts.GraphId);
        json.WriteUser("user"u8, facts.User);
        json.WriteNumber("heartbeatMs"u8, (long)facts.Heartbeat.TotalMilliseconds);
        json.WriteNumber("maxMessageBytes"u8, facts.MaxMessageBytes);
        json.WriteString("version"u8, facts.ServerVersion);
        return End(json);
    }

    /// <summary>A ping's answer. <paramref name="echo"/> is the ping's own timestamp, as the client wrote it.</summary>
    public static byte[] PingResponse(byte[]? echo, long receivedAt, long respondedAt, MessageId? correlation)
    {
        var json = Begin(MessageTypes.PingResponse, respondedAt, correlation);
        if (echo is not null)
        {
            json.WritePropertyName("timestamp"u8);
            json.WriteRawValue(echo, skipInputValidation: true);
        }

        json.WriteNumber("receivedAt"u8, receivedAt);
        json.WriteNumber("respondedAt"u8, respondedAt);
        return End(json);
    }

    public static byte[] AuthSuccess(UserRef user, long timestamp, MessageId? correlation)
    {
        var json = Begin(MessageTypes.AuthSuccess, timestamp, correlation);
        json.WriteUser("user"u8, user);
        return End(json);
    }

    public static byte[] AuthFailure(ItoriError error, string message, long timestamp, MessageId? correlation)
    {
        var json = Begin(MessageTypes.AuthFailure, timestamp, correlation);
        json.WriteNumber("code"u8, error.Code);
        json.WriteString("reason"u8, error.Reason);
        json.WriteString("message"u8, message);
        return End(json);
    }

    /// <summary>A command is done. <paramref name="receipt"/> is null for one that stores nothing.</summary>
    public static byte[] Ack(Receipt? receipt, long timestamp, MessageId? correlation)
    {
        var json = Begin(MessageTypes.Ack, timestamp, correlation);
        if (receipt is not null)
        {
            json.WriteString("topic"u8, receipt.Topic.ToString());
            json.WriteNumber("seq"u8, receipt.Seq);
            json.WriteIfGiven("concepts"u8, receipt.Concepts);
            json.WriteIfGiven("relations"u8, receipt.Relations);
        }

        return End(json);
    }

    public static byte[] Error(Refusal refusal, long timestamp, MessageId? correlation)
    {
        var json = Begin(MessageTypes.Error, timestamp, correlation);
        var error = refusal.Error;
        json.WriteNumber("code"u8, error.Code);
        json.WriteString("reason"u8, error.Reason);
        json.WriteString("message"u8, refusal.Message);
        json.WriteIfGiven("details"u8, refusal.Details);
        json.WriteIfGiven("retryAfterMs"u8, refusal.RetryAfterMs);
        return End(json);
    }

    public static byte[] Subscribed(string topic, long seq, bool recovered, GraphSnapshot? snapshot, PhaseFrame? phases, long timestamp, MessageId? correlation)
    {
        var json = Begin(MessageTypes.Subscribed, timestamp, correlation, topic);
        json.WriteString("topic"u8, topic);
        json.WriteNumber("seq"u8, seq);
        json.WriteBoolean("recovered"u8, recovered);
        if (snapshot is not null)
        {
            json.WritePropertyName("snapshot"u8);
            Write(json, snapshot, phases);
        }

        return End(json);
    }

    public static byte[] Unsubscribed(string topic, long timestamp, MessageId? correlation)
    {
        var json = Begin(MessageTypes.Unsubscribed, timestamp, correlation, topic);
        json.WriteString("topic"u8, topic);
        return End(json);
    }

    /// <summary>
    /// A piece of a topic's past. Events are left out at the older end where the piece would be over <paramref name="maxBytes"/> (one is always there); <c>more</c> then says so.
    /// </summary>
    public static byte[] History(string topic, EventPage page, bool keepOldest, int maxBytes, long timestamp, MessageId? correlation)
    {
        var json = Begin(MessageTypes.History, timestamp, correlation, topic);
        WriteHistory(json, topic, page, keepOldest, maxBytes);
        return End(json);
    }

    /// <summary>The same without an envelope.</summary>
    public static byte[] Events(string topic, EventPage page, bool keepOldest, int maxBytes)
    {
        var json = Rent();
        json.WriteStartObject();
        WriteHistory(json, topic, page, keepOldest, maxBytes);
        json.WriteNumber("head"u8, page.Head);
        json.WriteNumber("first"u8, page.First);
        json.WriteEndObject();
        return Return(json);
    }

    public static byte[] Reconnect(string reason, TimeSpan after, long timestamp)
    {
        var json = Begin(MessageTypes.Reconnect, timestamp);
        json.WriteString("reason"u8, reason);
        json.WriteNumber("afterMs"u8, (long)after.TotalMilliseconds);
        return End(json);
    }

    private static void WriteHistory(System.Text.Json.Utf8JsonWriter json, string topic, EventPage page, bool keepOldest, int maxBytes)
    {
        var (from, to) = Fitting(page.Events, keepOldest, maxBytes);
        json.WriteString("topic"u8, topic);
        json.WriteStartArray("events"u8);
        for (var i = from; i < to; i++)
        {
            WriteEvent(json, topic, page.Events[i]);
        }

        json.WriteEndArray();
        json.WriteBoolean("more"u8, page.More || from > 0 || to < page.Events.Count);
    }

    /// <summary>Which run of events fits, by an estimate of each one's size that errs on the large side.</summary>
    private static (int From, int To) Fitting(IReadOnlyList<DurableEvent> events, bool keepOldest, int maxBytes)
    {
        var (from, to) = (0, events.Count);
        var bytes = 0L;
        for (var n = 0; n < events.Count; n++)
        {
            var i = keepOldest ? n : events.Count - 1 - n;
            bytes += Estimate(events[i]);
            if (bytes > maxBytes && n > 0)
            {
                return keepOldest ? (0, i) : (i + 1, events.Count);
            }
        }

        return (from, to);
    }

    private static long Estimate(DurableEvent happened) => 512 + happened switch
    {
        MessagePosted e => (3L * e.Text.Length) + (3L * (e.MetadataJson?.Length ?? 0)),
        AnswerGiven e => (3L * e.Text.Length) + (48L * e.Concepts.Count),
        GraphDelta e => (1024L * e.Added.Count) + (512L * e.Changed.Count) + (192L * (e.RelationsAdded.Count + e.RelationsChanged.Count)) + (64L * (e.Removed.Count + e.RelationsRemoved.Count)),
        _ => 0,
    };
}

/// <summary>What a connection is told about itself.</summary>
internal sealed record WelcomeFacts
{
    public required string ConnectionId { get; init; }
    public required string SessionId { get; init; }
    public required string GraphId { get; init; }
    public required UserRef User { get; init; }
    public required TimeSpan Heartbeat { get; init; }
    public required int MaxMessageBytes { get; init; }
    public required string ServerVersion { get; init; }
}
