using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;

namespace Itori.Client;

/// <summary>One WebSocket, from the handshake to its end.</summary>
internal sealed class Link : IDisposable
{
    private const int ReadAtOnce = 16 * 1024;

    private readonly ClientWebSocket socket = new();
    private readonly ArrayBufferWriter<byte> received = new(ReadAtOnce);
    private readonly int maxMessageBytes;

    private Link(ItoriClientOptions options)
    {
        maxMessageBytes = options.MaxMessageBytes;
        socket.Options.AddSubProtocol("itori.v1.json");
        socket.Options.KeepAliveInterval = options.Heartbeat;
        socket.Options.KeepAliveTimeout = options.Heartbeat;
        socket.Options.CollectHttpResponseDetails = true;
    }

    /// <summary>When the server wants the client to be elsewhere; null where it does not.</summary>
    public DateTimeOffset? MoveAt { get; set; }

    /// <summary>Connects.</summary>
    /// <exception cref="ItoriRefusedException">The server will never take this client: it asks for what there is not, or may not ask.</exception>
    public static async Task<Link> Connect(Uri address, ItoriClientOptions options, CancellationToken cancellation)
    {
        var link = new Link(options);
        try
        {
            await link.socket.ConnectAsync(address, cancellation);
            return link;
        }
        catch (WebSocketException e) when ((int)link.socket.HttpStatusCode is 400 or 401 or 403 or 404)
        {
            var code = (int)link.socket.HttpStatusCode;
            link.Dispose();
            throw new ItoriRefusedException($"The server refused the connection with HTTP {code}.", e) { Code = code, Reason = "refused" };
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>Sends one message. The caller sees to it that only one is sent at a time.</summary>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    public async ValueTask Send(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellation);
        }
        catch (InvalidOperationException e) when (socket.State is not WebSocketState.Open)
        {
            throw Ended(e);
        }
    }

    /// <summary>The next message; null when the server closed.</summary>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    /// <exception cref="InvalidDataException">What came is no message, or longer than may be.</exception>
    public async Task<ItoriMessage?> Read(CancellationToken cancellation)
    {
        received.ResetWrittenCount();
        while (true)
        {
            ValueWebSocketReceiveResult result;
            try
            {
                result = await socket.ReceiveAsync(received.GetMemory(ReadAtOnce), cancellation);
            }
            catch (InvalidOperationException e) when (socket.State is not WebSocketState.Open)
            {
                throw Ended(e);
            }

            if (result.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            received.Advance(result.Count);
            if (received.WrittenCount > maxMessageBytes)
            {
                throw new InvalidDataException($"A message is longer than {maxMessageBytes} bytes.");
            }

            if (result.EndOfMessage)
            {
                break;
            }
        }

        try
        {
            return ItoriMessage.Parse(received.WrittenMemory);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException("The server sent what is no message.", e);
        }
    }

    /// <summary>Says goodbye, if that takes no long time.</summary>
    public async Task Close(CancellationToken cancellation)
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellation);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already.
        }
    }

    /// <summary>Ends it at once; whoever reads finds out.</summary>
    public void Abort() => socket.Abort();

    public void Dispose() => socket.Dispose();

    // A socket that is ended from elsewhere just as it is used says that it is disposed of, or, between two of its own checks, that it is not connected: to whom uses it both are the loss of a connection.
    private static WebSocketException Ended(InvalidOperationException e) => new("The connection was ended.", e);
}
