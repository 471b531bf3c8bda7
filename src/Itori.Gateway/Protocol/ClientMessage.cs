using System.Text.Json;
using System.Text.Unicode;

using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>
/// The envelope of a client's message, over the bytes that it came in: one pass checks that they are one JSON object and finds where the payload lies. The payload's fields are
/// read by the handler, straight from the same bytes.
/// </summary>
internal readonly ref struct ClientMessage
{
    /// <summary>How deep objects and arrays may nest.</summary>
    public const int MaxDepth = 32;

    internal static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    private ClientMessage(ReadOnlySpan<byte> json, Range payload, string type, MessageId? id)
    {
        Json = json;
        Payload = json[payload];
        Type = type;
        Id = id;
    }

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Json { get; }

    /// <summary>The payload object's bytes; empty where there is none.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>What the message is.</summary>
    public string Type { get; }

    /// <summary>The client's id of it.</summary>
    public MessageId? Id { get; }

    /// <summary>Reads an envelope. Where it is not one, tells why, and its id where that could be read.</summary>
    public static Refusal? TryRead(ReadOnlySpan<byte> utf8, out ClientMessage message, out MessageId? id)
    {
        message = default;
        id = null;
        if (!Utf8.IsValid(utf8))
        {
            return Bad("The message is not UTF-8.");
        }

        var scan = default(EnvelopeScan);
        try
        {
            var reader = new Utf8JsonReader(utf8, ReaderOptions);
            if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            {
                return Bad("The message is not a JSON object.");
            }

            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                scan.Member(ref reader, utf8);
            }

            // Past the object's end nothing but white space may follow; the reader throws otherwise.
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            // The reader's sentence names the place ("LineNumber: 0 | BytePositionInLine: 17"); it quotes at most one character of the input.
            return Bad("The message is not JSON.", e.Message);
        }

        id = scan.Id;
        if (scan.Problem is { } problem)
        {
            return Bad(problem);
        }

        if (scan.Type is not null && scan.Kind is not null && scan.Type != scan.Kind)
        {
            return Bad("type and kind differ: a message has one type, under either name.");
        }

        if ((scan.Type ?? scan.Kind) is not { } type)
        {
            return Bad("The message has no type.");
        }

        message = new ClientMessage(utf8, scan.Payload, type, id);
        return null;
    }

    private static Refusal Bad(string message, string? details = null) => Refusal.Of(ItoriError.BadMessage, message, details);

    /// <summary>What one pass over the members finds. Of a name that occurs twice, the last counts.</summary>
    private struct EnvelopeScan
    {
        public string? Type;
        public string? Kind;
        public MessageId? Id;
        public Range Payload;
        public string? Problem;

        public void Member(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                Type = Word(ref reader, "type");
            }
            else if (reader.ValueTextEquals("kind"u8))
            {
                Kind = Word(ref reader, "kind");
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                Id = MessageId.Read(ref reader, utf8);
                if (Id is null && reader.TokenType is not JsonTokenType.Null)
                {
                    Problem ??= "id is neither a string of 1 to 128 characters nor a number.";
                }

                reader.Skip();
            }
            else if (reader.ValueTextEquals("v"u8))
            {
                reader.Read();
                if (reader.TokenType is not JsonTokenType.Null && !(reader.TokenType is JsonTokenType.Number && reader.TryGetDouble(out var v) && v == 1))
                {
                    Problem ??= "v is not 1: this server speaks version 1 of the protocol.";
                }

                reader.Skip();
            }
            else if (reader.ValueTextEquals("payload"u8))
            {
                reader.Read();
                if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
                {
                    Problem ??= "payload is not an object.";
                }

                var isObject = reader.TokenType is JsonTokenType.StartObject;
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                Payload = isObject ? start..(int)reader.BytesConsumed : default;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        private string? Word(ref Utf8JsonReader reader, string name)
        {
            reader.Read();
            var word = JsonText.OrNull(ref reader);
            if (word is null && reader.TokenType is not JsonTokenType.Null)
            {
                Problem ??= name + " is not a string.";
            }

            reader.Skip();
            return word;
        }
    }
}
