using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Topics;

/// <summary>What topics need to know of a connection.</summary>
internal sealed record Subscriber
{
    /// <summary>The connection's id.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>Who it is.</summary>
    public required UserRef User { get; init; }

    /// <summary>What waits to be sent to it.</summary>
    public required Outbox Outbox { get; init; }

    /// <summary>The sessions that it watches.</summary>
    public WatchedSessions Sessions { get; } = new();

    /// <summary>Ends the connection: more waits than may wait.</summary>
    public required Action TooSlow { get; init; }
}
