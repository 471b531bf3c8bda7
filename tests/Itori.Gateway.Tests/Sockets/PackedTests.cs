using System.Net.WebSockets;

using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>A connection that speaks MessagePack. What it receives is checked as JSON, against the same schemas.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class PackedTests(ClusterFixture cluster)
{
    private static string Id => Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Everything_that_a_session_a_graph_and_a_field_say_comes_in_both_formats()
    {
        var id = Id;
        await cluster.Driver(TopicName.Graph(id)).Append(3, 5);
        await using var gateway = await TestGateway.Start(cluster);
        await using var packed = await gateway.Connect($"?session={id}&graph={id}", SocketEndpoint.PackProtocol);
        await using var json = await gateway.Connect($"?session={id}&graph={id}", SocketEndpoint.JsonProtocol);
        foreach (var client in (TestSocket[])[packed, json])
        {
            Assert.Equal("welcome", (await client.Next()).Type());
            await client.Send($$"""{"type":"subscribe","id":1,"topic":"session:{{id}}"}""");
            await client.Send($$"""{"type":"subscribe","id":2,"topic":"graph:{{id}}"}""");
            await client.Send($$"""{"type":"subscribe","id":3.5,"payload":{"topic":"field:{{id}}" } }""");
            await client.Until(all => all.Count(m => m.Type() == "subscribed") == 3 && all.Any(m => m.Type() == "phase_frame") && all.Any(m => m.Type() == "presence"), "three subscriptions, a frame and presence");
            Assert.Equal([1, 2, 3.5], client.All.Where(m => m.Type() == "subscribed").Select(m => m.GetProperty("correlationId").GetDouble()).Order());
        }

        await packed.Send("""{"kind":"user_msg","id":"m","text":"hé 🦦","metadata":{"a":[1,2.5,null,true,{"b":"c"}]}}""");
        Assert.Equal("m", (await packed.Next("ack")).GetProperty("correlationId").GetString());
        await packed.Send($$"""{"type":"history","id":"h","topic":"session:{{id}}"}""");
        await packed.Send("""{"type":"ping","timestamp":12345678901}""");
        Assert.Equal(12345678901, (await packed.Next("ping_response")).Payload().GetProperty("timestamp").GetInt64());
        await packed.Send($$"""{"type":"cursor","topic":"graph:{{id}}","x":1.5,"selection":["c1",null]}""");
        Assert.Equal(1.5, (await json.Next("cursor")).Payload().GetProperty("x").GetDouble());
        await json.Send($$"""{"type":"cursor","topic":"graph:{{id}}","x":-1,"selection":{"a":[]} }""");
        Assert.Equal("{\"a\":[]}", (await packed.Next("cursor")).Payload().GetProperty("selection").GetRawText());
        await packed.Until(all => all.Seqs("session:" + id).Count >= 2 && all.Seqs("graph:" + id).Count >= 1 && all.Any(m => m.Type() == "history"), "events and history");
        await json.Until(all => all.Seqs("session:" + id).Count >= 2 && all.Seqs("graph:" + id).Count >= 1, "events");
        foreach (var topic in (string[])["session:" + id, "graph:" + id])
        {
            var (a, b) = (packed.All.Where(m => m.IsOf(topic) && m.TryGetProperty("seq", out _)).ToList(), json.All.Where(m => m.IsOf(topic) && m.TryGetProperty("seq", out _)).ToList());
            for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
            {
                Packed.AssertSame(System.Text.Encoding.UTF8.GetBytes(b[i].GetRawText()), Packed.From(a[i].GetRawText()));
            }
        }
    }

    [Fact]
    public async Task Bad_input_gets_the_error_that_JSON_gets()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:MessageBurst", "1000"), ("Itori:Gateway:ErrorBudget", "1000"));
        await using var client = await gateway.Connect($"?session={Id}&graph={Id}", SocketEndpoint.PackProtocol);
        foreach (var row in BadInputTests.Bad.Select(row => row.Data))
        {
            // What is no JSON cannot be said in MessagePack; the reader's own tests have bytes of that kind.
            if (row.Item1.StartsWith('{') && row.Item1.EndsWith('}') && !row.Item1.Contains("\\ud", StringComparison.Ordinal) && !row.Item1.Contains("\\udc", StringComparison.Ordinal) && !row.Item1.Contains("1e999", StringComparison.Ordinal))
            {
                await client.Send(row.Item1);
                Assert.Equal((row.Item2, row.Item3), (await client.Next("error")).Error());
            }
        }

        await client.SendRaw([0xc1], WebSocketMessageType.Binary);
        Assert.Equal((400, "bad_message"), (await client.Next("error")).Error());
        await client.SendRaw("{\"type\":\"ping\"}"u8.ToArray(), WebSocketMessageType.Text);
        Assert.Equal((400, "bad_message"), (await client.Next("error")).Error());
        await client.Send("""{"type":"ping","id":7}""");
        await client.Next("ping_response");
    }

    [Theory]
    [InlineData("itori.v1.msgpack,itori.v1.json", "itori.v1.msgpack")]
    [InlineData("itori.v1.json,itori.v1.msgpack", "itori.v1.json")]
    [InlineData("soap,itori.v1.msgpack", "itori.v1.msgpack")]
    public async Task The_first_format_of_the_clients_list_that_is_spoken_is_agreed_on(string named, string agreed)
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: named);
        Assert.Equal(agreed, client.SubProtocol);
        Assert.Equal("welcome", (await client.Next()).Type());
    }
}
