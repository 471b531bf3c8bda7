using System.Text.Json;

using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Exchange;

/// <summary>What an import did, as its answer says it.</summary>
internal static class ImportReport
{
    public static async Task Write(HttpContext context, Receipt receipt, GraphFileContent file, CancellationToken cancellation)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("topic"u8, receipt.Topic.ToString());
        json.WriteNumber("seq"u8, receipt.Seq);
        json.WriteNumber("nodes"u8, file.Concepts.Count);
        json.WriteNumber("edges"u8, file.Edges);
        json.WriteNumber("concepts"u8, receipt.Concepts ?? 0);
        json.WriteNumber("relations"u8, receipt.Relations ?? 0);
        json.WriteNumber("selfLoops"u8, file.SelfLoops);
        if (file.LargestNodeWeight > 1)
        {
            json.WriteFinite("nodeWeightsDividedBy"u8, file.LargestNodeWeight);
        }

        if (file.LargestEdgeWeight > 1)
        {
            json.WriteFinite("edgeWeightsDividedBy"u8, file.LargestEdgeWeight);
        }

        json.WriteEndObject();
        await json.FlushAsync(cancellation);
    }
}
