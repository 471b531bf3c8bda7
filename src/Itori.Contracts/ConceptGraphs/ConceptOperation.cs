namespace Itori.Contracts;

/// <summary>One thing that a person does to a graph by hand.</summary>
[GenerateSerializer, Immutable, Alias("itori.ConceptOperation")]
public abstract record ConceptOperation;

/// <summary>
/// Adds a concept, or changes the one with this id, or (without an id) the one with this label in any variant. What is null stays as it is.
/// </summary>
[GenerateSerializer, Immutable, Alias("itori.UpsertConcept")]
public sealed record UpsertConcept : ConceptOperation
{
    /// <summary>The concept's id; null: found by its label. An id that the graph does not have needs a label and makes a concept of that id.</summary>
    [Id(0)]
    public string? ConceptId { get; init; }

    /// <summary>The label to show, 1 to 200 characters.</summary>
    [Id(1)]
    public string? Label { get; init; }

    /// <summary>The weight, in (0, 1].</summary>
    [Id(2)]
    public double? Weight { get; init; }

    /// <summary>Horizontal position on the map, a finite number.</summary>
    [Id(3)]
    public double? X { get; init; }

    /// <summary>Vertical position on the map, a finite number.</summary>
    [Id(4)]
    public double? Y { get; init; }

    /// <summary>Whether the concept keeps its place on the map and in the graph.</summary>
    [Id(5)]
    public bool? Pinned { get; init; }
}

/// <summary>Removes a concept and its relations.</summary>
[GenerateSerializer, Immutable, Alias("itori.RemoveConcept")]
public sealed record RemoveConcept : ConceptOperation
{
    /// <summary>The concept.</summary>
    [Id(0)]
    public required string ConceptId { get; init; }
}

/// <summary>Relates two concepts, or changes their relation of that kind.</summary>
[GenerateSerializer, Immutable, Alias("itori.LinkConcepts")]
public sealed record LinkConcepts : ConceptOperation
{
    /// <summary>From.</summary>
    [Id(0)]
    public required string Source { get; init; }

    /// <summary>To; another concept than <see cref="Source"/>.</summary>
    [Id(1)]
    public required string Target { get; init; }

    /// <summary>The strength, in (0, 1]; null: 0.5 for a new one.</summary>
    [Id(2)]
    public double? Weight { get; init; }

    /// <summary>The kind, 1 to 40 characters; null: <see cref="RelationKinds.Related"/>.</summary>
    [Id(3)]
    public string? Kind { get; init; }
}

/// <summary>Removes what relates two concepts, for good: the machine does not relate them again.</summary>
[GenerateSerializer, Immutable, Alias("itori.UnlinkConcepts")]
public sealed record UnlinkConcepts : ConceptOperation
{
    /// <summary>One end.</summary>
    [Id(0)]
    public required string Source { get; init; }

    /// <summary>The other end.</summary>
    [Id(1)]
    public required string Target { get; init; }
}

/// <summary>Makes two concepts one, for good: what the machine finds of the first from now on counts for the second.</summary>
[GenerateSerializer, Immutable, Alias("itori.MergeConcepts")]
public sealed record MergeConcepts : ConceptOperation
{
    /// <summary>The concept that goes.</summary>
    [Id(0)]
    public required string Source { get; init; }

    /// <summary>The concept that stays.</summary>
    [Id(1)]
    public required string Target { get; init; }
}

/// <summary>Puts a concept somewhere on the map.</summary>
[GenerateSerializer, Immutable, Alias("itori.MoveConcept")]
public sealed record MoveConcept : ConceptOperation
{
    /// <summary>The concept.</summary>
    [Id(0)]
    public required string ConceptId { get; init; }

    /// <summary>Horizontal position, a finite number.</summary>
    [Id(1)]
    public required double X { get; init; }

    /// <summary>Vertical position, a finite number.</summary>
    [Id(2)]
    public required double Y { get; init; }
}

/// <summary>Pins a concept (it keeps its place on the map and in the graph) or lets it go.</summary>
[GenerateSerializer, Immutable, Alias("itori.PinConcept")]
public sealed record PinConcept : ConceptOperation
{
    /// <summary>The concept.</summary>
    [Id(0)]
    public required string ConceptId { get; init; }

    /// <summary>Pinned or not.</summary>
    [Id(1)]
    public required bool Pinned { get; init; }
}

/// <summary>Kinds of relations that the machine finds, as the wire says them. People may use other words.</summary>
public static class RelationKinds
{
    /// <summary>Said near each other.</summary>
    public const string CoOccurs = "co_occurs";

    /// <summary>Related by a person's hand without a kind.</summary>
    public const string Related = "related";

    /// <summary>Points from one concept to another, in a file that does not say how.</summary>
    public const string PointsTo = "points_to";

    /// <summary>Whether relations of this kind have a direction: all but <see cref="CoOccurs"/> and <see cref="Related"/>.</summary>
    public static bool IsDirected(string kind) => kind is not (CoOccurs or Related);
}
