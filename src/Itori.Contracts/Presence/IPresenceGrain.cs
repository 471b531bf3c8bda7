namespace Itori.Contracts;

/// <summary>
/// Who is at a topic (key: the topic's name). Not durable. Each gateway reports its own users under a lease, so that a lost gateway's users go with its lease.
/// Publishes <see cref="PresenceChanged"/> and relays <see cref="CursorMoved"/> on the topic's stream.
/// </summary>
[Alias("itori.IPresenceGrain")]
public interface IPresenceGrain : IGrainWithStringKey
{
    /// <summary>All users that this gateway has at the topic; an empty list gives the lease back. Answers who is here.</summary>
    [Alias("Report")]
    Task<PresenceChanged> Report(PresenceReport report);

    /// <summary>Passes a cursor on to the topic's subscribers.</summary>
    [Alias("Relay")]
    Task Relay(CursorMoved cursor);
}

/// <summary>A gateway's users at a topic.</summary>
[GenerateSerializer, Immutable, Alias("itori.PresenceReport")]
public sealed record PresenceReport
{
    /// <summary>The gateway's incarnation: another one after a restart.</summary>
    [Id(0)]
    public required string Gateway { get; init; }

    /// <summary>How long the report holds without another one; 1 s to 5 min.</summary>
    [Id(1)]
    public required TimeSpan Lease { get; init; }

    /// <summary>The users, each once.</summary>
    [Id(2)]
    public required IReadOnlyList<PresentUser> Users { get; init; }
}

/// <summary>Somebody who is here.</summary>
[GenerateSerializer, Immutable, Alias("itori.PresentUser")]
public sealed record PresentUser
{
    /// <summary>The user's id.</summary>
    [Id(0)]
    public required string UserId { get; init; }

    /// <summary>The name to show.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>Since when, Unix ms.</summary>
    [Id(2)]
    public required long Since { get; init; }
}

/// <summary>Who is here (<c>presence</c>). Latest wins.</summary>
[GenerateSerializer, Immutable, Alias("itori.PresenceChanged")]
public sealed record PresenceChanged : TopicEvent
{
    /// <summary>All who are here, the longest first.</summary>
    [Id(0)]
    public required IReadOnlyList<PresentUser> Users { get; init; }

    /// <summary>Ids of those who came since the last such event.</summary>
    [Id(1)]
    public IReadOnlyList<string> Joined { get; init; } = [];

    /// <summary>Ids of those who went since the last such event.</summary>
    [Id(2)]
    public IReadOnlyList<string> Left { get; init; } = [];
}

/// <summary>Where somebody points (<c>cursor</c>). Latest of a user wins; not sent back to the connection that it came from.</summary>
[GenerateSerializer, Immutable, Alias("itori.CursorMoved")]
public sealed record CursorMoved : TopicEvent
{
    /// <summary>Who.</summary>
    [Id(0)]
    public required UserRef User { get; init; }

    /// <summary>The connection that it came from.</summary>
    [Id(1)]
    public required string ConnectionId { get; init; }

    /// <summary>The concept pointed at.</summary>
    [Id(2)]
    public string? Concept { get; init; }

    /// <summary>Position on the map.</summary>
    [Id(3)]
    public double? X { get; init; }

    /// <summary>Position on the map.</summary>
    [Id(4)]
    public double? Y { get; init; }

    /// <summary>The client's own JSON (any value) for what is selected; null where there is none.</summary>
    [Id(5)]
    public string? SelectionJson { get; init; }
}
