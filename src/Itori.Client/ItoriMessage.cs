using System.Text.Json;

namespace Itori.Client;

/// <summary>A message of the server, as docs/protocol.md describes it.</summary>
public sealed record ItoriMessage
{
    /// <summary>What it is: <c>user_msg</c>, <c>concept_update</c>, <c>phase_frame</c>…</summary>
    public required string Type { get; init; }

    /// <summary>The topic that it belongs to; null for what belongs to none.</summary>
    public string? Topic { get; init; }

    /// <summary>Its place in the topic, from 1, without holes; null for what is not durable.</summary>
    public long? Seq { get; init; }

    /// <summary>Of a subscription to a part of a topic: the <c>seq</c> that it follows on; nothing that was wanted lies between. Null elsewhere.</summary>
    public long? Prev { get; init; }

    /// <summary>The id of the message that it replies to; null where it is no reply.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>When it was made or sent, by the server's clock; the epoch where it does not say.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>What it says; an empty object where it says nothing.</summary>
    public required JsonElement Payload { get; init; }

    /// <summary>The variant of a <c>concept_update</c> (<c>delta</c>, <c>snapshot</c>, <c>spectral_state</c>…); null for other types.</summary>
    public string? Variant => Type == "concept_update" && Payload.TryGetProperty("type", out var variant) ? variant.GetString() : null;

    internal static ItoriMessage Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
        {
            throw new JsonException("The server sent a message without a type.");
        }

        return new ItoriMessage
        {
            Type = type.GetString()!,
            Topic = root.TryGetProperty("topic", out var topic) ? topic.GetString() : null,
            Seq = root.TryGetProperty("seq", out var seq) ? seq.GetInt64() : null,
            Prev = root.TryGetProperty("prev", out var prev) ? prev.GetInt64() : null,
            CorrelationId = root.TryGetProperty("correlationId", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null,
            Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(root.TryGetProperty("timestamp", out var time) ? time.GetInt64() : 0),
            Payload = root.TryGetProperty("payload", out var payload) ? payload.Clone() : JsonSerializer.SerializeToElement(new object()),
        };
    }
}

/// <summary>Who and where a connection is: the payload of <c>welcome</c>.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="SessionId">Its session, given or made by the server.</param>
/// <param name="GraphId">Its graph.</param>
/// <param name="UserId">Who it is; for an anonymous user somebody new on every connection.</param>
/// <param name="UserName">The name that others see.</param>
public sealed record ItoriWelcome(string ConnectionId, string SessionId, string GraphId, string UserId, string UserName);

/// <summary>What came of a command: the payload of <c>ack</c>.</summary>
/// <param name="Topic">The topic that it changed; null where it changed none.</param>
/// <param name="Seq">The <c>seq</c> of its event there; null where there is none.</param>
public sealed record ItoriAck(string? Topic, long? Seq);

/// <summary>Where a client stands.</summary>
public enum ItoriConnection
{
    /// <summary>It connects, or waits for its next try.</summary>
    Connecting,

    /// <summary>It is signed in.</summary>
    Open,

    /// <summary>It was disposed of.</summary>
    Closed,
}
