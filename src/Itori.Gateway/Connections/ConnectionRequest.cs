using System.Net.WebSockets;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Connections;

/// <summary>What a handshake asked for.</summary>
internal sealed record ConnectionRequest
{
    public required string ConnectionId { get; init; }
    public required string SessionId { get; init; }
    public required string GraphId { get; init; }
    public required UserRef User { get; init; }

    /// <summary>Where it came from; counted when nothing else speaks against it.</summary>
    public AddressLimits.Address? Address { get; init; }

    /// <summary>The format of its messages.</summary>
    public required Codec Codec { get; init; }

    /// <summary>What the handshake agrees on; null: nothing was named.</summary>
    public string? Subprotocol => IsPlain ? null : Codec.Subprotocol;

    /// <summary>No subprotocol was named: the client is subscribed to its topics at once.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>A token was given.</summary>
    public required bool GaveToken { get; init; }
}

/// <summary>A connection's way to its peer, layer by layer.</summary>
internal sealed record Wire
{
    /// <summary>Reads messages, and writes control frames.</summary>
    public required WebSocket Socket { get; init; }

    /// <summary>What lies under it.</summary>
    public required SocketStream Stream { get; init; }

    /// <summary>Where bytes are sent.</summary>
    public required Outlet Outlet { get; init; }

    /// <summary>Who sends them.</summary>
    public required FlushLoop Loop { get; init; }
}

/// <summary>What all connections of a gateway share.</summary>
internal sealed record ConnectionSurroundings
{
    public required GatewayOptions Options { get; init; }
    public required TopicHubs Hubs { get; init; }
    public required TopicGrains Grains { get; init; }
    public required TopicCommands Commands { get; init; }
    public required MessageCourier Courier { get; init; }

    /// <summary>Who says whose turn it is to open subscriptions.</summary>
    public required Admission Admission { get; init; }

    /// <summary>Where the open ones are.</summary>
    public required ConnectionRegistry Registry { get; init; }

    /// <summary>Where they are counted.</summary>
    public required AddressLimits Addresses { get; init; }
    public required GatewayInstruments Instruments { get; init; }
    public required TimeProvider Clock { get; init; }
    public required ILogger<ClientConnection> Logger { get; init; }
}
