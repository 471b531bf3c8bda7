using System.Text;
using System.Text.Json;

namespace Itori.Gateway.Protocol;

/// <summary>A client's own id of its message: kept as the client wrote it, so that <c>correlationId</c> is the same JSON value.</summary>
internal sealed class MessageId
{
    /// <summary>The longest string id, in characters.</summary>
    public const int MaxLength = 128;

    private readonly byte[] json;

    private MessageId(byte[] json, string text)
    {
        this.json = json;
        Text = text;
    }

    /// <summary>The id as the key of an idempotent command: a string's characters, a number's digits.</summary>
    public string Text { get; }

    /// <summary>The id as the client wrote it, a JSON string or number.</summary>
    public ReadOnlySpan<byte> Json => json;

    /// <summary>Reads the id that the reader stands on. Null: neither a string of 1 to 128 characters nor a number.</summary>
    public static MessageId? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> message)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            return null;
        }

        var raw = message[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        if (reader.TokenType is JsonTokenType.Number)
        {
            return raw.Length > MaxLength ? null : new MessageId(raw.ToArray(), Encoding.ASCII.GetString(raw));
        }

        var text = JsonText.OrNull(ref reader);
        return text is { Length: > 0 and <= MaxLength } ? new MessageId(raw.ToArray(), text) : null;
    }
}
