using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Tests.Grains;

using Microsoft.Extensions.DependencyInjection;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>Dead peers, limits of an address, storms.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class CrowdTests(ClusterFixture cluster)
{
    [Fact]
    public async Task A_peer_that_answers_no_ping_is_cut_and_one_that_does_stays()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:HeartbeatInterval", "00:00:01"), ("Itori:Gateway:HeartbeatTimeout", "00:00:04"));
        var registry = gateway.Services.GetRequiredService<ConnectionRegistry>();
        using var dead = await RawPeer.Connect(gateway.Address);
        using var alive = await RawPeer.Connect(gateway.Address);

        // It reads, so that what it gets is known: the handshake, the welcome, one ping, and the end.
        var reading = dead.ReadUntil(_ => false);
        while (!reading.IsCompleted)
        {
            Assert.True(HasPing(await alive.ReadUntil(HasPing)), "The connection of the peer that answers ended.");
            await alive.Pong();
        }

        var all = await reading;
        Assert.Contains("welcome", Encoding.UTF8.GetString(all), StringComparison.Ordinal);
        Assert.True(HasPing(all));
        await Eventually.Holds(() => registry.Count == 1, "only the peer that answers is connected");

        static bool HasPing(byte[] bytes) => bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x89, 0]) >= 0;
    }

    [Fact]
    public async Task A_peer_that_answers_no_ping_but_takes_what_is_sent_as_slowly_as_it_can_stays_until_it_takes_nothing_more()
    {
        // Thirty megabytes, two of them a second: far more than sockets hold, so a ping lies behind seconds of data.
        var topic = TopicName.Session(Guid.NewGuid().ToString("N"));
        TopicScript.Of(topic).Made = (10_000, seq => new MessagePosted { Timestamp = seq, Seq = seq, User = ScriptedSession.Speaker, Graph = "main", Text = new string('x', 3000) });
        await using var gateway = await TestGateway.Start(
            cluster, ("Itori:Gateway:HeartbeatInterval", "00:00:02"), ("Itori:Gateway:HeartbeatTimeout", "00:00:02"), ("Itori:Gateway:SendTimeout", "00:05:00"));
        var registry = gateway.Services.GetRequiredService<ConnectionRegistry>();
        using var peer = await RawPeer.Connect(gateway.Address);
        await peer.ReadUntil("welcome");
        await peer.SendText($$"""{"type":"subscribe","topic":"{{topic}}","since":0}""");

        using var turns = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromSeconds(10);)
        {
            await turns.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            Assert.True(await peer.Take(100_000), "The connection ended.");
        }

        Assert.Equal(1, registry.Count);
        await Eventually.Holds(() => registry.Count == 0, "the peer that takes nothing is cut");
    }

    [Fact]
    public async Task An_address_that_a_trusted_proxy_names_has_limits_of_its_own()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:MaxConnectionsPerAddress", "1"), ("Itori:Gateway:TrustedProxies:0", "127.0.0.0/8"));
        using var first = await RawPeer.Connect(gateway.Address, headers: "X-Forwarded-For: 198.51.100.1\r\n");
        Assert.Equal(101, await Status(first));
        using var second = await RawPeer.Connect(gateway.Address, headers: "X-Forwarded-For: 198.51.100.1\r\n");
        Assert.Equal(503, await Status(second));

        // What a client itself claims stands before what the proxy saw.
        using var forged = await RawPeer.Connect(gateway.Address, headers: "X-Forwarded-For: 203.0.113.9, 198.51.100.1\r\n");
        Assert.Equal(503, await Status(forged));
        using var other = await RawPeer.Connect(gateway.Address, headers: "X-Forwarded-For: 198.51.100.2\r\n");
        Assert.Equal(101, await Status(other));
    }

    [Fact]
    public async Task More_bytes_than_allowed_are_refused_with_when_to_try_again()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:BytesPerSecond", "1024"), ("Itori:Gateway:BytesBurst", "4096"), ("Itori:Gateway:MaxMessageBytes", "4096"));
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        var large = $$"""{"type":"ping","id":"p","padding":"{{new string('x', 3000)}}"}""";

        // Both at once: two seconds later the second one would be within what is allowed.
        await client.Send(large);
        await client.Send(large);
        await client.Next("ping_response");
        var error = await client.Next("error");
        Assert.Equal((429, "too_many_messages"), error.Error());
        Assert.Equal("p", error.GetProperty("correlationId").GetString());
        Assert.InRange(error.Payload().GetProperty("retryAfterMs").GetInt32(), 1, 4000);
    }

    [Fact]
    public async Task A_storm_of_clients_that_do_as_they_are_told_all_get_in()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:MaxOpening", "1"), ("Itori:Gateway:MaxWaitingToOpen", "1"));
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            await using var client = await TryConnect(gateway, () => Interlocked.Increment(ref refused));
            while (true)
            {
                await client.Send($$"""{"type":"subscribe","id":"s","topic":"session:storm-{{i}}"}""");
                var answer = await client.Next(message => message.Type() is "subscribed" or "error", "subscribed or error");
                if (answer.Type() == "subscribed")
                {
                    return;
                }

                Assert.Equal((503, "overloaded"), answer.Error());
                Interlocked.Increment(ref refused);
                await Task.Delay(answer.Payload().GetProperty("retryAfterMs").GetInt32(), TestContext.Current.CancellationToken);
            }
        }));
        Assert.True(refused > 0, "No one was refused: this was no storm.");
    }

    private static async Task<TestSocket> TryConnect(TestGateway gateway, Action refused)
    {
        while (true)
        {
            try
            {
                return await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
            }
            catch (WebSocketException)
            {
                refused();
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    private static async Task<int> Status(RawPeer peer)
    {
        var answer = await peer.ReadUntil("\r\n");
        return int.Parse(answer.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
