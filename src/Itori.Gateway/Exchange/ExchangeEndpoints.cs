using System.Globalization;

using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Identity;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Exchange;

/// <summary>Graphs as files: out and in, over HTTP.</summary>
internal sealed class ExchangeEndpoints(
    TopicGrains grains, TopicCommands commands, RestBoundary boundary, IOptions<ExchangeOptions> options, IOptions<GatewayOptions> gateway) : IDisposable
{
    /// <summary>The <c>seq</c> that the file shows.</summary>
    public const string SeqHeader = "Itori-Seq";

    private const string KeyHeader = "Idempotency-Key";

    private readonly ExchangeOptions limits = options.Value;
    private readonly SemaphoreSlim free = new(options.Value.MaxConcurrent);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/graphs/{id}/export", (HttpContext context, ExchangeEndpoints exchange, string id) => exchange.Serve(context, id, () => exchange.Export(context, id)));
        routes.MapPost("/api/graphs/{id}/import", (HttpContext context, ExchangeEndpoints exchange, string id) => exchange.Serve(context, id, () => exchange.Import(context, id)));
    }

    public void Dispose() => free.Dispose();

    private Task Serve(HttpContext context, string id, Func<Task<Refusal?>> serve) => boundary.Serve(context, id, () => Limited(serve));

    private async Task<Refusal?> Limited(Func<Task<Refusal?>> serve)
    {
        if (!free.Wait(0, CancellationToken.None))
        {
            return Refusal.Of(ItoriError.Overloaded, $"{limits.MaxConcurrent} exports and imports are under way.") with { RetryAfterMs = (int)gateway.Value.RetryAfter.TotalMilliseconds };
        }

        try
        {
            return await serve();
        }
        finally
        {
            free.Release();
        }
    }

    private async Task<Refusal?> Export(HttpContext context, string id)
    {
        var said = context.Request.Query["format"].ToString();
        if (said.Length > 0 && GraphFormats.Of(said) is null)
        {
            return Bad("format", $"is none of {GraphFormats.Names}");
        }

        var format = GraphFormats.Of(said) ?? GraphFormat.Json;
        var grain = grains.GetGrain<IConceptGraphGrain>(id);
        var response = context.Response;

        // Phases turn while the graph stays: the tag is a weak one, and a browser asks every time.
        response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch is [{ } match, ..] && match == Tag(await grain.GetHead(), format))
        {
            response.Headers.ETag = match;
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }

        var graph = await grain.GetSnapshot();
        var phases = await grains.PhasesOf(graph);
        response.ContentType = GraphFormats.ContentType(format);
        response.Headers.ETag = Tag(graph.Seq, format);
        response.Headers[SeqHeader] = graph.Seq.ToString(CultureInfo.InvariantCulture);

        // An id has no character that a file name or a header would have to quote.
        response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"{id}-{graph.Seq}.{GraphFormats.Name(format)}\"");
        await GraphExport.Write(response.BodyWriter, format, graph, phases, context.RequestAborted);
        return null;
    }

    private async Task<Refusal?> Import(HttpContext context, string id)
    {
        var request = context.Request;
        if (!OriginPolicy.Allows(request, gateway.Value))
        {
            return Refusal.Of(ItoriError.Forbidden, "Pages of this origin may not change graphs here.");
        }

        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding.ToString() != "identity")
        {
            return Bad("Content-Encoding", "is not taken in; send the file as it is");
        }

        if (Format(request, out var format) is { } unknown)
        {
            return unknown;
        }

        if (CommandId(request, out var commandId) is { } badId)
        {
            return badId;
        }

        var source = request.Query["source"].ToString();
        if (source.Length > ImportGraph.MaxSourceLength)
        {
            return Bad("source", $"has more than {ImportGraph.MaxSourceLength} characters");
        }

        if (request.ContentLength > limits.MaxFileBytes)
        {
            return TooLarge();
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limits.MaxFileBytes;
        }

        GraphFileContent file;
        try
        {
            file = format is GraphFormat.Json
                ? await JsonGraphReader.Read(request.BodyReader, limits, context.RequestAborted)
                : await XmlGraphReader.Read(request.Body, format, limits, context.RequestAborted);
        }
        catch (BadGraphFileException e)
        {
            return e.Refusal;
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : Refusal.Of(ItoriError.BadFile, "The request ended before the file did.");
        }

        var command = new ImportGraph
        {
            CommandId = commandId,
            User = AnonymousUsers.New(),
            Source = source.Length == 0 ? null : source,
            Concepts = file.Concepts,
            Relations = file.Relations,
        };
        var result = await commands.CarryOut(commandId is not null, () => grains.GetGrain<IConceptGraphGrain>(id).Import(command), context.RequestAborted);
        if (result.Value is not { } receipt)
        {
            return result.Refusal;
        }

        await ImportReport.Write(context, receipt, file, context.RequestAborted);
        return null;
    }

    /// <summary>What the request says the file is; null in <paramref name="format"/>: XML, whose root element tells.</summary>
    private static Refusal? Format(HttpRequest request, out GraphFormat? format)
    {
        var said = request.Query["format"].ToString();
        if (said.Length > 0)
        {
            format = GraphFormats.Of(said);
            return format is null ? Bad("format", $"is none of {GraphFormats.Names}") : null;
        }

        format = GraphFormats.OfContentType(request.ContentType, out var isXml);
        return format is null && !isXml ? Bad("format", $"is missing: one of {GraphFormats.Names}, or a Content-Type that says it") : null;
    }

    private static Refusal? CommandId(HttpRequest request, out string? id)
    {
        var header = request.Headers[KeyHeader].ToString();

        // Written in quotes, as structured headers have strings, or without.
        header = header is ['"', .. var inner, '"'] ? inner : header;
        var query = request.Query["id"].ToString();
        id = header.Length > 0 ? header : query.Length > 0 ? query : null;
        if (header.Length > 0 && query.Length > 0 && header != query)
        {
            return Bad("id", $"and {KeyHeader} are different");
        }

        return id?.Length > MessageId.MaxLength ? Bad(header.Length > 0 ? KeyHeader : "id", $"has more than {MessageId.MaxLength} characters") : null;
    }

    private Refusal TooLarge() => Refusal.Of(ItoriError.TooLarge, $"The file has more than {limits.MaxFileBytes} bytes.");

    private static string Tag(long seq, GraphFormat format) => string.Create(CultureInfo.InvariantCulture, $"W/\"{seq}-{GraphFormats.Name(format)}\"");

    private static Refusal Bad(string name, string what) => Refusal.Of(ItoriError.BadField, $"{name} {what}.", name);
}
