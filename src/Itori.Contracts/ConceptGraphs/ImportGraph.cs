namespace Itori.Contracts;

/// <summary>A graph that was read from a file, to be put into this one: all of it or nothing.</summary>
[GenerateSerializer, Immutable, Alias("itori.ImportGraph")]
public sealed record ImportGraph
{
    /// <summary>The client's id of its request.</summary>
    [Id(0)]
    public string? CommandId { get; init; }

    /// <summary>Who imports it.</summary>
    [Id(1)]
    public required UserRef User { get; init; }

    /// <summary>What the file is called; null: nobody said.</summary>
    [Id(2)]
    public string? Source { get; init; }

    /// <summary>Its concepts. One whose normal form the graph has, or that came before in this list, is that concept.</summary>
    [Id(3)]
    public required IReadOnlyList<ImportedConcept> Concepts { get; init; }

    /// <summary>Its relations.</summary>
    [Id(4)]
    public required IReadOnlyList<ImportedRelation> Relations { get; init; }

    /// <summary>The longest name of a file, in characters.</summary>
    public const int MaxSourceLength = 200;
}

/// <summary>A concept of a file.</summary>
[GenerateSerializer, Immutable, Alias("itori.ImportedConcept")]
public sealed record ImportedConcept
{
    /// <summary>What to show.</summary>
    [Id(0)]
    public required string Label { get; init; }

    /// <summary>The normal form by which it is one with others; null: that of the label. A file that Itori wrote has it.</summary>
    [Id(1)]
    public string? Key { get; init; }

    /// <summary>The id that it should have, where it is new and no other concept has it; null: any.</summary>
    [Id(2)]
    public string? ConceptId { get; init; }

    /// <summary>Other normal forms that count for it.</summary>
    [Id(3)]
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The weight, in (0, 1]; null: the file says nothing.</summary>
    [Id(4)]
    public double? Weight { get; init; }

    /// <summary>Position on the map.</summary>
    [Id(5)]
    public double? X { get; init; }

    /// <summary>Position on the map.</summary>
    [Id(6)]
    public double? Y { get; init; }

    /// <summary>Whether it keeps its place on the map and in the graph.</summary>
    [Id(7)]
    public bool Pinned { get; init; }

    /// <summary>The longest label, in characters.</summary>
    public const int MaxLabelLength = 200;

    /// <summary>The community it belongs to; 0: not known.</summary>
    [Id(8)]
    public int Cluster { get; init; }

    /// <summary>How often it was said.</summary>
    [Id(9)]
    public long Mentions { get; init; }

    /// <summary>Unix ms; null: now.</summary>
    [Id(10)]
    public long? CreatedAt { get; init; }

    /// <summary>Unix ms; null: now.</summary>
    [Id(11)]
    public long? LastSeen { get; init; }

    /// <summary>Whether the position was found by a graph, which may find a better one, and not by a person.</summary>
    [Id(12)]
    public bool Arranged { get; init; }
}

/// <summary>A relation of a file.</summary>
[GenerateSerializer, Immutable, Alias("itori.ImportedRelation")]
public sealed record ImportedRelation
{
    /// <summary>From: an index into <see cref="ImportGraph.Concepts"/>.</summary>
    [Id(0)]
    public required int Source { get; init; }

    /// <summary>To: an index into <see cref="ImportGraph.Concepts"/>.</summary>
    [Id(1)]
    public required int Target { get; init; }

    /// <summary>The strength, in (0, 1]; null: the file says nothing.</summary>
    [Id(2)]
    public double? Weight { get; init; }

    /// <summary>The kind, 1 to 40 characters; null: <see cref="RelationKinds.Related"/>.</summary>
    [Id(3)]
    public string? Kind { get; init; }
}
