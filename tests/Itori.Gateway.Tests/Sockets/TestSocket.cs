using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

using Itori.Gateway.Connections;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>A client. Everything that it receives is checked against the schemas, so that no message escapes them.</summary>
internal sealed class TestSocket : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly ClientWebSocket socket;
    private readonly Lock gate = new();
    private readonly List<JsonElement> received = [];
    private readonly Task reading;
    private readonly CancellationTokenSource stopped = new();
    private TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource reads = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int seen;

    private TestSocket(ClientWebSocket socket)
    {
        this.socket = socket;
        reads.SetResult();
        reading = Read();
    }

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public string? SubProtocol => socket.SubProtocol;

    public Task Closed => reading;

    /// <summary>The extensions that were agreed to; empty: none.</summary>
    public string Extensions => socket.HttpResponseHeaders is { } headers && headers.TryGetValue("Sec-WebSocket-Extensions", out var values) ? string.Join(", ", values) : "";

    private bool IsPacked => SubProtocol == SocketEndpoint.PackProtocol;

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

    public static async Task<TestSocket> Connect(Uri gateway, string query, string? protocol, string? origin, WebSocketDeflateOptions? deflate = null)
    {
        var socket = new ClientWebSocket();
        foreach (var name in protocol?.Split(',') ?? [])
        {
            socket.Options.AddSubProtocol(name);
        }

        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        socket.Options.DangerousDeflateOptions = deflate;
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new UriBuilder(gateway) { Scheme = "ws", Path = "/ws", Query = query }.Uri, TestContext.Current.CancellationToken);
        return new TestSocket(socket);
    }

    /// <summary>Sends a message in the format that was agreed on.</summary>
    public Task Send(string json) => IsPacked ? SendRaw(Packed.From(json), WebSocketMessageType.Binary) : SendRaw(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text);

    public Task SendRaw(byte[] bytes, WebSocketMessageType type) => socket.SendAsync(bytes, type, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>Stops to read until the result is disposed: a client that is slow.</summary>
    public IDisposable PauseReading()
    {
        lock (gate)
        {
            reads = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return new Resume(reads);
    }

    /// <summary>The next message, whatever it is, in order.</summary>
    public Task<JsonElement> Next() => Next(_ => true, "any message");

    /// <summary>The next message of a type; those before it are passed over.</summary>
    public Task<JsonElement> Next(string type) => Next(message => message.GetProperty("type").GetString() == type, type);

    /// <summary>The next message that fits; those before it are passed over.</summary>
    public async Task<JsonElement> Next(Func<JsonElement, bool> fits, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (true)
        {
            Task more;
            lock (gate)
            {
                for (; seen < received.Count; seen++)
                {
                    if (fits(received[seen]))
                    {
                        return received[seen++];
                    }
                }

                more = arrived.Task;
            }

            if (reading.IsCompleted && seen >= All.Count)
            {
                throw new InvalidOperationException($"Closed with {(int?)socket.CloseStatus} while waiting for {what}; saw {Summary()}");
            }

            try
            {
                await Task.WhenAny(more, reading).WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{what} did not come within {Limit}; saw {Summary()}");
            }
        }
    }

    /// <summary>Waits until the messages so far satisfy a condition.</summary>
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
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{what} did not happen within {Limit}; saw {Summary()}");
            }
        }
    }

    /// <summary>Closes as a client does and waits for the answer.</summary>
    public async Task Close()
    {
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "done", TestContext.Current.CancellationToken);
        await reading.WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        socket.Abort();
        reads.TrySetResult();
        await reading;
        socket.Dispose();
    }

    private string Summary() => string.Join(", ", All.Select(message => message.GetProperty("type").GetString()).GroupBy(type => type).Select(group => $"{group.Count()} {group.Key}"));

    private async Task Read()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                Task may;
                lock (gate)
                {
                    may = reads.Task;
                }

                await may;
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
                if (!part.EndOfMessage)
                {
                    continue;
                }

                Assert.Equal(IsPacked ? WebSocketMessageType.Binary : WebSocketMessageType.Text, part.MessageType);
                var bytes = message.GetBuffer().AsMemory(0, (int)message.Length);
                var json = IsPacked ? Packed.ToJson(bytes)!.ToJsonString() : Encoding.UTF8.GetString(bytes.Span);
                message.SetLength(0);
                Schemas.CheckServer(json);
                lock (gate)
                {
                    received.Add(JsonDocument.Parse(json).RootElement);
                    arrived.TrySetResult();
                    arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException || (e is InvalidOperationException && stopped.IsCancellationRequested))
        {
            // Cut, by us or by the server: a socket that is aborted just as it is read says either that it is disposed of or that it is not connected.
        }
    }

    private sealed class Resume(TaskCompletionSource reads) : IDisposable
    {
        public void Dispose() => reads.TrySetResult();
    }
}

/// <summary>Reading messages in tests.</summary>
internal static class Messages
{
    public static string Type(this JsonElement message) => message.GetProperty("type").GetString()!;

    public static JsonElement Payload(this JsonElement message) => message.GetProperty("payload");

    public static long Seq(this JsonElement message) => message.GetProperty("seq").GetInt64();

    public static bool IsOf(this JsonElement message, string topic) => message.TryGetProperty("topic", out var name) && name.GetString() == topic;

    /// <summary>Every durable <c>seq</c> of a topic, in the order in which it came.</summary>
    public static List<long> Seqs(this IEnumerable<JsonElement> messages, string topic) =>
        [.. messages.Where(message => message.IsOf(topic) && message.TryGetProperty("seq", out _)).Select(message => message.Seq())];

    public static (int Code, string Reason) Error(this JsonElement message)
    {
        Assert.Equal("error", message.Type());
        return (message.Payload().GetProperty("code").GetInt32(), message.Payload().GetProperty("reason").GetString()!);
    }
}
