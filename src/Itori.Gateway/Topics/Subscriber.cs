using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>What topics need to know of a connection.</summary>
internal sealed record Subscriber
{
    /// <summary>The connection's id.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>Who it is.</summary>
    public required UserRef User { get; init; }

    /// <summary>The format that it speaks.</summary>
    public required Codec Codec { get; init; }

    /// <summary>What waits to be sent to it.</summary>
    public required Outbox Outbox { get; init; }

    /// <summary>The sessions that it watches.</summary>
    public WatchedSessions Sessions { get; } = new();

    /// <summary>Ends the connection: more waits than may wait.</summary>
    public required Action TooSlow { get; init; }
}
