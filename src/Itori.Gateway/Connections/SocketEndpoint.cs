using System.Net.WebSockets;

using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Identity;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Connections;

/// <summary>The handshake at <c>/ws</c>: everything that can be refused is refused here, with an HTTP status and a JSON body, before there is a socket.</summary>
internal sealed class SocketEndpoint(
    ConnectionRegistry registry,
    TopicHubs hubs,
    TopicGrains grains,
    TopicCommands commands,
    FlushLoops loops,
    Admission admission,
    AddressLimits addresses,
    IOptions<GatewayOptions> options,
    IOptions<SocketTransportOptions> transport,
    GatewayInstruments instruments,
    TimeProvider clock,
    ILogger<ClientConnection> logger)
{
    /// <summary>The subprotocol of JSON in text frames.</summary>
    public const string JsonProtocol = "itori.v1.json";

    /// <summary>The subprotocol of MessagePack in binary frames.</summary>
    public const string PackProtocol = "itori.v1.msgpack";

    private readonly bool sendsInline = transport.Value.UnsafePreferInlineScheduling;

    public async Task Serve(HttpContext context)
    {
        var settings = options.Value;
        if (Refuse(context, settings, out var request) is { } refusal)
        {
            await HttpErrors.Write(context, refusal.Status, refusal.Refusal);
            return;
        }

        if (addresses.TryEnter(context.Connection.RemoteIpAddress) is not { } address)
        {
            var full = Later(context, "There are as many connections from this address as there may be.", settings.RetryAfter);
            await HttpErrors.Write(context, full.Status, full.Refusal);
            return;
        }

        try
        {
            await Serve(context, settings, request! with { Address = address });
        }
        finally
        {
            addresses.Leave(address);
        }
    }

    private async Task Serve(HttpContext context, GatewayOptions settings, ConnectionRequest request)
    {
        var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = request.IsPlain ? null : request.Codec.Subprotocol,

            // One timer pings all of them; see ConnectionChecks.
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
            DangerousEnableCompression = settings.Compression && request.Codec == Codec.Json,
            DisableServerContextTakeover = true,
        });
        if (AgreedToCompression(context))
        {
            request = request with { Codec = Codec.DeflatedJson };
        }

        using var connection = new ClientConnection(WireOf(context, socket), request, hubs, grains, commands, settings, instruments, clock, logger);
        if (!registry.TryAdd(connection))
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "shutdown", context.RequestAborted);
            return;
        }

        try
        {
            await connection.Run(context.RequestAborted);
        }
        finally
        {
            registry.Remove(connection);

            // Disposing one that broke off by itself would reset the connection and take the close frame with it, unread (RFC 6455, section 7.1.1). It holds nothing by then.
            if (socket.State is not WebSocketState.Aborted)
            {
                socket.Dispose();
            }
        }
    }

    /// <summary>Must run before the WebSocket middleware, which looks at the upgrade feature when the request passes it.</summary>
    public static Task Prepare(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path == "/ws")
        {
            var (upgrade, connect) = (context.Features.Get<IHttpUpgradeFeature>(), context.Features.Get<IHttpExtendedConnectFeature>());
            if (upgrade is { IsUpgradableRequest: true } || connect is { IsExtendedConnect: true })
            {
                var prepared = new SocketStream.Upgrade(upgrade, connect);
                context.Features.Set<IHttpUpgradeFeature>(prepared);
                context.Features.Set<IHttpExtendedConnectFeature>(prepared);
                context.Features.Set(prepared);
            }
        }

        return next(context);
    }

    /// <summary>Whether messages may be compressed: it was agreed to, and with a window as large as ours. (With a smaller one they go as they are, which is allowed always.)</summary>
    private static bool AgreedToCompression(HttpContext context) =>
        context.Response.Headers.SecWebSocketExtensions.Count > 0 && !context.Request.Headers.SecWebSocketExtensions.ToString().Contains("server_max_window_bits=", StringComparison.OrdinalIgnoreCase);

    private Wire WireOf(HttpContext context, WebSocket socket)
    {
        var upgrade = context.Features.Get<SocketStream.Upgrade>();
        var stream = upgrade?.Stream ?? throw new InvalidOperationException("The upgrade was not prepared.");
        var direct = sendsInline && upgrade.IsUpgradableRequest && context.Features.Get<ITlsHandshakeFeature>() is null ? context.Features.Get<IConnectionSocketFeature>() : null;
        return new Wire
        {
            Socket = socket,
            Stream = stream,
            Outlet = direct is null ? new StreamOutlet(stream.Inner) : new SocketOutlet(direct.Socket),
            Loop = loops.Next(),
            Admission = admission,
            Abort = context.Abort,
        };
    }

    private (int Status, Refusal Refusal)? Refuse(HttpContext context, GatewayOptions settings, out ConnectionRequest? request)
    {
        request = null;
        var query = context.Request.Query;
        var sockets = context.WebSockets;
        if (!sockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            return (StatusCodes.Status426UpgradeRequired, Refusal.Of(ItoriError.BadMessage, "This address speaks WebSocket."));
        }

        if (registry.IsDraining || registry.Count >= settings.MaxConnections)
        {
            context.Response.Headers.RetryAfter = "1";
            return (StatusCodes.Status503ServiceUnavailable, Refusal.Of(
                registry.IsDraining ? ItoriError.Unavailable : ItoriError.Overloaded,
                registry.IsDraining ? "This gateway shuts down." : "This gateway has all the connections that it takes.") with { RetryAfterMs = (int)settings.RetryAfter.TotalMilliseconds });
        }

        if (admission.IsFull)
        {
            return Later(context, "This gateway opens as many connections as it can.", admission.RetryAfter());
        }

        if (!OriginPolicy.Allows(context.Request, settings))
        {
            return (StatusCodes.Status403Forbidden, Refusal.Of(ItoriError.Forbidden, "Pages of that origin may not connect; Itori:Gateway:AllowedOrigins says which may.", "Origin"));
        }

        // RFC 6455 lets a server go on without a subprotocol; a client that named some, none of them spoken here, would then fail on the first message instead of here.
        var named = sockets.WebSocketRequestedProtocols;
        var codec = named.Count > 0 ? Codec.Choose(named) : Codec.Json;
        if (codec is null)
        {
            return (StatusCodes.Status400BadRequest, Refusal.Of(ItoriError.BadField, $"This version speaks the subprotocols {string.Join(", ", Codec.All)}.", "Sec-WebSocket-Protocol"));
        }

        var session = query["session"];
        var graph = query["graph"];
        if (session.Count > 0 && !TopicName.IsValidId(session))
        {
            return (StatusCodes.Status400BadRequest, BadId("session"));
        }

        if (graph.Count > 0 && !TopicName.IsValidId(graph))
        {
            return (StatusCodes.Status400BadRequest, BadId("graph"));
        }

        request = new ConnectionRequest
        {
            ConnectionId = AnonymousUsers.RandomId(),
            SessionId = session.Count > 0 ? session.ToString() : AnonymousUsers.RandomId(),
            GraphId = graph.Count > 0 ? graph.ToString() : "main",
            User = AnonymousUsers.New(),
            Codec = codec,
            IsPlain = named.Count == 0,
            GaveToken = !string.IsNullOrEmpty(query["access_token"]),
        };
        return null;
    }

    private static (int Status, Refusal Refusal) Later(HttpContext context, string message, TimeSpan after)
    {
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(after.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return (StatusCodes.Status503ServiceUnavailable, Refusal.Of(ItoriError.Overloaded, message) with { RetryAfterMs = (int)after.TotalMilliseconds });
    }

    private static Refusal BadId(string name) =>
        Refusal.Of(ItoriError.BadField, $"{name} has 1 to {TopicName.MaxIdLength} characters out of letters, digits and . _ ~ -", name);
}
