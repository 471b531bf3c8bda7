using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Itori.Tests.Shared;

/// <summary>A client that knows the protocol's page and nothing of the server's code.</summary>
internal sealed class WireClient : IAsyncDisposable
{
    /// <summary>The subprotocol of clients that subscribe for themselves.</summary>
    public const string Explicit = "itori.v1.json";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket socket;
    private readonly Lock gate = new();
    private readonly List<JsonElement> received = [];
    private readonly CancellationTokenSource stopped = new();
    private readonly SemaphoreSlim sending = new(1);
    private readonly Task reading;
    private TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WireClient(ClientWebSocket socket)
    {
        this.socket = socket;
        reading = Read();
    }

    /// <summary>Set once the server has closed.</summary>
    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>Ends when the connection does.</summary>
    public Task Closed => reading;

    /// <summary>Everything that came, in order.</summary>
    public IReadOnlyList<JsonElement> All
    {
        get
        {
            lock (gate)
            {
                return [.. received];
            }
        }
    }

    /// <summary>A plain client: no subprotocol, subscribed at once.</summary>
    public static async Task<WireClient> Plain(Uri server, string? session = null, string? graph = null)
    {
        var client = await Connect(server, null, session, graph);
        await client.First(m => m.Type() == "welcome", "welcome");
        return client;
    }

    /// <summary>A client that subscribes to what it wants.</summary>
    public static async Task<WireClient> Subscriber(Uri server, string? session = null, string? graph = null)
    {
        var client = await Connect(server, Explicit, session, graph);
        await client.First(m => m.Type() == "welcome", "welcome");
        return client;
    }

    public static async Task<WireClient> Connect(Uri server, string? subprotocol, string? session, string? graph)
    {
        var socket = new ClientWebSocket();
        if (subprotocol is not null)
        {
            socket.Options.AddSubProtocol(subprotocol);
        }

        var query = string.Join('&', new[] { ("session", session), ("graph", graph) }.Where(p => p.Item2 is not null).Select(p => $"{p.Item1}={p.Item2}"));
        await socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/ws", Query = query }.Uri, TestContext.Current.CancellationToken);
        return new WireClient(socket);
    }

    public Task Send(string json) => Send(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text);

    /// <summary>Sends a message.</summary>
    /// <exception cref="WebSocketException">The connection has ended, however it did.</exception>
    public async Task Send(ReadOnlyMemory<byte> bytes, WebSocketMessageType type)
    {
        await sending.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await socket.SendAsync(bytes, type, endOfMessage: true, TestContext.Current.CancellationToken);
        }
        catch (Exception e) when ((e is OperationCanceledException or ObjectDisposedException) && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // The reading one found the end while this was sent: the socket then calls it cancelled or disposed of.
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, e);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Sends a message with an id and gives the one reply that carries it, whatever its type.</summary>
    public async Task<JsonElement> Ask(string type, JsonObject payload, string? topic = null, string? id = null)
    {
        // Unique among all clients: within a topic an id names one command, whoever sends it.
        id ??= Guid.NewGuid().ToString("n");
        var message = new JsonObject { ["v"] = 1, ["type"] = type, ["id"] = id, ["payload"] = payload };
        if (topic is not null)
        {
            message["topic"] = topic;
        }

        return await Reply(message, id, after: 0);
    }

    /// <summary>As <see cref="Ask"/>, for an id that was used before: gives the reply that comes now.</summary>
    public Task<JsonElement> AskAgain(string type, JsonObject payload, string id, string? topic = null)
    {
        var message = new JsonObject { ["v"] = 1, ["type"] = type, ["id"] = id, ["payload"] = payload };
        if (topic is not null)
        {
            message["topic"] = topic;
        }

        return Reply(message, id, All.Count(m => IsReply(m, id)));
    }

    private static bool IsReply(JsonElement message, string id) => message.TryGetProperty("correlationId", out var of) && of.GetString() == id;

