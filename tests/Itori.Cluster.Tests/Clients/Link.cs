using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Itori.Cluster.Tests.Clients;

/// <summary>One WebSocket. What comes is handed on at once, in order, and not kept; replies are also given to who asked.</summary>
internal sealed class Link : IAsyncDisposable
{
    private readonly ClientWebSocket socket;
    private readonly MessageTaker take;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> asked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim sending = new(1);
    private readonly CancellationTokenSource cut = new();
    private readonly Task reading;

    private Link(ClientWebSocket socket, MessageTaker take)
    {
        this.socket = socket;
        this.take = take;
        reading = Read();
    }

    /// <summary>Takes one message; the bytes are valid during the call.</summary>
    public delegate void MessageTaker(JsonElement message, ReadOnlySpan<byte> bytes);

    /// <summary>Ends when the connection does.</summary>
    public Task Closed => reading;

    /// <exception cref="WebSocketException">The gateway is not there, or does not want it.</exception>
    public static async Task<Link> Connect(Uri gateway, string session, string graph, MessageTaker take, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("itori.v1.json");
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            await socket.ConnectAsync(new UriBuilder(gateway) { Scheme = "ws", Path = "/ws", Query = $"session={session}&graph={graph}" }.Uri, limit.Token);
            return new Link(socket, take);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a message that has <paramref name="id"/> and waits for its reply; null when the connection ended before.</summary>
    /// <exception cref="TimeoutException">No reply came for very long, though the connection is there.</exception>
    public async Task<JsonElement?> Ask(string json, string id, CancellationToken ct)
    {
        var reply = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        asked[id] = reply;
        try
        {
            await Send(json, ct);
            await Task.WhenAny(reply.Task, reading).WaitAsync(TimeSpan.FromSeconds(60), ct);
            return reply.Task.IsCompleted ? await reply.Task : null;
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            return null;
        }
        finally
        {
            asked.TryRemove(id, out _);
        }
    }

    /// <summary>Says goodbye and waits for the answer, but not for long.</summary>
    public async Task CloseCleanly()
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cut.Token);
            await reading.WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (Exception e) when (e is WebSocketException or TimeoutException or OperationCanceledException or InvalidOperationException)
        {
            // It was gone already, or takes too long to go.
        }
    }

    /// <summary>Cuts the connection off; in the middle of whatever it was at.</summary>
    public async ValueTask DisposeAsync()
    {
        await cut.CancelAsync();
        socket.Abort();
        await reading;
        socket.Dispose();
        cut.Dispose();
        sending.Dispose();
    }

    private async Task Send(string json, CancellationToken ct)
    {
        await sending.WaitAsync(ct);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, endOfMessage: true, cut.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new WebSocketException("cut");
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task Read()
    {
        await Task.Yield();
        var buffer = new byte[32 * 1024];
        var used = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(used), cut.Token);
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    if (socket.State is WebSocketState.CloseReceived)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cut.Token);
                    }

                    return;
                }

                used += part.Count;
                if (part.EndOfMessage)
                {
                    Take(buffer.AsMemory(0, used));
                    used = 0;
                }
                else if (used == buffer.Length)
                {
                    Array.Resize(ref buffer, buffer.Length * 2);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            // Cut, by us or by the other side.
        }
    }

    private void Take(ReadOnlyMemory<byte> bytes)
    {
        using var parsed = JsonDocument.Parse(bytes);
        var message = parsed.RootElement;
        take(message, bytes.Span);
        if (message.TryGetProperty("correlationId", out var id) && asked.TryRemove(id.GetString()!, out var waiting))
        {
            waiting.TrySetResult(message.Clone());
        }
    }
}
