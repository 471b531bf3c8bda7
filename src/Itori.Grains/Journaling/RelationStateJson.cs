using System.Text.Json;
using System.Text.Json.Serialization;
using Itori.Contracts;

namespace Itori.Grains.Journaling;

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
