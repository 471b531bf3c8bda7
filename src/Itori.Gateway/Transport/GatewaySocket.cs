using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Itori.Gateway.Transport;

/// <summary>
/// One accepted connection. It is the HTTP server's, over two pipes, until it is closed or taken over: a WebSocket over plain HTTP/1.1 needs nothing of the server once it is upgraded, but the server would keep some 20 KB
/// for it (pipes, request, headers, buffers). Taken over, the server ends its part as after any request and frees all of that, and the socket lives on.
/// </summary>
/// <remarks>
/// Everything happens on the thread that has the data: what is received is parsed there, what is flushed is sent there. While nothing comes there is no buffer.
/// Taking over is in three steps: <see cref="TryHold"/> before the request is upgraded, so that nothing that comes later gets into the server's pipe; <see cref="TakeOver"/> after it; and the server's end,
/// which <see cref="Released"/> tells: from then on everything that it had to send is sent.
/// </remarks>
internal sealed class GatewaySocket : ConnectionContext, IConnectionSocketFeature, IMemoryPoolFeature
{
    private static long last;

    private readonly Socket socket;
    private readonly Pipe input;
    private readonly Pipe output;
    private readonly IDuplexPipe transport;
    private readonly CancellationTokenSource closed = new();
    private readonly TaskCompletionSource closedTold = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private Task receiving = Task.CompletedTask;
    private Task sending = Task.CompletedTask;
    private Exception? reason;
    private string? id;

    // Set once each. `held` under the gate, for it must not become true while the pipe is filled; a reader of either needs no more than the latest value.
    private volatile bool held;
    private volatile bool takenOver;
    private bool filling;
    private bool cut;

    private GatewaySocket(Socket socket, MemoryPool<byte> pool, SocketTransportOptions options)
    {
        // Only says that a send that cannot go on returns; the socket itself never blocks.
        socket.Blocking = false;
        this.socket = socket;
        MemoryPool = pool;
        input = new Pipe(Options(pool, options.MaxReadBufferSize));
        output = new Pipe(Options(pool, options.MaxWriteBufferSize));
        transport = Transport = new Ends(input.Reader, output.Writer);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = closed.Token;
        Features.Set<IConnectionSocketFeature>(this);
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set(this);
    }

    public override string ConnectionId
    {
        get => id ??= $"tcp-{Interlocked.Increment(ref last):x}";
        set => id = value;
    }

    public override IFeatureCollection Features { get; } = new FeatureCollection(8);

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public Socket Socket => socket;

    public MemoryPool<byte> MemoryPool { get; }

    /// <summary>Ends when the server has done with a connection that was taken over and all that it had to send is sent.</summary>
    public Task Released => released.Task;

    public static GatewaySocket Start(Socket socket, MemoryPool<byte> pool, SocketTransportOptions options)
    {
        var started = new GatewaySocket(socket, pool, options);
        started.receiving = started.Receive();
        started.sending = started.Send();
        return started;
    }

    /// <summary>
    /// Keeps what comes from here on in the socket. Called within a request, when all of it was read. False: something came already that the server has and nobody has read; the connection stays the server's.
    /// </summary>
    public bool TryHold()
    {
        lock (gate)
        {
            if (filling || held || cut)
            {
                return false;
            }

            if (input.Reader.TryRead(out var rest))
            {
                var isEmpty = rest.Buffer.IsEmpty && !rest.IsCompleted;
                input.Reader.AdvanceTo(rest.Buffer.Start, rest.Buffer.Start);
                if (!isEmpty)
                {
                    return false;
                }
            }

            held = true;
            return true;
        }
    }

    /// <summary>After <see cref="TryHold"/>, and the upgrade: the server's end is not the socket's any more. Who calls it disposes the socket, after <see cref="Released"/>.</summary>
    /// <param name="waiting">Ends when the last wait for data that this began has ended; nothing may be received before.</param>
    public Socket TakeOver(out Task waiting)
    {
        takenOver = true;
        waiting = receiving;
        return socket;
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Shut(abortReason);
        output.Reader.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        await transport.Input.CompleteAsync();
        await transport.Output.CompleteAsync();
        await sending;
        if (takenOver)
        {
            // Nothing is put into it any more; with both its ends completed it gives its memory back.
            await input.Writer.CompleteAsync();
            released.TrySetResult();
        }
        else
        {
            await receiving;
            closed.Dispose();
        }

        await base.DisposeAsync();
    }

