using System.Buffers;
using System.Net;
using System.Net.Sockets;

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

using Itori.Gateway.Hosting;

namespace Itori.Gateway.Transport;

/// <summary>Accepts connections at one address.</summary>
internal sealed partial class GatewayListener : IConnectionListener
{
    /// <summary>How long nothing is accepted after the process ran out of handles: the next try would fail as well, at once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Socket socket;
    private readonly SocketTransportOptions options;
    private readonly MemoryPool<byte> pool;
    private readonly ILogger logger;

    private GatewayListener(Socket socket, SocketTransportOptions options, IMemoryPoolFactory<byte> pools, ILogger logger)
    {
        this.socket = socket;
        this.options = options;
        this.logger = logger;
        pool = pools.Create(new MemoryPoolOptions { Owner = "itori-gateway" });
        EndPoint = socket.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    /// <exception cref="AddressInUseException">Somebody listens there already.</exception>
    public static GatewayListener Bind(EndPoint endpoint, SocketTransportOptions options, IMemoryPoolFactory<byte> pools, ILogger logger)
    {
        Socket bound;
        try
        {
            bound = options.CreateBoundListenSocket(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }

        bound.Listen(options.Backlog);
        return new GatewayListener(bound, options, pools, logger);
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket? accepted = null;
            try
            {
                accepted = await socket.AcceptAsync(cancellationToken);
                accepted.NoDelay = options.NoDelay;
                return GatewaySocket.Start(accepted, pool, options);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                LogExhausted(e.SocketErrorCode);
                await Task.Delay(Pause, cancellationToken);
            }
            catch (SocketException)
            {
                // It was gone before anything was done with it.
                accepted?.Dispose();
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        pool.Dispose();
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(GatewayEventIds.NoHandles, LogLevel.Error, "No connection can be accepted ({Reason}): raise the limit of open files, or lower Itori:Gateway:MaxConnections below it")]
    private partial void LogExhausted(SocketError reason);
}
