using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Itori.Assistants.Tests.Models;

/// <summary>
/// A model's HTTP server on a loopback port that writes its answers byte by byte as a test says, so that chunks may end anywhere. One script per connection, in order; the
/// last is repeated.
/// </summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ModelConnection, Task>[] _scripts;
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;

    public ModelServer(params Func<ModelConnection, Task>[] scripts)
    {
        _scripts = scripts;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    /// <summary>Done when the first request was read.</summary>
    public Task Asked => _asked.Task;

    /// <summary>The bodies of the requests, in order.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Set when a client closed its connection while the script waited for that.</summary>
    public TaskCompletionSource Disconnected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        // The listener stops last: a loop that comes back to a stopped one fails.
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                running.Add(ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                var stream = client.GetStream();
                var body = await ReadRequestAsync(stream);
                int index;
                lock (Requests)
                {
                    Requests.Add(body);
                    index = Math.Min(Requests.Count, _scripts.Length) - 1;
                }

                _asked.TrySetResult();
                await _scripts[index](new ModelConnection(client, stream, this, _stop.Token));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The client went, or the test is over.
            }
        }
    }

    private async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (!(bytes.Count >= 4 && bytes[^4] == '\r' && bytes[^3] == '\n' && bytes[^2] == '\r' && bytes[^1] == '\n'))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                throw new IOException("The client sent no request.");
            }

            bytes.Add(one[0]);
        }

        var head = Encoding.ASCII.GetString(bytes.ToArray());
        if (head.Contains("chunked", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadChunksAsync(stream);
        }

        var length = int.Parse(head.Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture);
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return head + Encoding.UTF8.GetString(body);
    }

    private async Task<string> ReadChunksAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var body = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } size && size != "0")
        {
            body.Append(await reader.ReadLineAsync(_stop.Token));
        }

        return body.ToString();
    }
}

/// <summary>One request being answered.</summary>
internal sealed class ModelConnection(TcpClient client, NetworkStream stream, ModelServer server, CancellationToken stop)
{
    /// <summary>Begins a stream of events.</summary>
    public Task BeginEventsAsync() => WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");

    /// <summary>One HTTP chunk of raw bytes.</summary>
    public async Task ChunkAsync(byte[] bytes)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), stop);
        await stream.WriteAsync(bytes, stop);
        await stream.WriteAsync("\r\n"u8.ToArray(), stop);
        await stream.FlushAsync(stop);
    }

    public Task ChunkAsync(string text) => ChunkAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Each byte in a chunk of its own.</summary>
    public async Task ByteByByteAsync(string text)
    {
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            await ChunkAsync([one]);
        }
    }

    public Task EndEventsAsync() => WriteAsync("0\r\n\r\n");

    /// <summary>A whole answer without a stream.</summary>
    public Task RefuseAsync(int status, string? retryAfter = null)
    {
        var body = """{"error":{"message":"server's own words with secrets","type":"x"}}""";
        var retry = retryAfter is null ? string.Empty : $"Retry-After: {retryAfter}\r\n";
        return WriteAsync($"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{retry}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
    }

    /// <summary>Cuts the connection as a crash would: with a reset.</summary>
    public void Cut()
    {
        client.LingerState = new LingerOption(true, 0);
        client.Close();
    }

    /// <summary>Waits until the client closes.</summary>
    public async Task UntilDisconnectedAsync()
    {
        var one = new byte[1];
        try
        {
            while (await stream.ReadAsync(one, stop) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }

        server.Disconnected.TrySetResult();
    }

    /// <summary>An event as the OpenAI API sends it.</summary>
    public static string Event(string text, string? finish = null) =>
        $$$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1764000000,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":{{{System.Text.Json.JsonSerializer.Serialize(text, s_plain)}}}},"finish_reason":{{{(finish is null ? "null" : $"\"{finish}\"")}}}}]}""" + "\n\n";

    public const string Done = "data: [DONE]\n\n";

    private static readonly System.Text.Json.JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private Task WriteAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), stop).AsTask();
}