    private async Task<JsonElement> Reply(JsonObject message, string id, int after)
    {
        await Send(message.ToJsonString());
        await Until(all => all.Count(m => IsReply(m, id)) > after, $"the reply to {message["type"]}");
        return All.Last(m => IsReply(m, id));
    }

    /// <summary>As <see cref="Ask"/>, for commands that must succeed, if need be after a while.</summary>
    public async Task<JsonElement> Acknowledged(string type, JsonObject payload, string? topic = null, string? id = null)
    {
        id ??= Guid.NewGuid().ToString("n");
        var reply = await Ask(type, payload, topic, id);
        while (reply.Type() == "error" && reply.Payload().GetProperty("reason").GetString() == "too_many_messages")
        {
            // One that says so much one after the other is told when it may go on.
            await Task.Delay(reply.Payload().GetProperty("retryAfterMs").GetInt32(), TestContext.Current.CancellationToken);
            reply = await AskAgain(type, payload.DeepClone().AsObject(), id, topic);
        }

        Assert.True(reply.Type() == "ack", $"{type} was answered with {reply.GetRawText()}");
        return reply.Payload();
    }

    /// <summary>Subscribes and gives the payload of the reply; a refusal that is temporary is asked again.</summary>
    public async Task<JsonElement> Subscribe(string topic, long? since = null)
    {
        var payload = new JsonObject { ["topic"] = topic };
        if (since is not null)
        {
            payload["since"] = since;
        }

        // "Not now" is an answer that a cluster on a busy machine may give; a client asks again after the time that it says.
        var reply = await Ask("subscribe", payload);
        for (var attempt = 1; attempt < 30 && reply.Type() == "error" && reply.Payload().TryGetProperty("retryAfterMs", out var wait); attempt++)
        {
            await Task.Delay(wait.GetInt32(), TestContext.Current.CancellationToken);
            reply = await Ask("subscribe", (JsonObject)payload.DeepClone());
        }

        Assert.True(reply.Type() == "subscribed", $"subscribe was answered with {reply.GetRawText()}");
        return reply.Payload();
    }

    /// <summary>The first message that fits, which came already or will.</summary>
    public async Task<JsonElement> First(Func<JsonElement, bool> fits, string what)
    {
        await Until(all => all.Any(fits), what);
        return All.First(fits);
    }

    /// <summary>Waits until what came satisfies a condition.</summary>
    public async Task Until(Func<IReadOnlyList<JsonElement>, bool> condition, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (true)
        {
            Task more;
            lock (gate)
            {
                more = arrived.Task;
            }

            // Before the condition: what comes last comes before the end, and both may come while this looks.
            var isOver = reading.IsCompleted;
            if (condition(All))
            {
                return;
            }

            if (isOver)
            {
                throw new InvalidOperationException($"Closed with {(int?)socket.CloseStatus} while waiting for {what}; saw {Summary()}");
            }

            try
            {
                await Task.WhenAny(more, reading).WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"{what} did not come within {Limit.TotalSeconds:0} s; saw {Summary()}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        socket.Abort();
        await reading;
        socket.Dispose();
        stopped.Dispose();
        sending.Dispose();
    }

    private string Summary() => string.Join(", ", All.GroupBy(m => m.Type()).Select(g => $"{g.Count()} {g.Key}")) +
        string.Concat(All.Where(m => m.Type() == "error").Take(3).Select(m => Environment.NewLine + m.GetRawText()));

    private async Task Read()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), stopped.Token);
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    if (socket.State is WebSocketState.CloseReceived)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stopped.Token);
                    }

                    return;
                }

                message.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    var parsed = JsonDocument.Parse(message.ToArray()).RootElement;
                    message.SetLength(0);
                    lock (gate)
                    {
                        received.Add(parsed);
                        arrived.TrySetResult();
                        arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    }
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException || (e is InvalidOperationException && stopped.IsCancellationRequested))
        {
            // Cut, by us or by the server: who waits for a message is told above.
        }
    }
}
