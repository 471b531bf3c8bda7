using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Exchange;

/// <summary>Writes Itori's own JSON: the snapshot's fields, with what makes a concept the same on both sides.</summary>
internal sealed class JsonGraphWriter(IBufferWriter<byte> output) : GraphWriter
{
    public const string Format = "itori-graph";
    public const int Version = 1;

    // A file of its own, not part of a page: only what JSON itself must escape is.
    private readonly Utf8JsonWriter json = new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    private long flushed;

    public override long Unflushed => json.BytesCommitted + json.BytesPending - flushed;

    public override void Begin(GraphSnapshot graph)
    {
        json.WriteStartObject();
        json.WriteString("format"u8, Format);
        json.WriteNumber("version"u8, Version);
        json.WriteString("graph"u8, graph.Graph);
        json.WriteNumber("epoch"u8, graph.Epoch);
        json.WriteNumber("seq"u8, graph.Seq);
        json.WriteStartArray("concepts"u8);
    }

    public override void Write(ConceptState concept, double? phase)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, concept.ConceptId);
        json.WriteString("label"u8, concept.Label);
        json.WriteStrings("names"u8, NamesOf(concept));
        json.WriteNumber("slot"u8, concept.Slot);
        json.WriteFinite("weight"u8, concept.Weight);
        json.WriteFinite("phase"u8, phase);
        json.WriteFinite("x"u8, concept.X);
        json.WriteFinite("y"u8, concept.Y);
        json.WriteBoolean("pinned"u8, concept.Pinned);
        if (concept.Arranged)
        {
            json.WriteBoolean("arranged"u8, true);
        }

        json.WriteNumber("cluster"u8, concept.Cluster);
        json.WriteNumber("mentions"u8, concept.Mentions);
        json.WriteNumber("createdAt"u8, concept.CreatedAt);
        json.WriteNumber("lastSeen"u8, concept.LastSeen);
        json.WriteEndObject();
    }

    public override void BeginRelations()
    {
        json.WriteEndArray();
        json.WriteStartArray("relations"u8);
    }

    public override void Write(RelationState relation)
    {
        json.WriteStartObject();
        json.WriteString("source"u8, relation.Source);
        json.WriteString("target"u8, relation.Target);
        json.WriteFinite("weight"u8, relation.Weight);
        json.WriteString("kind"u8, relation.Kind);
        json.WriteBoolean("directed"u8, RelationKinds.IsDirected(relation.Kind));
        json.WriteEndObject();
    }

    public override void End()
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public override void Flush()
    {
        json.Flush();
        flushed = json.BytesCommitted;
    }

    public override void Dispose() => json.Dispose();
}
