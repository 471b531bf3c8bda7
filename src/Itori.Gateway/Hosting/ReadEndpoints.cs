using System.Globalization;

using Itori.Contracts;
using Itori.Gateway.Protocol;
using Itori.Gateway.Protocol.Handlers;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Hosting;

/// <summary>Reads over HTTP, for programs that want no socket.</summary>
internal sealed class ReadEndpoints(TopicGrains grains, RestBoundary boundary)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/sessions/{id}/events", (HttpContext context, ReadEndpoints reads, string id) => reads.Answer(context, id, () => reads.Events(context, id)));
        routes.MapGet("/api/graphs/{id}", (HttpContext context, ReadEndpoints reads, string id) => reads.Answer(context, id, () => reads.Graph(id)));
        routes.MapGet("/api/graphs/{id}/field", (HttpContext context, ReadEndpoints reads, string id) => reads.Answer(context, id, () => reads.Field(context, id)));
    }

    private async Task<(byte[]? Json, Refusal? Refusal)> Events(HttpContext context, string id)
    {
        var query = context.Request.Query;
        if (Number(query["after"], 0, long.MaxValue, out var after) is { } badAfter)
        {
            return (null, Bad("after", badAfter));
        }

        if (Number(query["before"], 1, long.MaxValue, out var before) is { } badBefore)
        {
            return (null, Bad("before", badBefore));
        }

        if (Number(query["limit"], 1, HistoryHandler.MaxLimit, out var limit) is { } badLimit)
        {
            return (null, Bad("limit", badLimit));
        }

        if (after is not null && before is not null)
        {
            return (null, Bad("after", "and before cannot be given together"));
        }

        var topic = TopicName.Session(id);
        var grain = grains.Durable(topic);
        var count = (int)(limit ?? HistoryHandler.DefaultLimit);
        var page = after is { } place ? await grain.ReadAfter(place, count) : await grain.ReadBefore(before, count);
        return (Codec.Json.Events(topic.ToString(), page, keepOldest: after is not null, HistoryHandler.MaxBytes), null);
    }

    private async Task<(byte[]? Json, Refusal? Refusal)> Graph(string id)
    {
        var graph = await grains.GetGrain<IConceptGraphGrain>(id).GetSnapshot();
        return (Codec.Json.Snapshot(graph, await grains.PhasesOf(graph)), null);
    }

    private async Task<(byte[]? Json, Refusal? Refusal)> Field(HttpContext context, string id)
    {
        if (Number(context.Request.Query["at"], 0, long.MaxValue, out var at) is { } badAt)
        {
            return (null, Bad("at", badAt));
        }

        if (at is not { } time)
        {
            return (Codec.Json.Field(await grains.GetGrain<IFieldGrain>(id).GetState()), null);
        }

        var moment = await grains.GetGrain<IFieldReplayGrain>(id).At(time);
        return (moment.Value is { } value ? Codec.Json.Moment(TopicName.Field(id).ToString(), value) : null, moment.Refusal);
    }

    private async Task Answer(HttpContext context, string id, Func<Task<(byte[]? Json, Refusal? Refusal)>> read)
    {
        byte[]? json = null;
        await boundary.Serve(context, id, async () =>
        {
            (json, var refusal) = await read();
            return refusal;
        });
        if (json is null)
        {
            return;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    private static Refusal Bad(string name, string what) => Refusal.Of(ItoriError.BadField, $"{name} {what}.", name);

    private static string? Number(string? text, long least, long most, out long? number)
    {
        number = null;
        if (text is null)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < least || value > most)
        {
            return most == long.MaxValue ? $"is not a whole number of at least {least}" : $"is not a whole number from {least} to {most}";
        }

        number = value;
        return null;
    }
}
