using System.Buffers;
using System.Net.Sockets;

namespace Itori.Gateway.Connections;

/// <summary>Where a connection's bytes go. Writes never overlap: there is one writer.</summary>
internal abstract class Outlet
{
    /// <summary>
    /// Sends what can be sent at once. Where that is not all, <paramref name="pending"/> sends some more and says how much; until it has ended nothing else may be sent. The bytes
    /// are the caller's again when this returns.
    /// </summary>
    public abstract int Send(ReadOnlySpan<byte> bytes, out Task<int>? pending);

    /// <summary>Cuts the connection.</summary>
    public abstract void Abort();

    /// <summary>Ends it so that what was sent last arrives; where the server does that, nothing.</summary>
    public virtual Task Part(TimeSpan patience, TimeProvider clock) => Task.CompletedTask;
}

/// <summary>
/// Straight to the socket, on the thread that has the bytes. The server's own way goes over a pipe and its reader, another thread, for each write: that hand-off costs more than the send.
/// </summary>
/// <remarks>Only where nothing lies between (no TLS, HTTP/1.1), and after the server has let go of the socket: its answer to the handshake is sent by then.</remarks>
internal sealed class SocketOutlet : Outlet
{
    private const int Rest = 16 * 1024;

    private readonly Socket socket;

    public SocketOutlet(Socket socket)
    {
        // Only says that a send that cannot go on returns; the socket itself never blocks.
        socket.Blocking = false;
        this.socket = socket;
    }

    public override int Send(ReadOnlySpan<byte> bytes, out Task<int>? pending)
    {
        var sent = socket.Send(bytes, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            throw new SocketException((int)error);
        }

        pending = sent < bytes.Length ? SendRest(bytes[sent..Math.Min(bytes.Length, sent + Rest)]) : null;
        return sent;
    }

    public override void Abort() => socket.Dispose();

    /// <summary>
    /// Ends a socket so that its last bytes arrive: says that no more follow, and reads away what the peer still sends. A socket with unread bytes would be reset, and what the peer has not read yet, a close frame
    /// for example, would be lost with it (RFC 9293, section 3.10.4; RFC 6455, section 7.1.1).
    /// </summary>
    public override async Task Part(TimeSpan patience, TimeProvider clock)
    {
        var unread = ArrayPool<byte>.Shared.Rent(Rest);
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            using var limit = new CancellationTokenSource(patience, clock);
            while (await socket.ReceiveAsync(unread.AsMemory(), SocketFlags.None, limit.Token) > 0)
            {
                // Nobody wants it.
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut already, or the peer does not end.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unread);
            socket.Dispose();
        }
    }

    private Task<int> SendRest(ReadOnlySpan<byte> bytes)
    {
        var copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        return Rented(copy, bytes.Length);

        async Task<int> Rented(byte[] rented, int length)
        {
            try
            {
                var sent = 0;
                while (sent < length)
                {
                    sent += await socket.SendAsync(rented.AsMemory(sent, length - sent));
                }

                return sent;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }
}

/// <summary>Over the server's stream: TLS, HTTP/2, other servers.</summary>
internal sealed class StreamOutlet(Stream stream, Action abort) : Outlet
{
    public override void Abort() => abort();

    public override int Send(ReadOnlySpan<byte> bytes, out Task<int>? pending)
    {
        var copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        var writing = stream.WriteAsync(copy.AsMemory(0, bytes.Length));
        if (writing.IsCompletedSuccessfully)
        {
            writing.GetAwaiter().GetResult();
            ArrayPool<byte>.Shared.Return(copy);
            pending = null;
            return bytes.Length;
        }

        pending = Finish(writing, copy, bytes.Length);
        return 0;
    }

    private static async Task<int> Finish(ValueTask writing, byte[] copy, int length)
    {
        try
        {
            await writing;
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }
}
