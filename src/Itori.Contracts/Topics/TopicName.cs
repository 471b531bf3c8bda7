using System.Diagnostics.CodeAnalysis;

namespace Itori.Contracts;

/// <summary>What a topic carries.</summary>
public enum TopicKind
{
    /// <summary>A conversation: <c>session:ID</c>.</summary>
    Session = 0,

    /// <summary>A concept graph: <c>graph:ID</c>.</summary>
    Graph = 1,

    /// <summary>The oscillators of a graph: <c>field:ID</c>. Derived, never durable.</summary>
    Field = 2,
}

/// <summary>
/// The name of a topic as clients write it, <c>kind:id</c>. The id has 1 to 128 characters out of letters, digits and <c>. _ ~ -</c>
/// (what a URL needs no escape for), so that a name never needs quoting in a URL, a log or a journal key.
/// </summary>
[GenerateSerializer, Immutable, Alias("itori.TopicName")]
public readonly record struct TopicName
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxIdLength = 128;

    /// <summary>Makes a name from parts that are known to be valid.</summary>
    /// <exception cref="ArgumentException">The id is not valid.</exception>
    public TopicName(TopicKind kind, string id)
    {
        if (!IsValidId(id))
        {
            throw new ArgumentException("A topic's id has 1 to 128 characters out of letters, digits and . _ ~ -", nameof(id));
        }

        Kind = kind;
        Id = id;
    }

    /// <summary>What the topic carries.</summary>
    [Id(0)]
    public TopicKind Kind { get; init; }

    /// <summary>The session's or graph's id.</summary>
    [Id(1)]
    public string Id { get; init; }

    /// <summary>Whether events of the topic have a <c>seq</c> and are kept.</summary>
    public bool IsDurable => Kind is TopicKind.Session or TopicKind.Graph;

    /// <summary>The topic of a session.</summary>
    public static TopicName Session(string id) => new(TopicKind.Session, id);

    /// <summary>The topic of a concept graph.</summary>
    public static TopicName Graph(string id) => new(TopicKind.Graph, id);

    /// <summary>The topic of a graph's field.</summary>
    public static TopicName Field(string id) => new(TopicKind.Field, id);

    /// <summary>Whether a client may use <paramref name="id"/> as the id of a session or a graph.</summary>
    public static bool IsValidId([NotNullWhen(true)] string? id)
    {
        if (id is null || id.Length is 0 or > MaxIdLength)
        {
            return false;
        }

        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '~' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads <c>kind:id</c>. False for an unknown kind or an id that is not valid.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TopicName name)
    {
        name = default;
        if (text is null)
        {
            return false;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return false;
        }

        TopicKind kind;
        switch (text.AsSpan(0, colon))
        {
            case "session": kind = TopicKind.Session; break;
            case "graph": kind = TopicKind.Graph; break;
            case "field": kind = TopicKind.Field; break;
            default: return false;
        }

        var id = text[(colon + 1)..];
        if (!IsValidId(id))
        {
            return false;
        }

        name = new TopicName(kind, id);
        return true;
    }

    /// <summary>The name as clients write it.</summary>
    public override string ToString() => Kind switch
    {
        TopicKind.Session => "session:" + Id,
        TopicKind.Graph => "graph:" + Id,
        _ => "field:" + Id,
    };
}
