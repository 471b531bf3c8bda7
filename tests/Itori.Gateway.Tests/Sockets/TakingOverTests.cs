using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Itori.Gateway.Connections;
using Itori.Gateway.Hosting;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>A WebSocket is taken over from the HTTP server where it can be; where it cannot, it works all the same.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class TakingOverTests(ClusterFixture cluster)
{
    private const string Handshake = "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: itori.v1.json\r\n\r\n";

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
        using var peer = new TcpClient();
        await peer.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);

        // RFC 6455 has clients wait for the answer; one that does not is served by the server's own stream.
        var ping = """{"type":"ping","id":"early"}"""u8;
        await peer.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(Handshake), 0x81, (byte)(0x80 | ping.Length), 0, 0, 0, 0, .. ping], TestContext.Current.CancellationToken);
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        while (!seen.ToString().Contains("early", StringComparison.Ordinal))
        {
            var count = await peer.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, count);
            seen.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        Assert.Contains("ping_response", seen.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, server.Open);
    }

    [Fact]
    public async Task A_handshake_that_comes_byte_by_byte_is_one()
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var peer = new TcpClient { NoDelay = true };
        await peer.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
        foreach (var one in Encoding.ASCII.GetBytes(Handshake))
        {
            await peer.GetStream().WriteAsync((byte[])[one], TestContext.Current.CancellationToken);
        }

        var buffer = new byte[4096];
        var seen = new StringBuilder();
        while (!seen.ToString().Contains("welcome", StringComparison.Ordinal))
        {
            var count = await peer.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, count);
            seen.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
    }

    [Fact]
    public async Task Peers_that_vanish_at_any_moment_leave_nothing()
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var server = new ServerConnections(gateway.Services);
        var registry = gateway.Services.GetRequiredService<ConnectionRegistry>();
        var bytes = Encoding.ASCII.GetBytes(Handshake);
        for (var i = 0; i < 60; i++)
        {
            using var peer = new TcpClient { LingerState = i % 2 == 0 ? new LingerOption(true, 0) : new LingerOption(false, 0) };
            await peer.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
            await peer.GetStream().WriteAsync(bytes.AsMemory(0, i % 3 == 0 ? bytes.Length : bytes.Length * (i % 10) / 10), TestContext.Current.CancellationToken);
            if (i % 4 == 0)
            {
                _ = await peer.GetStream().ReadAsync(new byte[1 + (i % 7)], TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken)
                    .ContinueWith(static read => read.IsCompletedSuccessfully, TestContext.Current.CancellationToken, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
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
        using var peer = new TcpClient();
        await peer.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
        const string Live = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
        await peer.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Live + Live + "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(peer.GetStream());
        var all = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, all.Split("HTTP/1.1 200 OK").Length - 1);
    }

    [Fact]
    public async Task Large_bodies_pass_both_ways()
    {
        var body = new byte[3_000_000];
        Random.Shared.NextBytes(body);
        var builder = Prepared();
        await using var app = builder.Build();
        app.UseItoriGateway();
        app.MapPost("/echo", async context =>
        {
            using var all = new MemoryStream();
            await context.Request.Body.CopyToAsync(all);
            all.Position = 0;
            await all.CopyToAsync(context.Response.Body);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = AddressOf(app) };
        var answer = await http.PostAsync(new Uri("/echo", UriKind.Relative), new ByteArrayContent(body), TestContext.Current.CancellationToken);
        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Over_TLS_a_socket_stays_the_servers()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var builder = Prepared();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        await using var app = builder.Build();
        app.UseItoriGateway();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var server = new ServerConnections(app.Services);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(SocketEndpoint.JsonProtocol);
        socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString();
        await socket.ConnectAsync(new UriBuilder(AddressOf(app)) { Scheme = "wss", Path = "/ws" }.Uri, TestContext.Current.CancellationToken);
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
        var builder = Prepared($"http://127.0.0.1:{gateway.Address.Port}");
        await using var app = builder.Build();
        app.UseItoriGateway();
        var failure = await Assert.ThrowsAsync<IOException>(() => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("address already in use", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    private WebApplicationBuilder Prepared(string urls = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["urls"] = urls, ["Itori:Gateway:WebRoot"] = "/nowhere" });
        builder.Services.AddSingleton(cluster.Cluster.Client);
        builder.AddItoriGateway();
        return builder;
    }

    private static Uri AddressOf(WebApplication app) => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

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
