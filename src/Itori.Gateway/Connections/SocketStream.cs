using System.Runtime.InteropServices;

using Microsoft.AspNetCore.Http.Features;

namespace Itori.Gateway.Connections;

/// <summary>
/// The bytes under a WebSocket. It adds two things to what the server gives: several messages can go out in one write (<see cref="MoreFollows"/>), and a socket that breaks off after
/// its close frame (text that is not UTF-8: 1007) does not reset the connection before the client could read that frame.
/// </summary>
/// <remarks>The WebSocket above writes under a lock of its own, so that writes never overlap here.</remarks>
internal sealed class SocketStream(Stream inner) : Stream
{
    private const int WriteAt = 32 * 1024;
    private const byte Rsv1 = 0x40;
    private const byte Opcode = 0x0f;
    private const byte Binary = 0x02;

    private readonly MemoryStream held = new();

    /// <summary>Whether the next message's bytes may wait for those of the one after it.</summary>
    public bool MoreFollows { get; set; }

    /// <summary>Whether the next message is compressed already.</summary>
    public bool IsDeflated { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The WebSocket writes each frame whole, from a buffer of its own. A control frame may come between two messages.
        if (IsDeflated && (buffer.Span[0] & Opcode) <= Binary)
        {
            MemoryMarshal.AsMemory(buffer).Span[0] |= Rsv1;
        }

        if (held.Length == 0 && (!MoreFollows || buffer.Length >= WriteAt))
        {
            return inner.WriteAsync(buffer, cancellationToken);
        }

        held.Write(buffer.Span);
        return MoreFollows && held.Length < WriteAt ? ValueTask.CompletedTask : WriteHeld(cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => MoreFollows ? Task.CompletedTask : inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask WriteHeld(CancellationToken cancellation)
    {
        await inner.WriteAsync(held.GetBuffer().AsMemory(0, (int)held.Length), cancellation);
        held.SetLength(0);
        if (held.Capacity > 4 * WriteAt)
        {
            held.Capacity = 0;
        }
    }

    /// <summary>Puts a <see cref="SocketStream"/> under the WebSocket that the request becomes.</summary>
    internal sealed class Upgrade(IHttpUpgradeFeature inner) : IHttpUpgradeFeature
    {
        /// <summary>The stream, once upgraded.</summary>
        public SocketStream? Stream { get; private set; }

        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => Stream = new SocketStream(await inner.UpgradeAsync());
    }
}
