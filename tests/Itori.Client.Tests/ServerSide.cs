using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Itori.Client.Tests;

/// <summary>The server's side of one connection.</summary>
internal sealed class ServerSide(WebSocket socket, Action abort)
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => ended.Task;

    public async Task Send(string message)
    {
        using var limit = ScriptedServer.Limit();
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
    }

    /// <summary>A durable event of a topic.</summary>
    public Task Event(string topic, long seq, string text = "", long? prev = null)
    {
        var message = new JsonObject { ["v"] = 1, ["type"] = "user_msg", ["topic"] = topic, ["seq"] = seq, ["timestamp"] = 1, ["payload"] = new JsonObject { ["text"] = text } };
        if (prev is { } before)
        {
            message["prev"] = before;
        }

        return Send(message.ToJsonString());
    }

    /// <summary>Answers a <c>subscribe</c>.</summary>
    public Task Subscribed(JsonNode ask, long seq, bool recovered) =>
        Send(new JsonObject { ["v"] = 1, ["type"] = "subscribed", ["topic"] = ask["topic"]!.DeepClone(), ["correlationId"] = ask["id"]!.DeepClone(), ["payload"] = new JsonObject { ["topic"] = ask["topic"]!.DeepClone(), ["seq"] = seq, ["recovered"] = recovered } }.ToJsonString());

    public Task Ack(JsonNode command, long seq) =>
        Send(new JsonObject { ["v"] = 1, ["type"] = "ack", ["correlationId"] = command["id"]!.DeepClone(), ["payload"] = new JsonObject { ["topic"] = "session:s1", ["seq"] = seq } }.ToJsonString());

    public Task Error(JsonNode message, int code, string reason, int? retryAfterMs = null)
    {
        var payload = new JsonObject { ["code"] = code, ["reason"] = reason, ["message"] = "Not so." };
        if (retryAfterMs is { } after)
        {
            payload["retryAfterMs"] = after;
        }

        return Send(new JsonObject { ["v"] = 1, ["type"] = "error", ["correlationId"] = message["id"]!.DeepClone(), ["payload"] = payload }.ToJsonString());
    }

    /// <summary>The client's next message; null where it closed.</summary>
    public async Task<JsonNode?> Receive()
    {
        using var limit = ScriptedServer.Limit();
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                ended.TrySetResult();
                return null;
            }

            length += result.Count;
            if (result.EndOfMessage)
            {
                return JsonNode.Parse(buffer.AsSpan(0, length));
            }
        }
    }

    /// <summary>The client's next message, which is of that type.</summary>
    public async Task<JsonNode> Receive(string type)
    {
        var message = await Receive();
        Assert.Equal(type, (string?)message?["type"]);
        return message!;
    }

    /// <summary>Breaks the connection, as a lost gateway does.</summary>
    public void Break()
    {
        if (!ended.Task.IsCompleted)
        {
            abort();
            ended.TrySetResult();
        }
    }

    /// <summary>Closes as a gateway that shuts down does.</summary>
    public async Task Close()
    {
        using var limit = ScriptedServer.Limit();
        await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "shutdown", limit.Token);
        ended.TrySetResult();
    }
}
