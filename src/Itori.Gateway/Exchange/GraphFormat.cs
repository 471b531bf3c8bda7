namespace Itori.Gateway.Exchange;

/// <summary>A format in which graphs are exchanged.</summary>
internal enum GraphFormat
{
    /// <summary>JSON, this project's own; also read: node-link JSON.</summary>
    Json,

    /// <summary>GraphML 1.0.</summary>
    GraphMl,

    /// <summary>GEXF, written as 1.3.</summary>
    Gexf,
}

/// <summary>How formats are called.</summary>
internal static class GraphFormats
{
    public const string Names = "json, graphml, gexf";

    public static string Name(GraphFormat format) => format switch
    {
        GraphFormat.Json => "json",
        GraphFormat.GraphMl => "graphml",
        _ => "gexf",
    };

    public static string ContentType(GraphFormat format) => format switch
    {
        GraphFormat.Json => "application/json; charset=utf-8",
        GraphFormat.GraphMl => "application/graphml+xml; charset=utf-8",
        _ => "application/gexf+xml; charset=utf-8",
    };

    public static GraphFormat? Of(string? name) => name?.ToLowerInvariant() switch
    {
        "json" => GraphFormat.Json,
        "graphml" => GraphFormat.GraphMl,
        "gexf" => GraphFormat.Gexf,
        _ => null,
    };

    /// <summary>What a request's content type says; <paramref name="isXml"/>: it says XML, and the root element will tell which.</summary>
    public static GraphFormat? OfContentType(string? contentType, out bool isXml)
    {
        var type = contentType?.Split(';', 2)[0].Trim().ToLowerInvariant();
        isXml = type is "application/xml" or "text/xml";
        return type switch
        {
            "application/json" => GraphFormat.Json,
            "application/graphml+xml" => GraphFormat.GraphMl,
            "application/gexf+xml" => GraphFormat.Gexf,
            _ => null,
        };
    }
}
