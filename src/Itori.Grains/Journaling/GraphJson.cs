using System.Text.Json;
using System.Text.Json.Serialization;
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

internal sealed class RelationStateJson : JsonConverter<RelationState>
{
    public override RelationState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        GraphJson.BeginObject(ref reader);
        string? id = null, source = null, target = null, kind = null;
        double? weight = null, evidence = null, windows = null;
        long? lastSeen = null;
        ConceptSource[]? sources = null;
        while (GraphJson.NextName(ref reader))
        {
            if (reader.ValueTextEquals("relationId"u8))
            {
                id = GraphJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("source"u8))
            {
                source = GraphJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("target"u8))
            {
                target = GraphJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("weight"u8))
            {
                weight = GraphJson.Double(ref reader);
            }
            else if (reader.ValueTextEquals("kind"u8))
            {
                reader.Read();
                kind = reader.ValueTextEquals("co_occurs"u8) ? RelationKinds.CoOccurs : reader.GetString();
            }
            else if (reader.ValueTextEquals("evidence"u8))
            {
                evidence = GraphJson.Double(ref reader);
            }
            else if (reader.ValueTextEquals("windows"u8))
            {
                windows = GraphJson.Double(ref reader);
            }
            else if (reader.ValueTextEquals("lastSeen"u8))
            {
                lastSeen = GraphJson.Long(ref reader);
            }
            else if (reader.ValueTextEquals("sources"u8))
            {
                sources = GraphJson.Sources(ref reader);
            }
            else
            {
                GraphJson.SkipValue(ref reader);
            }
        }

        return new RelationState
        {
            RelationId = id ?? throw new JsonException(),
            Source = source ?? throw new JsonException(),
            Target = target ?? throw new JsonException(),
            Weight = weight ?? throw new JsonException(),
            Kind = kind ?? throw new JsonException(),
            Evidence = evidence ?? 0,
            Windows = windows ?? 0,
            LastSeen = lastSeen ?? 0,
            Sources = sources ?? [],
        };
    }

    public override void Write(Utf8JsonWriter writer, RelationState value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        GraphJson.Write(writer, "relationId", value.RelationId);
        GraphJson.Write(writer, "source", value.Source);
        GraphJson.Write(writer, "target", value.Target);
        writer.WriteNumber("weight", value.Weight);
        GraphJson.Write(writer, "kind", value.Kind);
        writer.WriteNumber("evidence", value.Evidence);
        if (value.LastSeen != 0)
        {
            writer.WriteNumber("windows", value.Windows);
            writer.WriteNumber("lastSeen", value.LastSeen);
        }

        if (value.Sources.Count > 0)
        {
            GraphJson.Write(writer, "sources", value.Sources);
        }

        writer.WriteEndObject();
    }
}

internal sealed class ConceptStateJson : JsonConverter<ConceptState>
{
    public override ConceptState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (fields, key, phase, createdAt) = ConceptFields.Read(ref reader);
        return new ConceptState
        {
            ConceptId = fields.ConceptId,
            Label = fields.Label ?? throw new JsonException(),
            Key = key ?? throw new JsonException(),
            Aliases = fields.Aliases ?? [],
            Slot = fields.Slot ?? throw new JsonException(),
            Weight = fields.Weight ?? throw new JsonException(),
            Phase = phase ?? throw new JsonException(),
            X = fields.X,
            Y = fields.Y,
            Pinned = fields.Pinned ?? false,
            Cluster = fields.Cluster ?? 0,
            Mentions = fields.Mentions ?? throw new JsonException(),
            CreatedAt = createdAt ?? throw new JsonException(),
            LastSeen = fields.LastSeen ?? throw new JsonException(),
            Sources = fields.Sources ?? [],
            Evidence = fields.Evidence ?? 0,
            Windows = fields.Windows ?? 0,
            Merged = fields.Merged ?? false,
        };
    }

    public override void Write(Utf8JsonWriter writer, ConceptState value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        GraphJson.Write(writer, "conceptId", value.ConceptId);
        GraphJson.Write(writer, "label", value.Label);
        GraphJson.Write(writer, "key", value.Key);
        GraphJson.Write(writer, "aliases", value.Aliases);
        writer.WriteNumber("slot", value.Slot);
        writer.WriteNumber("weight", value.Weight);
        writer.WriteNumber("phase", value.Phase);
        GraphJson.Write(writer, "x", value.X);
        GraphJson.Write(writer, "y", value.Y);
        writer.WriteBoolean("pinned", value.Pinned);
        writer.WriteNumber("cluster", value.Cluster);
        writer.WriteNumber("mentions", value.Mentions);
        writer.WriteNumber("createdAt", value.CreatedAt);
        writer.WriteNumber("lastSeen", value.LastSeen);
        GraphJson.Write(writer, "sources", value.Sources);
        writer.WriteNumber("evidence", value.Evidence);
        if (value.Windows != 0)
        {
            writer.WriteNumber("windows", value.Windows);
        }

        if (value.Merged)
        {
            writer.WriteBoolean("merged", true);
        }

        writer.WriteEndObject();
    }
}

