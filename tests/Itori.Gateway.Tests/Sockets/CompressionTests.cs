using System.Net.WebSockets;

using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>permessage-deflate, where it is switched on.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class CompressionTests(ClusterFixture cluster)
{
    private static readonly (string, string) On = ("Itori:Gateway:Compression", "true");

    [Fact]
    public async Task Large_messages_come_compressed_and_say_what_they_say_uncompressed()
    {
        var topic = TopicName.Session(Guid.NewGuid().ToString("N"));
        await using var gateway = await TestGateway.Start(cluster, On);
        await using var first = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol, deflate: new WebSocketDeflateOptions());
        await using var second = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol, deflate: new WebSocketDeflateOptions { ClientContextTakeover = false, ServerContextTakeover = false });
        await using var plain = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        Assert.StartsWith("permessage-deflate", first.Extensions, StringComparison.Ordinal);
        Assert.Contains("server_no_context_takeover", first.Extensions, StringComparison.Ordinal);
        Assert.Empty(plain.Extensions);
        foreach (var client in (TestSocket[])[first, second, plain])
        {
            await client.Send($$"""{"type":"subscribe","topic":"{{topic}}"}""");
            await client.Next("subscribed");
        }

        using var meter = new GatewayMeter(gateway);
        await cluster.Driver(topic).Append(50, 2_000);
        foreach (var client in (TestSocket[])[first, second, plain])
        {
            await client.Until(all => all.Seqs(topic.ToString()).Count == 50, "50 events");
        }

        var texts = (TestSocket client) => client.All.Where(m => m.Type() == "user_msg").Select(m => m.GetRawText()).ToList();
        Assert.Equal(texts(plain), texts(first));
        Assert.Equal(texts(plain), texts(second));
        await Eventually.Holds(() => meter["itori.gateway.messages.sent"] >= 150, "150 messages");
        Assert.InRange(meter["itori.gateway.bytes.sent"], 50 * 2_000, (50 * 2_200) + (100 * 600));

        // What a client sends compressed is read, small answers go as they are.
        await first.Send($$"""{"type":"ping","id":"x","padding":"{{new string('z', 5_000)}}"}""");
        await first.Next("ping_response");
    }

    [Fact]
    public async Task A_client_with_a_smaller_window_gets_messages_as_they_are()
    {
        var topic = TopicName.Session(Guid.NewGuid().ToString("N"));
        await using var gateway = await TestGateway.Start(cluster, On);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol, deflate: new WebSocketDeflateOptions { ServerMaxWindowBits = 9 });
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}"}""");
        await client.Next("subscribed");
        await cluster.Driver(topic).Append(3, 20_000);
        await client.Until(all => all.Seqs(topic.ToString()).Count == 3, "3 events");
    }

    [Fact]
    public async Task What_is_small_when_compressed_and_too_big_when_not_is_refused()
    {
        await using var gateway = await TestGateway.Start(cluster, On, ("Itori:Gateway:MaxMessageBytes", "100000"));
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol, deflate: new WebSocketDeflateOptions());
        await client.Send($$"""{"type":"ping","padding":"{{new string('z', 5_000_000)}}"}""");
        Assert.Equal((413, "message_too_big"), (await client.Next("error")).Error());
        await client.Closed;
    }

    [Theory]
    [InlineData(false, SocketEndpoint.JsonProtocol)]
    [InlineData(true, SocketEndpoint.PackProtocol)]
    public async Task Nothing_is_compressed_unless_it_is_switched_on_and_JSON_is_spoken(bool isOn, string protocol)
    {
        await using var gateway = await TestGateway.Start(cluster, isOn ? [On] : []);
        await using var client = await gateway.Connect(protocol: protocol, deflate: new WebSocketDeflateOptions());
        Assert.Empty(client.Extensions);
        await client.Send("""{"type":"ping"}""");
        await client.Next("ping_response");
    }
}
