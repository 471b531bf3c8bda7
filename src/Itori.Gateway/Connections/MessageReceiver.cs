using System.Buffers;
using System.Net.WebSockets;

namespace Itori.Gateway.Connections;

/// <summary>Reads whole messages off a socket into a pooled buffer that grows up to the limit. While nothing comes there is no buffer: most connections are silent most of the time.</summary>
internal sealed class MessageReceiver(WebSocket socket, int maxBytes) : IDisposable
{
    private const int Least = 4 * 1024;

    private byte[] buffer = [];
    private int length;

    /// <summary>The message that was read; valid until the next one is.</summary>
    public ReadOnlyMemory<byte> Message => buffer.AsMemory(0, length);

    /// <summary>Waits for bytes without a place for them. No method of ours waits with it: each would take as much memory, in every connection that is silent, as the rest of the reading.</summary>
    public ValueTask<ValueWebSocketReceiveResult> Wait(CancellationToken cancellation)
    {
        length = 0;
        Free();
        return socket.ReceiveAsync(Memory<byte>.Empty, cancellation);
    }

    /// <summary>Reads a message to its end, after what <see cref="Wait"/> found; of one that is too big, the rest is thrown away as it comes.</summary>
    public async ValueTask<Received> Receive(ValueWebSocketReceiveResult first, CancellationToken cancellation)
    {
        if (first.MessageType is WebSocketMessageType.Close)
        {
            return Received.Close;
        }

        if (first.EndOfMessage)
        {
            return first.MessageType is WebSocketMessageType.Text ? Received.Text : Received.Binary;
        }

        while (true)
        {
            if (length == buffer.Length)
            {
                Grow();
            }

            // One byte more than the limit is room enough to see that it was passed.
            var room = Math.Min(buffer.Length, maxBytes + 1) - length;
            var part = await socket.ReceiveAsync(buffer.AsMemory(length, room), cancellation);
            if (part.MessageType is WebSocketMessageType.Close)
            {
                return Received.Close;
            }

            length += part.Count;
            if (length > maxBytes)
            {
                return Received.TooBig;
            }

            if (part.EndOfMessage)
            {
                return part.MessageType is WebSocketMessageType.Text ? Received.Text : Received.Binary;
            }
        }
    }

    public void Dispose() => Free();

    private void Free()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(Least, buffer.Length * 2L), maxBytes + 1L));
        buffer.AsSpan(0, length).CopyTo(larger);
        Free();
        buffer = larger;
    }
}

/// <summary>What was read.</summary>
internal enum Received
{
    /// <summary>A text message.</summary>
    Text,

    /// <summary>A binary message.</summary>
    Binary,

    /// <summary>A message over the limit; not all of it was read.</summary>
    TooBig,

    /// <summary>The other side's close frame.</summary>
    Close,
}