    private static PipeOptions Options(MemoryPool<byte> pool, long? most) =>
        new(pool, PipeScheduler.Inline, PipeScheduler.Inline, most ?? 0, (most ?? 0) / 2, useSynchronizationContext: false);

    /// <summary>What the end of a socket is to the server; null where a failure is no such end.</summary>
    private static Exception? EndOf(Exception failure) => failure switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted } => new ConnectionResetException(failure.Message, failure),

        // Disposed by us, or broken in another way.
        SocketException or ObjectDisposedException => new ConnectionAbortedException(failure.Message, failure),
        _ => null,
    };

    private async Task Receive()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                if (!BeginFilling())
                {
                    return;
                }

                int count;
                try
                {
                    count = await socket.ReceiveAsync(input.Writer.GetMemory(), SocketFlags.None);
                    input.Writer.Advance(count);
                }
                finally
                {
                    EndFilling();
                }

                if (count == 0)
                {
                    break;
                }

                var flushed = await input.Writer.FlushAsync();
                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (EndOf(e) is { } end)
        {
            error = end;
        }

        if (held)
        {
            // Whatever it was, the next one who reads sees it too.
            return;
        }

        await input.Writer.CompleteAsync(Volatile.Read(ref reason) ?? error);

        // Not on this thread: what is told may wait for it.
        ThreadPool.UnsafeQueueUserWorkItem(static self => self.TellClosed(), this, preferLocal: false);
        await closedTold.Task;
    }

    private async Task Send()
    {
        Exception? error = null;
        Exception? unexpected = null;
        try
        {
            while (true)
            {
                var result = await output.Reader.ReadAsync();
                if (result.IsCanceled)
                {
                    break;
                }

                await SendAll(result.Buffer);
                output.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (EndOf(e) is { } end)
        {
            error = end;
        }
        catch (Exception e)
        {
            error = unexpected = e;
        }

        if (!takenOver)
        {
            Shut(error);
        }

        // Who sends more finds that nobody reads it, and the receiving one stops to wait for room.
        await output.Reader.CompleteAsync(unexpected);
        input.Writer.CancelPendingFlush();
    }

    /// <summary>All of it: on a stream a send ends when the last byte is the kernel's.</summary>
    private async ValueTask SendAll(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            // What is waited for is something that the socket keeps for the next time (0.4 KB), and there is none for a WebSocket: so it waits only where it must.
            var sent = socket.Send(bytes.FirstSpan, SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                throw new SocketException((int)error);
            }

            if (sent < bytes.Length)
            {
                await socket.SendAsync(bytes.First[sent..], SocketFlags.None);
            }

            return;
        }

        var parts = new List<ArraySegment<byte>>();
        foreach (var part in bytes)
        {
            parts.Add(MemoryMarshal.TryGetArray(part, out var array) ? array : part.ToArray());
        }

        await socket.SendAsync(parts, SocketFlags.None);
    }

    private bool BeginFilling()
    {
        lock (gate)
        {
            return filling = !held;
        }
    }

    private void EndFilling()
    {
        lock (gate)
        {
            filling = false;
        }
    }

    /// <summary>The end of the socket. The first reason counts.</summary>
    private void Shut(Exception? why)
    {
        lock (gate)
        {
            if (cut)
            {
                return;
            }

            cut = true;
            reason = why ?? new ConnectionAbortedException("The server closed the connection.");
        }

        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }

        socket.Dispose();
    }

    private void TellClosed()
    {
        try
        {
            closed.Cancel();
        }
        catch (AggregateException)
        {
            // Who was told failed: its own fault, and no reason not to go on here.
        }

        closedTold.TrySetResult();
    }

    private sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
