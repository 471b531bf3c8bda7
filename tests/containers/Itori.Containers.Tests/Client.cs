using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Itori.Containers.Tests;

/// <summary>A client of protocol version 1 in JSON, through the load balancer.</summary>
internal sealed class Client : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Channel<JsonObject> _inbox = Channel.CreateBounded<JsonObject>(100_000);
    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;

    /// <summary>The address of the gateway behind the balancer that holds this connection.</summary>
    public string Gateway { get; private set; } = "";

    public JsonObject Welcome { get; private set; } = [];

    /// <summary>Every message after the welcome that has been taken from the socket by <see cref="NextAsync"/>.</summary>
    public List<JsonObject> Seen { get; } = [];

    /// <param name="query">For example <c>session=a&amp;graph=b</c>.</param>
    /// <param name="subscribes">True: names the subprotocol and subscribes to what it wants; false: a plain client.</param>
    /// <param name="server">Another server than the balancer.</param>
    public static async Task<Client> ConnectAsync(string query, bool subscribes = false, Uri? server = null)
    {
        var client = new Client();
        try
        {
            await client.OpenAsync(query, subscribes, server ?? Containers.Balancer);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects until the balancer has put the client on another gateway than the named one.</summary>
    public static async Task<Client> ConnectElsewhereAsync(string gateway, string query, bool subscribes = false)
    {
        var rejected = new List<Client>();
        try
        {
            return await Wait.UntilAsync($"a connection to another gateway than {gateway}", Containers.Patience, async _ =>
            {
                var client = await ReconnectAsync(query, subscribes);
                if (client.Gateway == gateway)
                {
                    // Held on to, so that the balancer counts it.
                    rejected.Add(client);
                }

                return client;
            }, client => client.Gateway != gateway);
        }
        finally
        {
            foreach (var client in rejected)
            {
                await client.DisposeAsync();
            }
        }
    }

    /// <summary>Connects as a client does that was cut off: again and again until somebody answers.</summary>
    public static Task<Client> ReconnectAsync(string query, bool subscribes = false, Uri? server = null) => Wait.UntilAsync("a connection", Containers.Patience, async _ =>
    {
        try
        {
            return await ConnectAsync(query, subscribes, server);
        }
        catch (Exception failure) when (failure is WebSocketException or ChannelClosedException)
        {
            throw new IOException(failure.Message, failure);
        }
    }, _ => true);

    public async Task SendAsync(JsonObject message)
    {
        message["v"] = 1;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
    }

    /// <summary>Takes messages until one fits. A closed connection is a <see cref="ChannelClosedException"/>.</summary>
    public async Task<JsonObject> NextAsync(string expected, Func<JsonObject, bool> fits, TimeSpan? limit = null)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cancellation.CancelAfter(limit ?? Containers.Patience);
        try
        {
            while (true)
            {
                var message = await _inbox.Reader.ReadAsync(cancellation.Token);
                Seen.Add(message);
                if (fits(message))
                {
                    return message;
                }
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"expected {expected}; seen: {string.Join(", ", Seen.TakeLast(30).Select(TypeOf))}");
        }
    }

    /// <summary>
    /// Sends a message under an id and returns the one reply to it. As the protocol has it, what is refused for now (503) or not answered is sent again under the same id:
    /// silos die in these tests, and two cores may be late.
    /// </summary>
    public async Task<JsonObject> AskAsync(string expected, JsonObject message)
    {
        var id = (string?)message["id"] ?? Guid.NewGuid().ToString("N");
        message["id"] = id;
        var reply = await Wait.UntilAsync($"a reply to {message["type"]}", Containers.Patience, async _ =>
        {
            await SendAsync(message);
            return await NextAsync($"a reply to {message["type"]}", reply => (string?)reply["correlationId"] == id, TimeSpan.FromSeconds(10));
        }, reply => (int?)reply["payload"]?["code"] != 503);
        Assert.True(TypeOf(reply) == expected, $"expected {expected}, not {reply.ToJsonString()}");
        return reply;
    }

    /// <summary>Says something and returns its <c>seq</c>.</summary>
    public async Task<long> SayAsync(string text, string session, string id)
    {
        var reply = await AskAsync("ack", Say(text, session, id));
        return (long)reply["payload"]!["seq"]!;
    }

    public static string TypeOf(JsonObject message) => (string?)message["type"] ?? "";

    public static JsonObject Say(string text, string? session = null, string? id = null)
    {
        var message = new JsonObject { ["type"] = "user_msg", ["payload"] = new JsonObject { ["text"] = text, ["assistant"] = false } };
        if (session is not null)
        {
            message["topic"] = $"session:{session}";
        }

        if (id is not null)
        {
            message["id"] = id;
        }

        return message;
    }

    public static JsonObject Subscribe(string topic, long since) =>
        new() { ["type"] = "subscribe", ["payload"] = new JsonObject { ["topic"] = topic, ["since"] = since } };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _reading;
        _stop.Dispose();
    }

    private async Task OpenAsync(string query, bool subscribes, Uri server)
    {
        _socket.Options.CollectHttpResponseDetails = true;
        if (subscribes)
        {
            _socket.Options.AddSubProtocol("itori.v1.json");
        }

        await _socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/ws", Query = query }.Uri, TestContext.Current.CancellationToken);
        Gateway = _socket.HttpResponseHeaders?.TryGetValue("X-Itori-Gateway", out var values) == true ? values.Single() : "";
        _reading = ReadAsync(_stop.Token);
        Welcome = await NextAsync("welcome", message => TypeOf(message) == "welcome");
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                message.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    await _inbox.Writer.WriteAsync(JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!.AsObject(), cancellationToken);
                    message.SetLength(0);
                }
            }

            _inbox.Writer.TryComplete();
        }
        catch (Exception end) when (end is WebSocketException or OperationCanceledException or ObjectDisposedException || (end is InvalidOperationException && cancellationToken.IsCancellationRequested))
        {
            _inbox.Writer.TryComplete();
        }
    }
}
