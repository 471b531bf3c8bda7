using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.SignalR;

// Reference servers: sends|kestrel|signalr|signalr-redis. Each sends what comes from one socket to all of a room, and all but the first echo.
var kind = args[0];
if (kind is "sends")
{
    Sends.Run(new Uri(Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://127.0.0.1:5000").Port);
    return;
}

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
if (kind is not "kestrel")
{
    var signalR = builder.Services.AddSignalR(options => options.MaximumParallelInvocationsPerClient = 1).AddMessagePackProtocol();
    if (kind is "signalr-redis")
    {
        signalR.AddStackExchangeRedis("127.0.0.1:6379");
    }
}

var app = builder.Build();
app.MapGet("/", () => "ready");
if (kind is "kestrel")
{
    var room = new Room();
    app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });
    app.Map("/room", (HttpContext context) => room.Join(context));
    app.Map("/publish", (HttpContext context) => room.Publish(context));
    app.Map("/echo", (HttpContext context) => Room.Echo(context));
}
else
{
    app.MapHub<RoomHub>("/hub");
}

await app.RunAsync();

/// <summary>A bare broadcaster: one await SendAsync after the other, over all sockets.</summary>
internal sealed class Room
{
    private readonly ConcurrentDictionary<WebSocket, bool> members = new();

    public async Task Join(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        members[socket] = true;
        try
        {
            await Read(socket, static (_, _) => Task.CompletedTask);
        }
        finally
        {
            members.TryRemove(socket, out _);
        }
    }

    public async Task Publish(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await Read(socket, async (from, message) =>
        {
            foreach (var (member, _) in members)
            {
                try
                {
                    await member.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                }
                catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
                {
                    members.TryRemove(member, out _);
                }
            }
        });
    }

    public static async Task Echo(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await Read(socket, static (from, message) => from.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).AsTask());
    }

    /// <summary>Hands over each message until the client goes.</summary>
    public static async Task Read(WebSocket socket, Func<WebSocket, ReadOnlyMemory<byte>, Task> handle)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                if (part.MessageType is WebSocketMessageType.Close)
                {
                    return;
                }

                await handle(socket, buffer.AsMemory(0, length));
            }
        }
        catch (WebSocketException)
        {
            // The client went.
        }
    }
}

/// <summary>The same with groups.</summary>
internal sealed class RoomHub : Hub
{
    public Task Join() => Groups.AddToGroupAsync(Context.ConnectionId, "room");

    public Task Publish(string text) => Clients.Group("room").SendAsync("m", text);

    public Task Echo(string text) => Clients.Caller.SendAsync("m", text);
}
