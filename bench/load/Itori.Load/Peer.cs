using System.Net;
using System.Net.Sockets;
using System.Buffers.Binary;
using System.Text;

namespace Itori.Load;

/// <summary>One client: a blocking-free socket, its handshake, its unread bytes, and what it has seen.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Socket socket;
    private byte[] rest = [];
    private int restLength;
    private byte[]? fragments;
    private int fragmentsLength;
    private bool upgraded;

    private Peer(int index, Socket socket)
    {
        Index = index;
        this.socket = socket;
    }

    public int Index { get; }

    public int Handle => (int)socket.Handle;

    /// <summary>What the client is for; the scenario's own number.</summary>
    public int Role { get; set; }

    /// <summary>Whether the dialect's opening is done: it is subscribed.</summary>
    public bool IsReady { get; set; }

    public bool IsClosed { get; private set; }

    public int CloseCode { get; private set; }

    /// <summary>What a refused handshake said.</summary>
    public int RetryAfterMs { get; private set; }

    /// <summary>The last seq of the topic that is watched; 0: none yet.</summary>
    public long LastSeq { get; set; }

    /// <summary>The last number of the publisher.</summary>
    public long LastNumber { get; set; }

    /// <summary>Connects and asks for the upgrade; the answer comes by the loop.</summary>
    public static Peer Connect(int index, int port, string path, string? subprotocol, int receiveBuffer = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        socket.Connect(IPAddress.Loopback, port);
        socket.Send(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{(subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n")}\r\n"));
        socket.Blocking = false;
        return new Peer(index, socket);
    }

    public void SendText(string text) => Send(1, Encoding.UTF8.GetBytes(text));

    /// <summary>Sends one masked frame. The mask is zero: servers have to apply it all the same.</summary>
    public void Send(int opcode, ReadOnlySpan<byte> payload)
    {
        if (IsClosed)
        {
            return;
        }

        Span<byte> frame = payload.Length + 14 <= 4096 ? stackalloc byte[payload.Length + 14] : new byte[payload.Length + 14];
        frame[0] = (byte)(0x80 | opcode);
        var header = 2;
        if (payload.Length < 126)
        {
            frame[1] = (byte)(0x80 | payload.Length);
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            frame[1] = 0xFE;
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)payload.Length);
            header = 4;
        }
        else
        {
            frame[1] = 0xFF;
            BinaryPrimitives.WriteUInt64BigEndian(frame[2..], (ulong)payload.Length);
            header = 10;
        }

        frame.Slice(header, 4).Clear();
        payload.CopyTo(frame[(header + 4)..]);
        frame = frame[..(header + 4 + payload.Length)];
        while (frame.Length > 0 && !IsClosed)
        {
            var sent = socket.Send(frame, SocketFlags.None, out var error);
            if (error is SocketError.WouldBlock)
            {
                socket.Poll(10_000, SelectMode.SelectWrite);
            }
            else if (error is not SocketError.Success)
            {
                IsClosed = true;
            }

            frame = frame[Math.Max(0, sent)..];
        }
    }

    /// <summary>Takes what came into <paramref name="buffer"/> (whose first part is free for what was left over) and hands out whole messages.</summary>
    public void Receive(ref byte[] buffer, Action<Peer, int, ReadOnlyMemory<byte>> handle)
    {
        rest.AsSpan(0, restLength).CopyTo(buffer);
        var count = Epoll.Receive(Handle, buffer.AsSpan(restLength));
        if (count <= 0)
        {
            IsClosed |= count == 0;
            return;
        }

        var data = buffer.AsMemory(0, restLength + count);
        restLength = 0;
        if (!upgraded)
        {
            var end = data.Span.IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                Keep(data);
                return;
            }

            if (!data.Span.StartsWith("HTTP/1.1 101"u8))
            {
                CloseCode = int.Parse(Encoding.ASCII.GetString(data.Span.Slice(9, 3)), System.Globalization.CultureInfo.InvariantCulture);
                var place = data.Span.IndexOf("\"retryAfterMs\":"u8);
                RetryAfterMs = place >= 0 && System.Buffers.Text.Utf8Parser.TryParse(data.Span[(place + 15)..], out int wait, out _) ? wait : 0;
                IsClosed = true;
                return;
            }

            upgraded = true;
            data = data[(end + 4)..];
            handle(this, 0, default);
        }

        while (TryFrame(data.Span, out var opcode, out var isLast, out var header, out var length))
        {
            if (data.Length < header + length)
            {
                if (header + length + (1 << 18) > buffer.Length)
                {
                    Array.Resize(ref buffer, header + length + (1 << 19));
                }

                break;
            }

            var payload = data.Slice(header, length);
            data = data[(header + length)..];
            Take(opcode, isLast, payload, handle);
        }

        Keep(data);
    }

    public void Dispose() => socket.Dispose();

    private void Take(int opcode, bool isLast, ReadOnlyMemory<byte> payload, Action<Peer, int, ReadOnlyMemory<byte>> handle)
    {
        switch (opcode)
        {
            case 9:
                Send(10, payload.Span);
                break;
            case 10:
                break;
            case 8:
                CloseCode = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload.Span) : 1005;
                IsClosed = true;
                break;
            case not 0 when isLast:
                handle(this, opcode, payload);
                break;
            default:
                fragments ??= new byte[4096];
                if (fragmentsLength + payload.Length > fragments.Length)
                {
                    Array.Resize(ref fragments, (fragmentsLength + payload.Length) * 2);
                }

                payload.CopyTo(fragments.AsMemory(fragmentsLength));
                fragmentsLength += payload.Length;
                if (isLast)
                {
                    handle(this, 1, fragments.AsMemory(0, fragmentsLength));
                    fragmentsLength = 0;
                }

                break;
        }
    }

    private static bool TryFrame(ReadOnlySpan<byte> data, out int opcode, out bool isLast, out int header, out int length)
    {
        (opcode, isLast, header, length) = (0, false, 2, 0);
        if (data.Length < 2)
        {
            return false;
        }

        opcode = data[0] & 0x0F;
        isLast = data[0] >= 0x80;
        length = data[1];
        if (length == 126)
        {
            header = 4;
            if (data.Length < header)
            {
                return false;
            }

            length = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        }
        else if (length == 127)
        {
            header = 10;
            if (data.Length < header)
            {
                return false;
            }

            length = checked((int)BinaryPrimitives.ReadUInt64BigEndian(data[2..]));
        }

        return true;
    }

    private void Keep(ReadOnlyMemory<byte> data)
    {
        if (data.Length > rest.Length)
        {
            rest = new byte[Math.Max(512, data.Length)];
        }

        data.Span.CopyTo(rest);
        restLength = data.Length;
    }
}
