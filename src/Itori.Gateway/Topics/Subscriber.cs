using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>What topics need to know of a connection.</summary>
internal abstract class Subscriber(string connectionId, UserRef user, Codec codec, Outbox outbox)
{
    /// <summary>The connection's id.</summary>
    public string ConnectionId => connectionId;

    /// <summary>Who it is.</summary>
    public UserRef User => user;

    /// <summary>The format that it speaks.</summary>
    public Codec Codec => codec;

    /// <summary>What waits to be sent to it.</summary>
    public Outbox Outbox => outbox;

    /// <summary>The sessions that it watches.</summary>
    public WatchedSessions Sessions { get; } = new();

    /// <summary>Ends the connection: more waits than may wait.</summary>
    public abstract void TooSlow();
}
