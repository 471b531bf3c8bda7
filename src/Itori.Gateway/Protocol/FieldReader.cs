using System.Text;
using System.Text.Json;

using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>
/// Walks the fields of a message's payload: first those that stand at the top level, then those of the payload object, so that the payload's word is the last. Reading a
/// field as what it is not is remembered as <see cref="Problem"/>; null reads as absent.
/// </summary>
internal ref struct FieldReader
{
    private readonly ReadOnlySpan<byte> payload;
    private ReadOnlySpan<byte> source;
    private Utf8JsonReader reader;
    private bool inPayload;
    private string? name;
    private bool consumed;

    public FieldReader(ClientMessage message)
        : this(message.Json, message.Payload)
    {
    }

    private FieldReader(ReadOnlySpan<byte> json, ReadOnlySpan<byte> payload)
    {
        this.payload = payload;
        source = json;
        reader = new Utf8JsonReader(json, ClientMessage.ReaderOptions);
        reader.Read();
        consumed = true;
    }

    /// <summary>The first field that was not what it should be.</summary>
    public Refusal? Problem { get; private set; }

    /// <summary>What stands before a field's name in a <see cref="Problem"/>, for example <c>ops[3].</c></summary>
    public string Prefix { get; init; } = "";

    /// <summary>Walks one object alone, for example an element of a list.</summary>
    public static FieldReader Of(ReadOnlySpan<byte> json, string prefix) => new(json, default) { Prefix = prefix, inPayload = true };

    /// <summary>Goes to the next field.</summary>
    public bool Read()
    {
        while (true)
        {
            if (!consumed)
            {
                reader.Read();
                reader.Skip();
            }

            consumed = false;
            name = null;
            if (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                if (inPayload || !IsEnvelope())
                {
                    return true;
                }

                continue;
            }

            if (inPayload || payload.IsEmpty)
            {
                return false;
            }

            inPayload = true;
            source = payload;
            reader = new Utf8JsonReader(payload, ClientMessage.ReaderOptions);
            reader.Read();
            consumed = true;
        }
    }

    /// <summary>Whether the field has this name. Ask before reading its value.</summary>
    public bool Named(string field)
    {
        if (!reader.ValueTextEquals(field))
        {
            return false;
        }

        name = field;
        return true;
    }

    /// <summary>A string.</summary>
    public string? AsString() => Value(JsonTokenType.String) ? JsonText.OrNull(ref reader) ?? Wrong<string>("is not text") : null;

    /// <summary>true or false.</summary>
    public bool? AsBoolean()
    {
        consumed = true;
        reader.Read();
        switch (reader.TokenType)
        {
            case JsonTokenType.True: return true;
            case JsonTokenType.False: return false;
            case JsonTokenType.Null: return null;
            default:
                reader.Skip();
                Fail("is neither true nor false");
                return null;
        }
    }

    /// <summary>A whole number of at least <paramref name="least"/> and at most <paramref name="most"/>.</summary>
    public long? AsInteger(long least, long most = long.MaxValue)
    {
        if (!Value(JsonTokenType.Number))
        {
            return null;
        }

        if (reader.TryGetInt64(out var number) && number >= least && number <= most)
        {
            return number;
        }

        Fail(most == long.MaxValue ? $"is not a whole number of at least {least}" : $"is not a whole number from {least} to {most}");
        return null;
    }

    /// <summary>A finite number.</summary>
    public double? AsNumber()
    {
        if (!Value(JsonTokenType.Number))
        {
            return null;
        }

        if (reader.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        Fail("is not a finite number");
        return null;
    }

    /// <summary>A number, as the client wrote it.</summary>
    public byte[]? AsRawNumber() => Value(JsonTokenType.Number) ? reader.ValueSpan.ToArray() : null;

    /// <summary>The bytes of a value of any kind; nothing where it is null.</summary>
    public ReadOnlySpan<byte> AsValue() => Raw(expected: null);

    /// <summary>The bytes of an array.</summary>
    public ReadOnlySpan<byte> AsArray() => Raw(JsonTokenType.StartArray);

    /// <summary>An object, as the client wrote it, of at most <paramref name="maxBytes"/>.</summary>
    public string? AsObjectText(int maxBytes) => Bounded(Raw(JsonTokenType.StartObject), maxBytes);

    /// <summary>Any value but null, as the client wrote it, of at most <paramref name="maxBytes"/>.</summary>
    public string? AsAnyText(int maxBytes) => Bounded(Raw(expected: null), maxBytes);

    /// <summary>Whether the field has a value that is not null.</summary>
    public bool IsGiven()
    {
        consumed = true;
        reader.Read();
        var given = reader.TokenType is not JsonTokenType.Null;
        reader.Skip();
        return given;
    }

    /// <summary>Says that a field that must be there is not.</summary>
    public Refusal Missing(string field) => Problem ?? Refusal.Of(ItoriError.BadField, $"{Prefix}{field} is missing.", Prefix + field);

    private readonly bool IsEnvelope() =>
        reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("kind"u8) || reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("v"u8)
        || reader.ValueTextEquals("correlationId"u8) || reader.ValueTextEquals("seq"u8) || reader.ValueTextEquals("payload"u8);

    private string? Bounded(ReadOnlySpan<byte> json, int maxBytes)
    {
        if (json.Length <= maxBytes)
        {
            return json.IsEmpty ? null : Encoding.UTF8.GetString(json);
        }

        Problem ??= Refusal.Of(ItoriError.TooLarge, $"{Prefix}{name} has more than {maxBytes} bytes.", Prefix + name);
        return null;
    }

    private ReadOnlySpan<byte> Raw(JsonTokenType? expected)
    {
        consumed = true;
        reader.Read();
        var token = reader.TokenType;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        if (token is JsonTokenType.Null)
        {
            return default;
        }

        if (expected is not null && token != expected)
        {
            Fail(expected is JsonTokenType.StartArray ? "is not an array" : "is not an object");
            return default;
        }

        return source[start..(int)reader.BytesConsumed];
    }

    private bool Value(JsonTokenType expected)
    {
        consumed = true;
        reader.Read();
        if (reader.TokenType == expected)
        {
            return true;
        }

        if (reader.TokenType is not JsonTokenType.Null)
        {
            reader.Skip();
            Fail(expected is JsonTokenType.String ? "is not a string" : "is not a number");
        }

        return false;
    }

    private T? Wrong<T>(string what)
        where T : class
    {
        Fail(what);
        return null;
    }

    private void Fail(string what) => Problem ??= Refusal.Of(ItoriError.BadField, $"{Prefix}{name} {what}.", Prefix + name);
}
