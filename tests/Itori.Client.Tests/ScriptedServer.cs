using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Itori.Client.Tests;

/// <summary>A real WebSocket server whose every word the test says.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<ServerSide> connections = Channel.CreateUnbounded<ServerSide>();

    private readonly List<ServerSide> sides = [];

    private ScriptedServer(WebApplication app) => this.app = app;

    /// <summary>Where clients connect to.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>A status that handshakes are refused with; 0: none.</summary>
    public int Refusal { get; set; }

    /// <summary>The query strings that were asked with.</summary>
    public List<string> Queries { get; } = [];

    public static async Task<ScriptedServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ScriptedServer(builder.Build());
        server.app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        server.app.Run(async context =>
        {
            lock (server.Queries)
            {
                server.Queries.Add(context.Request.QueryString.Value ?? "");
            }

            if (server.Refusal != 0)
            {
                context.Response.StatusCode = server.Refusal;
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync("itori.v1.json");
            var side = new ServerSide(socket, context.Abort);
            lock (server.sides)
            {
                server.sides.Add(side);
            }

            await server.connections.Writer.WriteAsync(side);
            await side.Ended;
        });
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        var address = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Endpoint = new UriBuilder(address) { Scheme = "ws", Path = "/ws" }.Uri;
        return server;
    }

    /// <summary>A client of this server that does not wait long.</summary>
    public ItoriClient Client(Action<ItoriClientOptions>? configure = null)
    {
        var options = new ItoriClientOptions { Endpoint = Endpoint, FirstDelay = TimeSpan.FromMilliseconds(10), LongestDelay = TimeSpan.FromMilliseconds(50) };
        configure?.Invoke(options);
        return new ItoriClient(options);
    }

    /// <summary>The next connection of a client, before it was told anything.</summary>
    public async Task<ServerSide> Accept()
    {
        using var limit = Limit();
        return await connections.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The next connection of a client, welcomed.</summary>
    public async Task<ServerSide> Welcome()
    {
        var side = await Accept();
        await Welcome(side);
        return side;
    }

    public static Task Welcome(ServerSide side) =>
        side.Send("""{"v":1,"type":"welcome","timestamp":1,"payload":{"connectionId":"c1","sessionId":"s1","graphId":"main","user":{"id":"u1","name":"Quiet Otter","anonymous":true},"heartbeatMs":15000,"maxMessageBytes":1000,"version":"1"}}""");

    public async ValueTask DisposeAsync()
    {
        lock (sides)
        {
            sides.ForEach(side => side.Break());
        }

        await app.DisposeAsync();
    }

    public static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        return limit;
    }
}
