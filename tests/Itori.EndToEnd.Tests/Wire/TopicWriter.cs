using System.Text.Json;
using System.Text.Json.Nodes;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Wire;

/// <summary>Writes to one topic over a connection of its own and keeps account of what was acknowledged.</summary>
internal sealed class TopicWriter : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly WireClient client;
    private readonly bool isGraph;
    private readonly List<string> acknowledged = [];
    private int sent;
    private string? open;

    private TopicWriter(WireClient client, string topic)
    {
        this.client = client;
        Topic = topic;
        Id = topic[(topic.IndexOf(':', StringComparison.Ordinal) + 1)..];
        isGraph = topic.StartsWith("graph:", StringComparison.Ordinal);
    }

    public string Topic { get; }

    /// <summary>What was acknowledged, in order: texts of messages, or labels of concepts.</summary>
    public IReadOnlyList<string> Acknowledged => acknowledged;

    private string Id { get; }

    public static async Task<TopicWriter> Open(Uri gateway, string topic)
    {
        var id = topic[(topic.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return new TopicWriter(await WireClient.Subscriber(gateway, id, id), topic);
    }

    /// <summary>Sends one command again and again until it is acknowledged: the one that was not yet, or a new one. Gives the time that it took.</summary>
    public async Task<TimeSpan> Write(TimeSpan limit)
    {
        var start = TimeProvider.System.GetTimestamp();
        JsonElement reply = default;
        await Condition.Holds(
            async () =>
            {
                reply = await TryOnce();
                if (reply.Type() == "ack")
                {
                    return true;
                }

                Assert.True(reply.Payload().TryGetProperty("retryAfterMs", out _), $"{Topic} was answered with {reply.GetRawText()}");
                await Task.Delay(Pause, TestContext.Current.CancellationToken);
                return false;
            },
            limit,
            () => $"{Topic} took no write; it said {reply.GetRawText()}");
        return TimeProvider.System.GetElapsedTime(start);
    }

    /// <summary>Sends a command once, the one that was not acknowledged yet or a new one, and gives the answer.</summary>
    public async Task<JsonElement> TryOnce()
    {
        open ??= $"{Id} number {++sent}";
        var id = $"{Topic.Replace(':', '-')}-{sent}";
        var reply = isGraph
            ? await client.AskAgain("concept_op", new JsonObject { ["ops"] = new JsonArray(new JsonObject { ["op"] = "upsert", ["label"] = open }) }, id, Topic)
            : await client.AskAgain("user_msg", new JsonObject { ["text"] = open, ["assistant"] = false }, id, Topic);
        if (reply.Type() == "ack")
        {
            acknowledged.Add(open);
            open = null;
        }

        return reply;
    }

    /// <summary>Everything that was acknowledged stands in the topic's history once and in order, and nothing else but a write that was sent and not acknowledged.</summary>
    public async Task EveryAcknowledgedWriteIsThereOnce()
    {
        List<string> stored = isGraph
            ? [.. (await Histories.Events(client, Topic)).Where(IsByHand).SelectMany(Added)]
            : [.. await Histories.Texts(client, Topic)];
        if (open is not null && stored.LastOrDefault() == open)
        {
            stored.RemoveAt(stored.Count - 1);
        }

        Assert.Equal(acknowledged, stored);
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    // What people say becomes concepts too.
    private static bool IsByHand(JsonElement delta) => !delta.Payload().GetProperty("data").GetProperty("cause").TryGetProperty("messageSeq", out _);

    private static IEnumerable<string> Added(JsonElement delta) =>
        delta.Payload().GetProperty("data").GetProperty("added").EnumerateArray().Select(concept => concept.GetProperty("label").GetString()!);
}
