using System.Text.Json;
using Itori.Contracts;

namespace Itori.Grains.Journaling;

/// <summary>
/// Reads and writes the parts of which a graph has thousands, in the format that the serializer's own code has for them. That code boxes every value of an init-only property; a graph's activation is mostly
/// this, and takes a third of the time so.
/// </summary>
internal static class GraphJson
{
    /// <summary>Steps to the next property of an object, onto its name. False: the object ends.</summary>
    public static bool NextName(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.EndObject;

    public static void BeginObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }
    }

    public static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }

    public static double? Double(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetDouble();
    }

    public static long? Long(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetInt64();
    }

    public static int? Int(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetInt32();
    }

    public static bool? Bool(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : reader.GetBoolean();
    }

    public static string[]? Texts(ref Utf8JsonReader reader)
    {
        if (!BeginArray(ref reader))
        {
            return null;
        }

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(reader.GetString() ?? throw new JsonException());
        }

        return [.. texts];
    }

    public static ConceptSource[]? Sources(ref Utf8JsonReader reader)
    {
        if (!BeginArray(ref reader))
        {
            return null;
        }

        var sources = new List<ConceptSource>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            sources.Add(Source(ref reader));
        }

        return [.. sources];
    }

    public static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    public static void Write(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    public static void Write(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    public static void Write(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    public static void Write(Utf8JsonWriter writer, string name, bool? value)
    {
        if (value is { } flag)
        {
            writer.WriteBoolean(name, flag);
        }
    }

    public static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<string>? values)
    {
        if (values is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<ConceptSource>? sources)
    {
        if (sources is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var source in sources)
        {
            writer.WriteStartObject();
            Write(writer, "session", source.Session);
            Write(writer, "seq", source.Seq);
            Write(writer, "source", source.Source);
            writer.WriteNumber("start", source.Start);
            writer.WriteNumber("length", source.Length);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static bool BeginArray(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Null => false,
            JsonTokenType.StartArray => true,
            _ => throw new JsonException(),
        };
    }

    private static ConceptSource Source(ref Utf8JsonReader reader)
    {
        BeginObject(ref reader);
        string? session = null, source = null;
        long? seq = null;
        int? start = null, length = null;
        while (NextName(ref reader))
        {
            if (reader.ValueTextEquals("session"u8))
            {
                session = Text(ref reader);
            }
            else if (reader.ValueTextEquals("seq"u8))
            {
                seq = Long(ref reader);
            }
            else if (reader.ValueTextEquals("source"u8))
            {
                source = Text(ref reader);
            }
            else if (reader.ValueTextEquals("start"u8))
            {
                start = Int(ref reader);
            }
            else if (reader.ValueTextEquals("length"u8))
            {
                length = Int(ref reader);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        return new ConceptSource { Session = session, Seq = seq, Source = source, Start = start ?? throw new JsonException(), Length = length ?? throw new JsonException() };
    }
}
