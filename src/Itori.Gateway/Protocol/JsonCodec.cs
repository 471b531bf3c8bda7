using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>
/// The one place where server messages become JSON. Every method answers a whole message in memory of its own, so that the same bytes can be handed to any number of connections.
/// </summary>
/// <remarks>Numbers that JSON cannot say (NaN, infinities) are written as 0: no reader is ever handed a message that it cannot parse.</remarks>
internal static partial class JsonCodec
{
    /// <summary>The protocol's version, <c>v</c>.</summary>
    public const int Version = 1;

    private const int KeepAtMost = 1 << 20;

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        // The text is read by JSON parsers only, never placed in a page: non-ASCII letters stay as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
#if !DEBUG
        SkipValidation = true,
#endif
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    private static Utf8JsonWriter Rent()
    {
        buffer ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        writer ??= new Utf8JsonWriter(buffer, WriterOptions);
        writer.Reset(buffer);
        return writer;
    }

    private static byte[] Return(Utf8JsonWriter json)
    {
        json.Flush();
        var bytes = buffer!.WrittenSpan.ToArray();
        if (buffer.Capacity > KeepAtMost)
        {
            buffer = null;
        }

        return bytes;
    }

    /// <summary>Begins an envelope and its payload, which the caller fills; ended by <see cref="End"/>.</summary>
    private static Utf8JsonWriter Begin(string type, long timestamp, MessageId? correlation = null, string? topic = null, long? seq = null)
    {
        var json = Rent();
        BeginEnvelope(json, type, timestamp, correlation, topic, seq);
        return json;
    }

    private static void BeginEnvelope(Utf8JsonWriter json, string type, long timestamp, MessageId? correlation, string? topic, long? seq)
    {
        json.WriteStartObject();
        json.WriteNumber("v"u8, Version);
        json.WriteString("type"u8, type);
        json.WriteString("kind"u8, type);
        if (topic is not null)
        {
            json.WriteString("topic"u8, topic);
        }

        if (seq is { } number)
        {
            json.WriteNumber("seq"u8, number);
        }

        if (correlation is not null)
        {
            json.WritePropertyName("correlationId"u8);
            json.WriteRawValue(correlation.Json, skipInputValidation: true);
        }

        json.WriteNumber("timestamp"u8, timestamp);
        json.WriteStartObject("payload"u8);
    }

    private static void EndEnvelope(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static byte[] End(Utf8JsonWriter json)
    {
        EndEnvelope(json);
        return Return(json);
    }

    internal static void WriteFinite(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double value) => json.WriteNumber(name, double.IsFinite(value) ? value : 0);

    internal static void WriteFinite(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            json.WriteFinite(name, number);
        }
    }

    private static void WriteIfGiven(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteIfGiven(this Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    internal static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteUser(this Utf8JsonWriter json, ReadOnlySpan<byte> name, UserRef user)
    {
        json.WriteStartObject(name);
        json.WriteString("id"u8, user.Id);
        json.WriteString("name"u8, user.Name);
        json.WriteBoolean("anonymous"u8, user.Anonymous);
        json.WriteEndObject();
    }
}
