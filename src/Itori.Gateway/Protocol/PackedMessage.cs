using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

using MessagePack;

using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>
/// A client's MessagePack as the JSON that says the same. Everything after it (envelope, fields, limits, errors) is then the same for both formats and written once. A client's message is read once, while
/// what the server sends goes to thousands: what the detour costs is in <c>docs/decisions/0013-two-formats.md</c>.
/// </summary>
/// <remarks>Refused is what JSON cannot say: names that are no strings, <c>bin</c> and extensions, numbers that are not finite, strings that are not UTF-8.</remarks>
internal sealed class PackedMessage
{
    private const int KeepAtMost = 1 << 20;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static PackedMessage? kept;

    private readonly Utf8JsonWriter json;
    private ArrayBufferWriter<byte> buffer;

    private PackedMessage(ArrayBufferWriter<byte> buffer, Utf8JsonWriter json)
    {
        this.buffer = buffer;
        this.json = json;
    }

    /// <summary>Reads one message. <paramref name="utf8"/> is valid until this thread reads the next one.</summary>
    public static Refusal? TryRead(ReadOnlyMemory<byte> packed, out ReadOnlySpan<byte> utf8)
    {
        kept ??= Create(new ArrayBufferWriter<byte>(4096));
        return kept.Transcribe(packed, out utf8);
    }

    private static PackedMessage Create(ArrayBufferWriter<byte> buffer) => new(buffer, new Utf8JsonWriter(buffer, Options));

    private static Refusal Bad(string message) => Refusal.Of(ItoriError.BadMessage, message);

    private Refusal? Transcribe(ReadOnlyMemory<byte> packed, out ReadOnlySpan<byte> utf8)
    {
        if (buffer.Capacity > KeepAtMost)
        {
            buffer = new ArrayBufferWriter<byte>(4096);
        }

        buffer.ResetWrittenCount();
        json.Reset(buffer);
        utf8 = default;
        try
        {
            var reader = new MessagePackReader(packed);
            if (reader.NextMessagePackType is not MessagePackType.Map)
            {
                return Bad("The message is not a MessagePack map.");
            }

            if (Value(ref reader, depth: 1) is { } problem)
            {
                return problem;
            }

            if (!reader.End)
            {
                return Bad("Something follows on the message's map.");
            }
        }
        catch (Exception e) when (e is EndOfStreamException or MessagePackSerializationException or OverflowException)
        {
            return Bad("The message is not MessagePack.");
        }

        json.Flush();
        utf8 = buffer.WrittenSpan;
        return null;
    }

    private Refusal? Value(ref MessagePackReader reader, int depth)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Map or MessagePackType.Array when depth > ClientMessage.MaxDepth:
                return Bad($"The message nests more than {ClientMessage.MaxDepth} deep.");
            case MessagePackType.Map:
                return Map(ref reader, depth);
            case MessagePackType.Array:
                return Array(ref reader, depth);
            case MessagePackType.String:
                // One piece of memory: a string always lies in one span.
                if (!reader.TryReadStringSpan(out var text) || !Utf8.IsValid(text))
                {
                    return Bad("A string is not UTF-8.");
                }

                json.WriteStringValue(text);
                return null;
            case MessagePackType.Integer when reader.NextCode == MessagePackCode.UInt64:
                json.WriteNumberValue(reader.ReadUInt64());
                return null;
            case MessagePackType.Integer:
                json.WriteNumberValue(reader.ReadInt64());
                return null;
            case MessagePackType.Float when reader.NextCode == MessagePackCode.Float32:
                var single = reader.ReadSingle();
                json.WriteNumberValue(float.IsFinite(single) ? single : 0);
                return float.IsFinite(single) ? null : Bad("A number is not finite.");
            case MessagePackType.Float:
                var number = reader.ReadDouble();
                json.WriteNumberValue(double.IsFinite(number) ? number : 0);
                return double.IsFinite(number) ? null : Bad("A number is not finite.");
            case MessagePackType.Boolean:
                json.WriteBooleanValue(reader.ReadBoolean());
                return null;
            case MessagePackType.Nil:
                reader.ReadNil();
                json.WriteNullValue();
                return null;
            default:
                return Bad("The message holds bin or an extension: only what JSON can say has a meaning here.");
        }
    }

    private Refusal? Map(ref MessagePackReader reader, int depth)
    {
        json.WriteStartObject();
        var count = reader.ReadMapHeader();
        for (var i = 0; i < count; i++)
        {
            if (reader.NextMessagePackType is not MessagePackType.String)
            {
                return Bad("A map has a name that is no string.");
            }

            if (!reader.TryReadStringSpan(out var name) || !Utf8.IsValid(name))
            {
                return Bad("A string is not UTF-8.");
            }

            json.WritePropertyName(name);
            if (Value(ref reader, depth + 1) is { } problem)
            {
                return problem;
            }
        }

        json.WriteEndObject();
        return null;
    }

    private Refusal? Array(ref MessagePackReader reader, int depth)
    {
        json.WriteStartArray();
        var count = reader.ReadArrayHeader();
        for (var i = 0; i < count; i++)
        {
            if (Value(ref reader, depth + 1) is { } problem)
            {
                return problem;
            }
        }

        json.WriteEndArray();
        return null;
    }
}
