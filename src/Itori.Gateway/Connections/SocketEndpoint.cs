using System.Net.Sockets;
using System.Net.WebSockets;

using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Identity;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics;
using Itori.Gateway.Transport;

namespace Itori.Gateway.Connections;

/// <summary>The handshake at <c>/ws</c>: everything that can be refused is refused here, with an HTTP status and a JSON body, before there is a socket.</summary>
internal sealed partial class SocketEndpoint(
    ConnectionRegistry registry,
    TopicHubs hubs,
    TopicGrains grains,
    TopicCommands commands,
    MessageCourier courier,
    FlushLoops loops,
    Admission admission,
    AddressLimits addresses,
    IOptions<GatewayOptions> options,
    GatewayInstruments instruments,
    TimeProvider clock,
    ILogger<ClientConnection> logger)
{
    /// <summary>The subprotocol of JSON in text frames.</summary>
    public const string JsonProtocol = "itori.v1.json";

    /// <summary>The subprotocol of MessagePack in binary frames.</summary>
    public const string PackProtocol = "itori.v1.msgpack";

    private readonly ConnectionSurroundings surroundings = new()
    {
        Options = options.Value,
        Hubs = hubs,
        Grains = grains,
        Commands = commands,
        Courier = courier,
        Admission = admission,
        Registry = registry,
        Addresses = addresses,
        Instruments = instruments,
        Clock = clock,
        Logger = logger,
    };

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

        request = request! with { Address = address };
        if (TryHold(context, settings) is { } held)
        {
            await TakeOver(held, context, settings, request);
            return;
        }

        ClientConnection connection;
        try
        {
            var (socket, accepted) = await Accept(context, settings, request);
            var stream = StreamOf(context);
            connection = Connect(stream, new StreamOutlet(stream.Inner, context.Abort), socket, accepted);
        }
        catch
        {
            addresses.Leave(address);
            throw;
        }

        using var onAborted = context.RequestAborted.Register(connection.Lose);
        await connection.Run(isOurs: false, context.RequestAborted);
    }

    /// <summary>The connection of a request that needs nothing of the server once it is upgraded (plain HTTP/1.1, not compressed, nothing sent ahead), ready to be taken over.</summary>
    private static GatewaySocket? TryHold(HttpContext context, GatewayOptions settings) =>
        !(settings.Compression && context.Request.Headers.SecWebSocketExtensions.Count > 0)
        && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && context.Features.Get<ITlsHandshakeFeature>() is null
        && context.Features.Get<GatewaySocket>() is { } connection && connection.TryHold()
            ? connection
            : null;

    private async Task TakeOver(GatewaySocket connection, HttpContext context, GatewayOptions settings, ConnectionRequest request)
    {
        try
        {
            await Accept(context, settings, request);
            var tcp = connection.TakeOver(out var waiting);
            var stream = StreamOf(context);
            stream.ReadFrom(tcp, waiting);

            // Nor does it live within the request's surroundings (its log scopes, its activity): everything that waits would keep them.
            using (ExecutionContext.SuppressFlow())
            {
                _ = ServeTakenOver(tcp, connection.Released, stream, request);
            }
        }
        catch
        {
            // What comes is held back from the server, so that it could do nothing more with it.
            connection.Abort();
            addresses.Leave(request.Address!);
            throw;
        }
    }

    /// <summary>Begins within the request, and goes on when the server has ended it. What it goes on with holds nothing of the two, and is not waited for: nobody is there who would.</summary>
    private async Task ServeTakenOver(Socket tcp, Task released, SocketStream stream, ConnectionRequest request)
    {
        try
        {
            await released;

            // Not the one that the request was upgraded to: that one holds the request.
            var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = request.Subprotocol, KeepAliveInterval = Timeout.InfiniteTimeSpan });
            _ = Connect(stream, new SocketOutlet(tcp), socket, request).Run(isOurs: true, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(e, request.ConnectionId);
            addresses.Leave(request.Address!);
            tcp.Dispose();
        }
    }

    private static async Task<(WebSocket Socket, ConnectionRequest Request)> Accept(HttpContext context, GatewayOptions settings, ConnectionRequest request)
    {
        var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = request.Subprotocol,

            // One timer pings all of them; see ConnectionChecks.
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
            DangerousEnableCompression = settings.Compression && request.Codec == Codec.Json,
            DisableServerContextTakeover = true,
        });
        return (socket, AgreedToCompression(context) ? request with { Codec = Codec.DeflatedJson } : request);
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

    private static SocketStream StreamOf(HttpContext context) =>
        context.Features.Get<SocketStream.Upgrade>()?.Stream ?? throw new InvalidOperationException("The upgrade was not prepared.");

    private ClientConnection Connect(SocketStream stream, Outlet outlet, WebSocket socket, ConnectionRequest request) =>
        new(surroundings, new Wire { Socket = socket, Stream = stream, Outlet = outlet, Loop = loops.Next() }, request);

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

    [LoggerMessage(GatewayEventIds.ConnectionFailed, LogLevel.Error, "The connection {ConnectionId} failed")]
    private partial void LogFailed(Exception exception, string connectionId);
}
