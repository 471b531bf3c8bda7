namespace Itori.Contracts;

/// <summary>
/// Who is at a topic (key: the topic's name). Not durable. Each gateway reports its own users when they change; a lost gateway's users go with its one lease
/// (<see cref="IGatewayLeaseGrain"/>), in one change. Publishes <see cref="PresenceChanged"/> and, when it begins without knowing anyone, <see cref="PresenceAsked"/> on the topic's
/// stream, and relays <see cref="CursorMoved"/>.
/// </summary>
[Alias("itori.IPresenceGrain")]
public interface IPresenceGrain : IGrainWithStringKey
{
    /// <summary>All users that this gateway has at the topic; an empty list: none any more. Answers who is here.</summary>
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

    /// <summary>How long the gateway's lease is, which the report holds as long as; 1 s to 5 min.</summary>
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
    /// <summary>Who is here, the longest first: all of them, unless <see cref="Count"/> says otherwise.</summary>
    [Id(0)]
    public required IReadOnlyList<PresentUser> Users { get; init; }

    /// <summary>Ids of those who came since the last such event.</summary>
    [Id(1)]
    public IReadOnlyList<string> Joined { get; init; } = [];

    /// <summary>Ids of those who went since the last such event.</summary>
    [Id(2)]
    public IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>How many are here, where <see cref="Users"/> names only those who are here longest; null where it names all.</summary>
    [Id(3)]
    public int? Count { get; init; }

    /// <summary>The same for a crowd: no more than <paramref name="most"/> users are named, who came is told of these alone, and who went of as many.</summary>
    public PresenceChanged Naming(int most)
    {
        if (Users.Count <= most && Left.Count <= most)
        {
            return this;
        }

        var named = Users.Take(most).ToArray();
        var ids = named.Select(user => user.UserId).ToHashSet(StringComparer.Ordinal);
        return this with
        {
            Users = named,
            Count = Users.Count > most ? Users.Count : null,
            Joined = Joined.Where(ids.Contains).ToArray(),
            Left = Left.Take(most).ToArray(),
        };
    }
}

/// <summary>
/// Who is here? Asked of all gateways by a presence grain that begins: what was known of the topic, if anything, went with a silo. Each gateway reports its users again.
/// </summary>
[GenerateSerializer, Immutable, Alias("itori.PresenceAsked")]
public sealed record PresenceAsked : TopicEvent;

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
