using System.Net;

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Itori.Gateway.Transport;

/// <summary>
/// TCP for the HTTP server, of which a WebSocket can be taken over: see <see cref="GatewaySocket"/>. Settings are those of the server's own transport (<see cref="SocketTransportOptions"/>),
/// which stays in charge of every other kind of address.
/// </summary>
internal sealed class GatewayTransport(IOptions<SocketTransportOptions> options, IMemoryPoolFactory<byte> pools, ILogger<GatewayTransport> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(GatewayListener.Bind(endpoint, options.Value, pools, logger));
}
