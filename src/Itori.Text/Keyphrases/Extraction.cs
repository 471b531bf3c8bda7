namespace Itori.Text;

/// <summary>A concept found in a text.</summary>
public sealed record ExtractedConcept
{
    /// <summary>Normal form (see <see cref="ConceptKey"/>): equal for variants in case, number and hyphenation.</summary>
    public required string Key { get; init; }

    /// <summary>The best form to show, as the text writes it.</summary>
    public required string Label { get; init; }

    /// <summary>How much the concept matters in the text, in [0, 1]; comparable across texts.</summary>
    public required double Score { get; init; }

    /// <summary>Where it is mentioned, in text order, never overlapping each other.</summary>
    public required IReadOnlyList<TextSpan> Mentions { get; init; }

    /// <summary>Windows (sentences) of the text that name it, at least 1 and at most <see cref="Extraction.Windows"/>.</summary>
    public int Windows { get; init; } = 1;

    /// <summary>Other names that the text introduces for it, such as an abbreviation.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

/// <summary>A relation between two concepts of one text.</summary>
public sealed record ExtractedRelation
{
    /// <summary>Key of the concept that it goes from.</summary>
    public required string SourceKey { get; init; }

    /// <summary>Key of the concept that it goes to; never equal to <see cref="SourceKey"/>.</summary>
    public required string TargetKey { get; init; }

    /// <summary>Strength, in (0, 1].</summary>
    public required double Weight { get; init; }

    /// <summary>One of <see cref="RelationKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Windows (sentences) of the text that hold both, near each other; at least 1.</summary>
    public int Windows { get; init; } = 1;

    /// <summary>The stretch of text that first supports it, from the one mention to the other.</summary>
    public required TextSpan Span { get; init; }
}

/// <summary>The kinds of relation that extraction finds.</summary>
public static class RelationKinds
{
    /// <summary>Both stand close together; symmetric, the source key is the ordinally lesser one.</summary>
    public const string CoOccurs = "co_occurs";

    /// <summary>The source is a kind or an example of the target.</summary>
    public const string IsA = "is_a";

    /// <summary>The source brings the target about.</summary>
    public const string Causes = "causes";

    /// <summary>The source uses, needs or rests on the target.</summary>
    public const string Uses = "uses";

    /// <summary>The source is part of the target.</summary>
    public const string PartOf = "part_of";
}

/// <summary>What a text is about.</summary>
public sealed record Extraction
{
    /// <summary>The concepts, best score first.</summary>
    public required IReadOnlyList<ExtractedConcept> Concepts { get; init; }

    /// <summary>Relations between those concepts: typed ones first, then by falling weight.</summary>
    public required IReadOnlyList<ExtractedRelation> Relations { get; init; }

    /// <summary>Windows in which concepts can meet: the text's sentences, at least 1.</summary>
    public int Windows { get; init; } = 1;

    /// <summary>ISO 639-1 code of the text's language, "und" where it cannot be told.</summary>
    public required string Language { get; init; }
}
