using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>What a connection is told in answer to its own messages, and about itself.</summary>
internal sealed partial class Codec
{
    public byte[] Welcome(WelcomeFacts facts, long timestamp, MessageId? correlation = null)
    {
        var wire = Begin(MessageTypes.Welcome, timestamp, correlation);
        wire.WriteString("connectionId"u8, facts.ConnectionId);
        wire.WriteString("sessionId"u8, facts.SessionId);
        wire.WriteString("graphId"u8, facts.GraphId);
        wire.WriteUser("user"u8, facts.User);
        wire.WriteNumber("heartbeatMs"u8, (long)facts.Heartbeat.TotalMilliseconds);
        wire.WriteNumber("maxMessageBytes"u8, facts.MaxMessageBytes);
        wire.WriteString("version"u8, facts.ServerVersion);
        return End(wire);
    }

    /// <summary>A ping's answer. <paramref name="echo"/> is the ping's own timestamp, as the client wrote it.</summary>
    public byte[] PingResponse(byte[]? echo, long receivedAt, long respondedAt, MessageId? correlation)
    {
        var wire = Begin(MessageTypes.PingResponse, respondedAt, correlation);
        if (echo is not null)
        {
            wire.WriteJson("timestamp"u8, echo);
        }

        wire.WriteNumber("receivedAt"u8, receivedAt);
        wire.WriteNumber("respondedAt"u8, respondedAt);
        return End(wire);
    }

    public byte[] AuthSuccess(UserRef user, long timestamp, MessageId? correlation)
    {
        var wire = Begin(MessageTypes.AuthSuccess, timestamp, correlation);
        wire.WriteUser("user"u8, user);
        return End(wire);
    }

    public byte[] AuthFailure(ItoriError error, string message, long timestamp, MessageId? correlation)
    {
        var wire = Begin(MessageTypes.AuthFailure, timestamp, correlation);
        wire.WriteNumber("code"u8, error.Code);
        wire.WriteString("reason"u8, error.Reason);
        wire.WriteString("message"u8, message);
        return End(wire);
    }

    /// <summary>A command is done. <paramref name="receipt"/> is null for one that stores nothing.</summary>
    public byte[] Ack(Receipt? receipt, long timestamp, MessageId? correlation)
    {
        var wire = Begin(MessageTypes.Ack, timestamp, correlation);
        if (receipt is not null)
        {
            wire.WriteString("topic"u8, receipt.Topic.ToString());
            wire.WriteNumber("seq"u8, receipt.Seq);
            wire.WriteIfGiven("concepts"u8, receipt.Concepts);
            wire.WriteIfGiven("relations"u8, receipt.Relations);
        }

        return End(wire);
    }

    public byte[] Error(Refusal refusal, long timestamp, MessageId? correlation)
    {
        var wire = Begin(MessageTypes.Error, timestamp, correlation);
        var error = refusal.Error;
        wire.WriteNumber("code"u8, error.Code);
        wire.WriteString("reason"u8, error.Reason);
        wire.WriteString("message"u8, refusal.Message);
        wire.WriteIfGiven("details"u8, refusal.Details);
        wire.WriteIfGiven("retryAfterMs"u8, refusal.RetryAfterMs);
        return End(wire);
    }

    public byte[] Subscribed(string topic, long seq, bool recovered, bool filtered, GraphSnapshot? snapshot, PhaseFrame? phases, long timestamp, MessageId? correlation)
    {
        var wire = Begin(MessageTypes.Subscribed, timestamp, correlation, topic);
        wire.WriteString("topic"u8, topic);
        wire.WriteNumber("seq"u8, seq);
        wire.WriteBoolean("recovered"u8, recovered);
        if (filtered)
        {
            wire.WriteBoolean("filtered"u8, true);
        }

        if (snapshot is not null)
        {
            wire.WriteName("snapshot"u8);
            Write(wire, snapshot, phases);
        }

        return End(wire);
    }

    /// <summary>Tells a filtered subscription that it has all that it wants of the events up to <paramref name="seq"/>.</summary>
    public byte[] Progress(string topic, long seq, long timestamp)
    {
        var wire = Begin(MessageTypes.Progress, timestamp, correlation: null, topic);
        wire.WriteString("topic"u8, topic);
        wire.WriteNumber("seq"u8, seq);
        return End(wire);
    }

    public byte[] Unsubscribed(string topic, long timestamp, MessageId? correlation)
    {
        var wire = Begin(MessageTypes.Unsubscribed, timestamp, correlation, topic);
        wire.WriteString("topic"u8, topic);
        return End(wire);
    }

    /// <summary>
    /// A piece of a topic's past. Events are left out at the older end where the piece would be over <paramref name="maxBytes"/> (one is always there); <c>more</c> then says so.
    /// </summary>
    public byte[] History(string topic, EventPage page, bool keepOldest, int maxBytes, long timestamp, MessageId? correlation)
    {
        var wire = Begin(MessageTypes.History, timestamp, correlation, topic);
        WriteHistory(wire, topic, page, keepOldest, maxBytes);
        return End(wire);
    }

    /// <summary>The same without an envelope.</summary>
    public byte[] Events(string topic, EventPage page, bool keepOldest, int maxBytes)
    {
        var wire = rent();
        wire.WriteStartObject();
        WriteHistory(wire, topic, page, keepOldest, maxBytes);
        wire.WriteNumber("head"u8, page.Head);
        wire.WriteNumber("first"u8, page.First);
        wire.WriteEndObject();
        return Finish(wire);
    }

    public byte[] Reconnect(string reason, TimeSpan after, long timestamp)
    {
        var wire = Begin(MessageTypes.Reconnect, timestamp);
        wire.WriteString("reason"u8, reason);
        wire.WriteNumber("afterMs"u8, (long)after.TotalMilliseconds);
        return End(wire);
    }

    private static void WriteHistory(WireWriter wire, string topic, EventPage page, bool keepOldest, int maxBytes)
    {
        var (from, to) = Fitting(page.Events, keepOldest, maxBytes);
        wire.WriteString("topic"u8, topic);
        wire.WriteStartArray("events"u8);
        for (var i = from; i < to; i++)
        {
            WriteEvent(wire, topic, page.Events[i]);
        }

        wire.WriteEndArray();
        wire.WriteBoolean("more"u8, page.More || from > 0 || to < page.Events.Count);
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

    /// <summary>About what an event takes, rather more than less; bytes.</summary>
    public static long Estimate(DurableEvent happened) => 512 + happened switch
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
