using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

/// <summary>
/// The least that a fan-out can cost: one thread, one blocking <c>send</c> for each socket, nothing else. No server (it reads nothing of those who listen, and a slow one stops all), but what the kernel takes.
/// </summary>
internal static class Sends
{
    private static readonly List<Socket> Listening = [];

    /// <summary>Serves until the process ends.</summary>
    public static void Run(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        while (true)
        {
            var socket = listener.Accept();
            socket.NoDelay = true;
            Open(socket);
        }
    }

    private static void Open(Socket socket)
    {
        var request = ReadRequest(socket);
        var key = request.Split("\r\n").FirstOrDefault(line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))?.Split(':', 2)[1].Trim();
        if (key is null)
        {
            socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nready"u8);
            socket.Dispose();
            return;
        }

#pragma warning disable CA5350 // RFC 6455 section 4.2.2 wants SHA-1; it protects nothing.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        socket.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        if (request.StartsWith("GET /publish", StringComparison.Ordinal))
        {
            _ = Publish(socket);
            return;
        }

        lock (Listening)
        {
            Listening.Add(socket);
        }
    }

    private static string ReadRequest(Socket socket)
    {
        var buffer = new byte[8192];
        var length = 0;
        while (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = length < buffer.Length ? socket.Receive(buffer.AsSpan(length)) : 0;
            if (read is 0)
            {
                return "";
            }

            length += read;
        }

        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private static async Task Publish(Socket socket)
    {
        using var publisher = WebSocket.CreateFromStream(new NetworkStream(socket, ownsSocket: true), new WebSocketCreationOptions { IsServer = true });
        await Room.Read(publisher, static (_, message) =>
        {
            ToAll(message.Span);
            return Task.CompletedTask;
        });
    }

    /// <summary>One text frame, made once (RFC 6455, section 5.2). The load generator's messages are shorter than 64 KB.</summary>
    private static void ToAll(ReadOnlySpan<byte> message)
    {
        Span<byte> frame = new byte[message.Length + 4];
        var header = message.Length < 126 ? 2 : 4;
        frame[0] = 0x81;
        frame[1] = (byte)(header is 2 ? message.Length : 126);
        if (header is 4)
        {
            (frame[2], frame[3]) = ((byte)(message.Length >> 8), (byte)message.Length);
        }

        message.CopyTo(frame[header..]);
        frame = frame[..(header + message.Length)];
        lock (Listening)
        {
            foreach (var socket in Listening)
            {
                socket.Send(frame, SocketFlags.None, out _);
            }
        }
    }
}
