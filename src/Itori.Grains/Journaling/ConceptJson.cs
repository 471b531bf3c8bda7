using System.Text.Json;
using System.Text.Json.Serialization;
using Itori.Contracts;

namespace Itori.Grains.Journaling;

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
            Arranged = fields.Arranged ?? false,
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

        if (value.Arranged)
        {
            writer.WriteBoolean("arranged", true);
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
        GraphJson.Write(writer, "arranged", value.Arranged);
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
        bool? pinned = null, merged = null, arranged = null;
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
            else if (reader.ValueTextEquals("arranged"u8))
            {
                arranged = GraphJson.Bool(ref reader);
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
            Arranged = arranged,
        };
        return (fields, key, phase, createdAt);
    }
}
