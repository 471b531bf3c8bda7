using System.Net;
using System.Net.Sockets;
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
            new Thread(() => Publish(socket)) { IsBackground = true }.Start();
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

    /// <summary>Text messages of 126 to 65,535 bytes or less, each in one masked frame, as the load generator sends them.</summary>
    private static void Publish(Socket socket)
    {
        var buffer = new byte[1 << 16];
        var length = 0;
        while (socket.Receive(buffer.AsSpan(length)) is > 0 and var read)
        {
            length += read;
            var used = 0;
            while (Unmask(buffer.AsSpan(used, length - used), out var message) is > 0 and var frame)
            {
                used += frame;
                ToAll(message);
            }

            buffer.AsSpan(used, length - used).CopyTo(buffer);
            length -= used;
        }
    }

    /// <returns>How many bytes the frame takes; 0 when not all of it is there.</returns>
    private static int Unmask(Span<byte> bytes, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (bytes.Length < 2)
        {
            return 0;
        }

        var size = bytes[1] & 0x7F;
        var header = 2;
        if (size is 126)
        {
            if (bytes.Length < 4)
            {
                return 0;
            }

            (size, header) = ((bytes[2] << 8) | bytes[3], 4);
        }

        if (bytes.Length < header + 4 + size)
        {
            return 0;
        }

        var mask = bytes.Slice(header, 4);
        var body = bytes.Slice(header + 4, size);
        for (var i = 0; i < body.Length; i++)
        {
            body[i] ^= mask[i & 3];
        }

        message = body;
        return header + 4 + size;
    }

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
