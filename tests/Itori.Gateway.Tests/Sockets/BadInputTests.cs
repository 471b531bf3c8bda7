using System.Net.WebSockets;
using System.Text;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Tests.Grains;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>Bad input gets an error and changes nothing.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class BadInputTests(ClusterFixture cluster)
{
    public static TheoryData<string, int, string> Bad => new()
    {
        { "", 400, "bad_message" },
        { "hello", 400, "bad_message" },
        { "{\"type\":\"ping\"", 400, "bad_message" },
        { "{\"type\":\"ping\"} x", 400, "bad_message" },
        { "[1]", 400, "bad_message" },
        { "null", 400, "bad_message" },
        { "{}", 400, "bad_message" },
        { "{\"type\":5}", 400, "bad_message" },
        { "{\"type\":null}", 400, "bad_message" },
        { "{\"type\":\"ping\",\"kind\":\"user_msg\"}", 400, "bad_message" },
        { "{\"type\":\"ping\",\"payload\":[]}", 400, "bad_message" },
        { "{\"type\":\"ping\",\"v\":2}", 400, "bad_message" },
        { "{\"type\":\"ping\",\"id\":{}}", 400, "bad_message" },
        { "{\"type\":\"ping\",\"id\":\"\"}", 400, "bad_message" },
        { "{\"type\":\"ping\",\"id\":\"\\ud800\"}", 400, "bad_message" },
        { "{\"type\":\"ping\",\"x\":" + new string('[', 100) + new string(']', 100) + "}", 400, "bad_message" },
        { "{\"type\":\"PING\"}", 400, "unknown_type" },
        { "{\"type\":\"welcome\"}", 400, "unknown_type" },
        { "{\"type\":\"ping\",\"timestamp\":\"now\"}", 400, "bad_field" },
        { "{\"type\":\"user_msg\"}", 400, "bad_field" },
        { "{\"type\":\"user_msg\",\"text\":5}", 400, "bad_field" },
        { "{\"type\":\"user_msg\",\"text\":\"  \"}", 400, "bad_field" },
        { "{\"type\":\"user_msg\",\"text\":\"\\udc00\"}", 400, "bad_field" },
        { "{\"type\":\"user_msg\",\"text\":\"x\",\"assistant\":\"yes\"}", 400, "bad_field" },
        { "{\"type\":\"user_msg\",\"text\":\"x\",\"metadata\":[]}", 400, "bad_field" },
        { "{\"type\":\"user_msg\",\"text\":\"x\",\"metadata\":{\"a\":\"" + new string('z', 20_000) + "\"}}", 413, "too_large" },
        { "{\"type\":\"user_msg\",\"text\":\"" + new string('z', 200_000) + "\"}", 413, "too_large" },
        { "{\"type\":\"user_msg\",\"text\":\"x\",\"topic\":\"graph:g\"}", 400, "bad_topic" },
        { "{\"type\":\"user_msg\",\"text\":\"x\",\"topic\":\"nonsense\"}", 400, "bad_topic" },
        { "{\"type\":\"user_msg\",\"text\":\"x\",\"topic\":\"room:1\"}", 404, "no_such_topic" },
        { "{\"type\":\"cancel\"}", 404, "no_such_turn" },
        { "{\"type\":\"cancel\",\"turn\":1}", 400, "bad_field" },
        { "{\"type\":\"subscribe\"}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:\"}", 400, "bad_topic" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:a b\"}", 400, "bad_topic" },
        { "{\"type\":\"subscribe\",\"topic\":\"galaxy:x\"}", 404, "no_such_topic" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"since\":-1}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"since\":1.5}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"types\":[\"phase_frame\"]}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"types\":[]}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"types\":\"delta\"}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"types\":[\"delta\",1]}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"session:x\",\"concepts\":[\"c\"]}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"concepts\":[]}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"concepts\":5}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"concepts\":[null]}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"concepts\":[" + string.Join(',', Enumerable.Range(0, 1001).Select(i => $"\"{i}\"")) + "]}", 413, "too_large" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"concepts\":{}}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"concepts\":{\"around\":\"\"}}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"concepts\":{\"around\":\"c\",\"depth\":4}}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"maxRate\":0}", 400, "bad_field" },
        { "{\"type\":\"subscribe\",\"topic\":\"graph:x\",\"maxRate\":\"10\"}", 400, "bad_field" },
        { "{\"type\":\"unsubscribe\",\"topic\":\"graph:never\"}", 404, "no_such_topic" },
        { "{\"type\":\"history\",\"topic\":\"field:x\"}", 400, "bad_field" },
        { "{\"type\":\"history\",\"topic\":\"field:x\",\"at\":-1}", 400, "bad_field" },
        { "{\"type\":\"history\",\"topic\":\"graph:x\",\"at\":1}", 400, "bad_field" },
        { "{\"type\":\"history\",\"topic\":\"graph:x\",\"limit\":0}", 400, "bad_field" },
        { "{\"type\":\"history\",\"topic\":\"graph:x\",\"limit\":1001}", 400, "bad_field" },
        { "{\"type\":\"cursor\",\"topic\":\"graph:elsewhere\"}", 404, "no_such_topic" },
        { "{\"type\":\"cursor\",\"x\":1e999}", 400, "bad_field" },
        { "{\"type\":\"ingest\"}", 400, "bad_field" },
        { "{\"type\":\"ingest\",\"text\":\"x\",\"topic\":\"session:s\"}", 400, "bad_topic" },
        { "{\"type\":\"concept_op\"}", 400, "bad_field" },
        { "{\"type\":\"concept_op\",\"ops\":{}}", 400, "bad_field" },
        { "{\"type\":\"concept_op\",\"ops\":[]}", 400, "bad_field" },
        { "{\"type\":\"concept_op\",\"ops\":[1]}", 400, "bad_field" },
        { "{\"type\":\"concept_op\",\"ops\":[{\"op\":\"explode\"}]}", 400, "bad_field" },
        { "{\"type\":\"concept_op\",\"ops\":[{\"op\":\"move\",\"id\":\"a\",\"x\":1}]}", 400, "bad_field" },
        { "{\"type\":\"concept_op\",\"ops\":[{\"op\":\"remove\",\"id\":\"a\"}]}", 404, "no_such_concept" },
        { "{\"type\":\"concept_op\",\"ops\":[" + string.Join(',', Enumerable.Repeat("{\"op\":\"remove\",\"id\":\"a\"}", 1001)) + "]}", 413, "too_large" },
        { "{\"type\":\"custom_request\",\"topic\":\"graph:x\",\"payload\":{\"type\":\"refresh_forecast\"}}", 400, "bad_topic" },
        { "{\"type\":\"custom_request\",\"payload\":{\"type\":\"dance\"}}", 400, "bad_field" },
        { "{\"type\":\"custom_request\"}", 400, "bad_field" },
        { "{\"type\":\"auth\",\"token\":5}", 400, "bad_field" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task It_gets_its_error_and_the_connection_goes_on(string message, int code, string reason)
    {
        var id = Guid.NewGuid().ToString("N");
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect($"?session={id}&graph={id}", SocketEndpoint.JsonProtocol);
        await client.Send(message);
        Assert.Equal((code, reason), (await client.Next("error")).Error());
        await client.Send("""{"type":"ping","id":7}""");
        await client.Next("ping_response");
        Assert.Equal(0, TopicScript.Of(TopicName.Session(id)).Applied + TopicScript.Of(TopicName.Graph(id)).Applied);
    }

    [Fact]
    public async Task A_binary_message_is_refused_and_the_connection_goes_on()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.SendRaw("{\"type\":\"ping\"}"u8.ToArray(), WebSocketMessageType.Binary);
        Assert.Equal((400, "bad_message"), (await client.Next("error")).Error());
        await client.Send("""{"type":"ping"}""");
        await client.Next("ping_response");
    }

    [Fact]
    public async Task Ten_megabytes_are_refused_and_the_connection_is_closed_with_1009()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        var message = Encoding.UTF8.GetBytes("{\"type\":\"user_msg\",\"text\":\"" + new string('x', 10 * 1024 * 1024) + "\"}");
        await client.SendRaw(message, WebSocketMessageType.Text);
        Assert.Equal((413, "message_too_big"), (await client.Next("error")).Error());
        await client.Closed;
        Assert.Equal(1009, (int?)client.CloseStatus);
    }

    [Fact]
    public async Task Text_that_is_not_utf8_closes_with_1007_as_RFC_6455_demands()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.SendRaw([.. "{\"type\":\""u8, 0xff, 0xfe, .. "\"}"u8], WebSocketMessageType.Text);
        await client.Closed;
        Assert.Equal(1007, (int?)client.CloseStatus);
    }

    [Fact]
    public async Task Bad_input_that_keeps_coming_closes_with_1008()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        for (var i = 0; i < 100; i++)
        {
            await client.Send("nonsense");
        }

        await client.Closed;
        Assert.Equal(1008, (int?)client.CloseStatus);
        Assert.Equal(100, client.All.Count(m => m.Type() == "error" && m.Error().Reason == "bad_message"));
        Assert.Equal((429, "too_many_errors"), client.All[^1].Error());
    }

    [Fact]
    public async Task Too_many_messages_are_refused_with_when_to_try_again_and_the_connection_goes_on()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:MessagesPerSecond", "1"), ("Itori:Gateway:MessageBurst", "5"));
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        for (var i = 0; i < 20; i++)
        {
            await client.Send($$"""{"type":"ping","id":{{i}}}""");
        }

        var error = await client.Next("error");
        Assert.Equal((429, "too_many_messages"), error.Error());
        Assert.InRange(error.Payload().GetProperty("retryAfterMs").GetInt32(), 1, 1000);
        Assert.Equal(JsonNumber, error.GetProperty("correlationId").ValueKind);
        await client.Until(all => all.Count(m => m.Type() is "error" or "ping_response") == 20, "20 replies");
        Assert.Null(client.CloseStatus);
    }

    [Fact]
    public async Task Two_hundred_malformed_messages_of_every_kind_and_a_neighbour_that_notices_nothing()
    {
        var id = Guid.NewGuid().ToString("N");
        await using var gateway = await TestGateway.Start(cluster);
        await using var neighbour = await gateway.Connect($"?session={id}&graph={id}");
        await neighbour.Until(all => all.Any(m => m.Type() == "presence" && m.IsOf("session:" + id)), "the neighbour's presence");
        var cases = Bad.Select(row => row.Data.Item1).ToList();
        var bad = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        var errors = 0;
        for (var i = 0; i < 200; i++)
        {
            if (i % 60 == 59)
            {
                errors += bad.All.Count(m => m.Type() == "error");
                await bad.DisposeAsync();
                bad = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
            }

            await bad.Send(cases[i % cases.Count]);
            await bad.Next("error");
            if (i % 20 == 0)
            {
                await neighbour.Send($$"""{"type":"ping","timestamp":{{i}}}""");
                Assert.Equal(i, (await neighbour.Next("ping_response")).Payload().GetProperty("timestamp").GetInt32());
            }
        }

        Assert.Equal(200, errors + bad.All.Count(m => m.Type() == "error"));
        await bad.DisposeAsync();
        await neighbour.Send("""{"type":"user_msg","text":"still here"}""");
        await neighbour.Next("thinking_end");
        Assert.DoesNotContain(neighbour.All, m => m.Type() == "error");
    }

    private const System.Text.Json.JsonValueKind JsonNumber = System.Text.Json.JsonValueKind.Number;
}
