using System.Text.Json;
using System.Text.Json.Serialization;

namespace Itori.Grains.Journaling;

/// <summary>A remembered command, of which a snapshot has thousands.</summary>
internal sealed class CommandReplyJson : JsonConverter<CommandReply>
{
    public override CommandReply Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        GraphJson.BeginObject(ref reader);
        string? id = null;
        long? seq = null, print = null, at = null;
        int? concepts = null, relations = null;
        while (GraphJson.NextName(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = GraphJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("seq"u8))
            {
                seq = GraphJson.Long(ref reader);
            }
            else if (reader.ValueTextEquals("concepts"u8))
            {
                concepts = GraphJson.Int(ref reader);
            }
            else if (reader.ValueTextEquals("relations"u8))
            {
                relations = GraphJson.Int(ref reader);
            }
            else if (reader.ValueTextEquals("print"u8))
            {
                print = GraphJson.Long(ref reader);
            }
            else if (reader.ValueTextEquals("at"u8))
            {
                at = GraphJson.Long(ref reader);
            }
            else
            {
                GraphJson.SkipValue(ref reader);
            }
        }

        return new CommandReply(id ?? throw new JsonException(), seq ?? throw new JsonException(), concepts, relations, print, at);
    }

    public override void Write(Utf8JsonWriter writer, CommandReply value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        GraphJson.Write(writer, "id", value.Id);
        writer.WriteNumber("seq", value.Seq);
        GraphJson.Write(writer, "concepts", value.Concepts);
        GraphJson.Write(writer, "relations", value.Relations);
        GraphJson.Write(writer, "print", value.Print);
        GraphJson.Write(writer, "at", value.At);
        writer.WriteEndObject();
    }
}
