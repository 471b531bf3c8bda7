using System.Text.Json.Nodes;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>A client that knows nothing but how to open a socket and send one message.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class PlainClientTests(StandaloneFixture standalone)
{
    [Fact]
    public async Task Its_ping_is_answered_with_its_timestamp()
    {
        await using var client = await WireClient.Plain(standalone.Server.Address);
        await client.Send("""{"type":"ping","timestamp":1}""");
        var answer = await client.First(m => m.Type() == "ping_response", "ping_response");
        Assert.Equal(1, answer.Payload().GetProperty("timestamp").GetInt64());
    }

    [Fact]
    public async Task One_message_without_an_id_shows_it_the_whole_system_at_work()
    {
        await using var client = await WireClient.Plain(standalone.Server.Address, "plain-one", "plain-one");
        var message = new JsonObject { ["v"] = 1, ["kind"] = "user_msg", ["payload"] = new JsonObject { ["text"] = Texts.Paragraph }, ["timestamp"] = 1764000000000 };
        await client.Send(message.ToJsonString());
        await client.Until(all => all.Any(m => m.Type() == "thinking_end"), "the end of the turn");
        await client.Until(all => all.Any(m => m.IsUpdate("delta")), "a delta");
        await client.Until(all => all.Count(m => m.Type() == "phase_frame" && m.Payload().GetProperty("phases").GetArrayLength() > 0) >= 5, "five frames with phases");

        var turn = client.All.Where(m => m.IsOf("session:plain-one") && m.Type() != "presence").Select(m => m.Type()).ToList();
        Assert.Equal(["user_msg", "thinking_start"], turn.Take(2));
        Assert.All(turn.Skip(2).SkipLast(2), type => Assert.Equal("assistant_delta", type));
        Assert.True(turn.Count >= 5, "no assistant_delta");
        Assert.Equal(["assistant_msg", "thinking_end"], turn.TakeLast(2));
        Assert.Equal(Texts.Paragraph, client.All.Single(m => m.Type() == "user_msg").Text());
        Assert.False(string.IsNullOrWhiteSpace(client.All.Single(m => m.Type() == "assistant_msg").Text()));
        Assert.DoesNotContain(client.All, m => m.Type() is "ack" or "error" or "subscribed");
        Assert.All(client.All, m => Assert.Equal(m.Type(), m.GetProperty("kind").GetString()));
    }
}
