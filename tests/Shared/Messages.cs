using System.Text.Json;

namespace Itori.Tests.Shared;

/// <summary>Reading messages.</summary>
internal static class Messages
{
    public static string Type(this JsonElement message) => message.GetProperty("type").GetString()!;

    public static JsonElement Payload(this JsonElement message) => message.GetProperty("payload");

    public static bool IsOf(this JsonElement message, string topic) => message.TryGetProperty("topic", out var name) && name.GetString() == topic;

    /// <summary>The durable messages of a topic.</summary>
    public static IEnumerable<JsonElement> Durable(this IEnumerable<JsonElement> messages, string topic) => messages.Where(m => m.IsOf(topic) && m.TryGetProperty("seq", out _));

    public static long Seq(this JsonElement message) => message.GetProperty("seq").GetInt64();

    public static bool IsUpdate(this JsonElement message, string variant) => message.Type() == "concept_update" && message.Payload().GetProperty("type").GetString() == variant;

    public static string Text(this JsonElement message) => message.Payload().GetProperty("text").GetString()!;

    public static long Frame(this JsonElement message) => message.Payload().GetProperty("frame").GetInt64();
}
