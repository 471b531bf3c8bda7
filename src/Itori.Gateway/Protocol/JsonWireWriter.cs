using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Itori.Gateway.Protocol;

/// <summary>Messages as JSON.</summary>
internal sealed class JsonWireWriter : WireWriter
{
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
    private static JsonWireWriter? kept;

    private readonly Utf8JsonWriter json;
    private ArrayBufferWriter<byte> buffer;

    private JsonWireWriter(ArrayBufferWriter<byte> buffer, Utf8JsonWriter json)
    {
        this.buffer = buffer;
        this.json = json;
    }

    /// <summary>This thread's writer, empty.</summary>
    public static WireWriter Rent()
    {
        kept ??= Create(new ArrayBufferWriter<byte>(4096));
        kept.buffer.ResetWrittenCount();
        kept.json.Reset(kept.buffer);
        return kept;
    }

    private static JsonWireWriter Create(ArrayBufferWriter<byte> buffer) => new(buffer, new Utf8JsonWriter(buffer, WriterOptions));

    public override byte[] Return()
    {
        json.Flush();
        var bytes = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > KeepAtMost)
        {
            buffer = new ArrayBufferWriter<byte>(4096);
        }

        return bytes;
    }

    public override void WriteStartObject() => json.WriteStartObject();

    public override void WriteEndObject() => json.WriteEndObject();

    public override void WriteStartArray() => json.WriteStartArray();

    public override void WriteEndArray() => json.WriteEndArray();

    public override void WriteName(ReadOnlySpan<byte> utf8) => json.WritePropertyName(utf8);

    public override void WriteName(string name) => json.WritePropertyName(name);

    public override void WriteStringValue(ReadOnlySpan<char> value) => json.WriteStringValue(value);

    public override void WriteNumberValue(long value) => json.WriteNumberValue(value);

    public override void WriteFiniteValue(double value) => json.WriteNumberValue(double.IsFinite(value) ? value : 0);

    public override void WriteRoundedValue(double value) => json.WriteNumberValue(double.IsFinite(value) ? Math.Round(value, Decimals) : 0);

    public override void WriteBooleanValue(bool value) => json.WriteBooleanValue(value);

    // Checked when it came in; a grain may hold what an older version let through, so it is checked here too: a bad value must not break the message.
    public override void WriteJsonValue(ReadOnlySpan<byte> utf8) => json.WriteRawValue(utf8, skipInputValidation: false);

    public override void WritePhases(ReadOnlySpan<byte> name, ReadOnlySpan<float> phases)
    {
        json.WriteStartArray(name);
        foreach (var phase in phases)
        {
            // 10⁻⁵ rad is far below a pixel and keeps a frame of 10,000 concepts under 80 KB.
            json.WriteNumberValue(float.IsFinite(phase) ? MathF.Round(phase, Decimals) : 0f);
        }

        json.WriteEndArray();
    }
}
