using System.Diagnostics.Metrics;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

using Itori.Gateway.Connections;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>A WebSocket is taken over from the HTTP server where it can be; where it cannot, it works all the same.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class TakingOverTests(ClusterFixture cluster)
{
    [Fact]
    public async Task The_server_is_done_with_a_connection_that_goes_on()
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var server = new ServerConnections(gateway.Services);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Next("welcome");
        await Eventually.Holds(() => server.Open == 0, "the server has no connection");
        await client.Send("""{"type":"ping","id":"p"}""");
        await client.Next("ping_response");
    }

    [Fact]
    public async Task What_is_sent_with_the_handshake_is_not_lost()
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var server = new ServerConnections(gateway.Services);
        using var peer = await RawPeer.Dial(gateway.Address);

        // RFC 6455 has clients wait for the answer; one that does not is served by the server's own stream.
        var ping = """{"type":"ping","id":"early"}"""u8;
        await peer.Send((byte[])[.. RawPeer.Handshake(), 0x81, (byte)(0x80 | ping.Length), 0, 0, 0, 0, .. ping]);
        Assert.Contains("ping_response", await peer.ReadUntil("early"), StringComparison.Ordinal);
        Assert.Equal(1, server.Open);
    }

    [Fact]
    public async Task A_handshake_that_comes_byte_by_byte_is_one()
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var peer = await RawPeer.Dial(gateway.Address);
        foreach (var one in RawPeer.Handshake())
        {
            await peer.Send((byte[])[one]);
        }

        Assert.Contains("welcome", await peer.ReadUntil("welcome"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peers_that_vanish_at_any_moment_leave_nothing()
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var server = new ServerConnections(gateway.Services);
        var registry = gateway.Services.GetRequiredService<ConnectionRegistry>();
        var bytes = RawPeer.Handshake();
        for (var i = 0; i < 60; i++)
        {
            using var peer = await RawPeer.Dial(gateway.Address);
            peer.Resets = i % 2 == 0;
            await peer.Send(bytes.AsMemory(0, i % 3 == 0 ? bytes.Length : bytes.Length * (i % 10) / 10));
            if (i % 4 == 0)
            {
                // Some are answered before they go; others would wait for ever.
                await Task.WhenAny(peer.ReadUntil(static some => some.Length > 0), Task.Delay(50, TestContext.Current.CancellationToken));
            }
        }

        await Eventually.Holds(() => server.Open == 0 && registry.Count == 0, "no connection is left");
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Next("welcome");
    }

    [Fact]
    public async Task Requests_that_are_no_sockets_are_served_one_after_the_other_over_one_connection()
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var peer = await RawPeer.Dial(gateway.Address);
        const string Live = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
        await peer.Send(Encoding.ASCII.GetBytes(Live + Live + "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        var all = Encoding.ASCII.GetString(await peer.ReadUntil(_ => false));
        Assert.Equal(3, all.Split("HTTP/1.1 200 OK").Length - 1);
    }

    [Fact]
    public async Task Large_bodies_pass_both_ways()
    {
        var body = new byte[3_000_000];
        Random.Shared.NextBytes(body);
        await using var gateway = await TestGateway.Start(cluster, _ => { }, app => app.MapPost("/echo", async context =>
        {
            using var all = new MemoryStream();
            await context.Request.Body.CopyToAsync(all);
            all.Position = 0;
            await all.CopyToAsync(context.Response.Body);
        }));
        var answer = await gateway.Http.PostAsync(new Uri("/echo", UriKind.Relative), new ByteArrayContent(body), TestContext.Current.CancellationToken);
        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Over_TLS_a_socket_stays_the_servers()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var gateway = await TestGateway.Start(
            cluster,
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate))),
            _ => { });
        using var server = new ServerConnections(gateway.Services);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(SocketEndpoint.JsonProtocol);
        socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();
        await socket.ConnectAsync(new UriBuilder(gateway.Address) { Scheme = "wss", Path = "/ws" }.Uri, TestContext.Current.CancellationToken);
        await socket.SendAsync("""{"type":"ping","id":"p"}"""u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        while (!seen.ToString().Contains("ping_response", StringComparison.Ordinal))
        {
            var received = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(WebSocketMessageType.Close, received.MessageType);
            seen.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
        }

        Assert.Equal(1, server.Open);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_to_be()
    {
        await using var gateway = await TestGateway.Start(cluster);
        var failure = await Assert.ThrowsAsync<IOException>(() => TestGateway.Start(cluster, ("urls", $"http://127.0.0.1:{gateway.Address.Port}")));
        Assert.Contains("address already in use", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Connections that the HTTP server has, by its own count.</summary>
    private sealed class ServerConnections : IDisposable
    {
        private readonly MeterListener listener = new();
        private long open;

        public ServerConnections(IServiceProvider services)
        {
            var factory = services.GetRequiredService<IMeterFactory>();
            listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "kestrel.active_connections" && ReferenceEquals(instrument.Meter.Scope, factory))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref open, value));
            listener.Start();
        }

        public long Open => Interlocked.Read(ref open);

        public void Dispose() => listener.Dispose();
    }
}
