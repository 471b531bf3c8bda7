using System.Text.Json;
using System.Text.Json.Nodes;

using Itori.Contracts;
using Itori.Gateway.Tests.Grains;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>While the cluster heals, the gateway makes a call again where that is safe, and its client sees an answer that comes later.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class RepeatedCommandTests(ClusterFixture cluster)
{
    private static readonly Refusal Unavailable = Refusal.Of(ItoriError.Unavailable, "Not now.") with { RetryAfterMs = 500 };

    private readonly TopicName topic = TopicName.Session(Guid.NewGuid().ToString("N"));

    private TopicScript Script => TopicScript.Of(topic);

    [Fact]
    public async Task A_command_with_an_id_is_stored_by_the_activation_that_can()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: "itori.v1.json");
        Script.Refuses = Times(3, Unavailable);
        Assert.Equal("ack", (await Say(client, "c1")).Type());
        Assert.Equal(1, Script.Applied);
    }

    [Fact]
    public async Task A_command_with_an_id_outlasts_a_lost_silo()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: "itori.v1.json");
        var left = 3;
        Script.Fails = () => Interlocked.Decrement(ref left) >= 0 ? new SiloUnavailableException("The silo went.") : null;
        Assert.Equal("ack", (await Say(client, "c1")).Type());
        Assert.Equal(1, Script.Applied);
    }

    [Fact]
    public async Task A_command_without_an_id_is_made_again_only_where_nothing_was_done()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: "itori.v1.json");
        Script.Refuses = Times(2, Unavailable with { Superseded = true });
        await client.Send(Message(null));
        await Eventually.Holds(() => Script.Applied == 1, "the message stored by the winner");

        Script.Refuses = Times(1, Unavailable);
        await client.Send(Message(null));
        Assert.Equal("unavailable", (await client.Next("error")).Payload().GetProperty("reason").GetString());
        Assert.Equal(1, Script.Applied);
    }

    [Fact]
    public async Task Patience_ends_and_the_client_is_told()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:CommandPatience", "00:00:00.2"));
        await using var client = await gateway.Connect(protocol: "itori.v1.json");
        Script.Refuses = () => Unavailable;
        var error = (await Say(client, "c1")).Payload();
        Assert.Equal("unavailable", error.GetProperty("reason").GetString());
        Assert.True(error.GetProperty("retryAfterMs").GetInt32() > 0);
        Assert.Equal(0, Script.Applied);
    }

    private static Func<Refusal?> Times(int times, Refusal refusal) => () => Interlocked.Decrement(ref times) >= 0 ? refusal : null;

    private string Message(string? id) => new JsonObject
    {
        ["type"] = "user_msg",
        [id is null ? "correlation" : "id"] = id ?? "none",
        ["topic"] = topic.ToString(),
        ["payload"] = new JsonObject { ["text"] = "hello", ["assistant"] = false },
    }.ToJsonString();

    private async Task<JsonElement> Say(TestSocket client, string id)
    {
        await client.Send(Message(id));
        return await client.Next(message => message.TryGetProperty("correlationId", out var of) && of.GetString() == id, "the reply");
    }
}