internal sealed class ConceptChangeJson : JsonConverter<ConceptChange>
{
    public override ConceptChange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ConceptFields.Read(ref reader).Fields;

    public override void Write(Utf8JsonWriter writer, ConceptChange value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        GraphJson.Write(writer, "conceptId", value.ConceptId);
        GraphJson.Write(writer, "label", value.Label);
        GraphJson.Write(writer, "aliases", value.Aliases);
        GraphJson.Write(writer, "slot", value.Slot);
        GraphJson.Write(writer, "weight", value.Weight);
        GraphJson.Write(writer, "x", value.X);
        GraphJson.Write(writer, "y", value.Y);
        GraphJson.Write(writer, "pinned", value.Pinned);
        GraphJson.Write(writer, "cluster", value.Cluster);
        GraphJson.Write(writer, "mentions", value.Mentions);
        GraphJson.Write(writer, "lastSeen", value.LastSeen);
        GraphJson.Write(writer, "sources", value.Sources);
        GraphJson.Write(writer, "evidence", value.Evidence);
        GraphJson.Write(writer, "windows", value.Windows);
        GraphJson.Write(writer, "merged", value.Merged);
        writer.WriteEndObject();
    }
}

/// <summary>The fields of a concept, whole or changed: both have the same names.</summary>
internal static class ConceptFields
{
    public static (ConceptChange Fields, string? Key, double? Phase, long? CreatedAt) Read(ref Utf8JsonReader reader)
    {
        GraphJson.BeginObject(ref reader);
        string? id = null, label = null, key = null;
        string[]? aliases = null;
        ConceptSource[]? sources = null;
        double? weight = null, phase = null, x = null, y = null, evidence = null, windows = null;
        int? slot = null, cluster = null;
        long? mentions = null, createdAt = null, lastSeen = null;
        bool? pinned = null, merged = null;
        while (GraphJson.NextName(ref reader))
        {
            if (reader.ValueTextEquals("conceptId"u8))
            {
                id = GraphJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("label"u8))
            {
                label = GraphJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("key"u8))
            {
                key = GraphJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("aliases"u8))
            {
                aliases = GraphJson.Texts(ref reader);
            }
            else if (reader.ValueTextEquals("slot"u8))
            {
                slot = GraphJson.Int(ref reader);
            }
            else if (reader.ValueTextEquals("weight"u8))
            {
                weight = GraphJson.Double(ref reader);
            }
            else if (reader.ValueTextEquals("phase"u8))
            {
                phase = GraphJson.Double(ref reader);
            }
            else if (reader.ValueTextEquals("x"u8))
            {
                x = GraphJson.Double(ref reader);
            }
            else if (reader.ValueTextEquals("y"u8))
            {
                y = GraphJson.Double(ref reader);
            }
            else if (reader.ValueTextEquals("pinned"u8))
            {
                pinned = GraphJson.Bool(ref reader);
            }
            else if (reader.ValueTextEquals("cluster"u8))
            {
                cluster = GraphJson.Int(ref reader);
            }
            else if (reader.ValueTextEquals("mentions"u8))
            {
                mentions = GraphJson.Long(ref reader);
            }
            else if (reader.ValueTextEquals("createdAt"u8))
            {
                createdAt = GraphJson.Long(ref reader);
            }
            else if (reader.ValueTextEquals("lastSeen"u8))
            {
                lastSeen = GraphJson.Long(ref reader);
            }
            else if (reader.ValueTextEquals("sources"u8))
            {
                sources = GraphJson.Sources(ref reader);
            }
            else if (reader.ValueTextEquals("evidence"u8))
            {
                evidence = GraphJson.Double(ref reader);
            }
            else if (reader.ValueTextEquals("windows"u8))
            {
                windows = GraphJson.Double(ref reader);
            }
            else if (reader.ValueTextEquals("merged"u8))
            {
                merged = GraphJson.Bool(ref reader);
            }
            else
            {
                GraphJson.SkipValue(ref reader);
            }
        }

        var fields = new ConceptChange
        {
            ConceptId = id ?? throw new JsonException(),
            Label = label,
            Aliases = aliases,
            Slot = slot,
            Weight = weight,
            X = x,
            Y = y,
            Pinned = pinned,
            Cluster = cluster,
            Mentions = mentions,
            LastSeen = lastSeen,
            Sources = sources,
            Evidence = evidence,
            Windows = windows,
            Merged = merged,
        };
        return (fields, key, phase, createdAt);
    }
}
