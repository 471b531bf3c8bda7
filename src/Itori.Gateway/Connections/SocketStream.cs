using System.Net.Sockets;

using Microsoft.AspNetCore.Http.Features;

namespace Itori.Gateway.Connections;

/// <summary>
/// The bytes under a WebSocket. Reading passes through and is noted. What the WebSocket writes by itself are control frames; they go out between the messages of the outbox, which do not
/// come this way. A socket that breaks off after its close frame (text that is not UTF-8: 1007) does not reset the connection before the client could read that frame.
/// </summary>
/// <remarks>The WebSocket above writes whole frames under a lock of its own, so that writes never overlap here.</remarks>
internal sealed class SocketStream(Stream inner) : Stream
{
    private Socket? taken;
    private Task? waiting;
    private ClientConnection? connection;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The server's stream.</summary>
    public Stream Inner => inner;

    /// <summary>Says whose it is: where control frames go, and who is told that something came. Before anything is read.</summary>
    public void Serve(ClientConnection owner) => connection = owner;

    /// <summary>Reads from the socket itself from here on, past the server: see <see cref="Transport.GatewaySocket"/>.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="lastWait">The wait for data that is under way already: it ends before the first read begins.</param>
    public void ReadFrom(Socket socket, Task lastWait) => (inner, taken, waiting) = (Null, socket, lastWait);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        connection?.OnHeard();
        return taken is null ? inner.ReadAsync(buffer, cancellationToken)
            : waiting is null ? taken.ReceiveAsync(buffer, SocketFlags.None, cancellationToken)
            : ReadFirst(taken, waiting, buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (connection is null)
        {
            throw new InvalidOperationException("Nothing is written before there is a writer.");
        }

        switch (buffer.Span[0] & 0xF)
        {
            case Frames.Close:
                connection.Outbox.Complete(discard: true);
                return Close(connection.Writer, buffer.ToArray());
            case Frames.Ping or Frames.Pong:
                connection.Outbox.PutControl(buffer.ToArray());
                return ValueTask.CompletedTask;
            default:
                throw new InvalidOperationException("Messages are sent by the outbox.");
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask<int> ReadFirst(Socket socket, Task lastWait, Memory<byte> buffer, CancellationToken cancellation)
    {
        await lastWait;
        waiting = null;
        return await socket.ReceiveAsync(buffer, SocketFlags.None, cancellation);
    }

    /// <summary>The last frame: after the message that is half sent, if one is.</summary>
    private static async ValueTask Close(ConnectionWriter writer, ReadOnlyMemory<byte> frame)
    {
        await writer.Ended;
        await writer.SendLast(frame);
    }

    /// <summary>Puts a <see cref="SocketStream"/> under the WebSocket that the request becomes, over HTTP/1.1 or HTTP/2.</summary>
    internal sealed class Upgrade(IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect) : IHttpUpgradeFeature, IHttpExtendedConnectFeature
    {
        /// <summary>The stream, once upgraded.</summary>
        public SocketStream? Stream { get; private set; }

        public bool IsUpgradableRequest => upgrade?.IsUpgradableRequest ?? false;

        public bool IsExtendedConnect => connect?.IsExtendedConnect ?? false;

        public string? Protocol => connect?.Protocol;

        public async Task<Stream> UpgradeAsync() => Stream = new SocketStream(await upgrade!.UpgradeAsync());

        public async ValueTask<Stream> AcceptAsync() => Stream = new SocketStream(await connect!.AcceptAsync());
    }
}
