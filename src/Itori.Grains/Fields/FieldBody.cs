namespace Itori.Grains.Fields;

/// <summary>
/// All that a field's future follows from, beside the deltas to come and the options: capture it, carry it to another process, go on, and the phases are the same to the bit. What is measured of a field (means, forecasts,
/// drift) is not in it: it moves nothing.
/// </summary>
internal sealed record FieldBody
{
    /// <summary>The graph's last delta that is in the field.</summary>
    public required long Seq { get; init; }

    /// <summary>The epoch of slots.</summary>
    public required long Epoch { get; init; }

    /// <summary>Steps made since the field was built.</summary>
    public required long Steps { get; init; }

    /// <summary>When step 0 would have been, Unix ms; which delta belongs to which step follows from it.</summary>
    public required long OriginMs { get; init; }

    /// <summary>How many slots a frame has, those of concepts that left included.</summary>
    public required int Slots { get; init; }

    /// <summary>The oscillators. Their order is part of the state: sums run in it.</summary>
    public required IReadOnlyList<FieldOscillator> Oscillators { get; init; }

    /// <summary>The relations, in any order.</summary>
    public required IReadOnlyList<FieldRelation> Relations { get; init; }

    /// <summary>Whether the frequencies are those of the next step; else they are looked up before it.</summary>
    public required bool FrequenciesKnown { get; init; }
}

/// <summary>An oscillator.</summary>
internal sealed record FieldOscillator
{
    public required string ConceptId { get; init; }

    public required int Slot { get; init; }

    public required int Cluster { get; init; }

    public required long Mentions { get; init; }

    public required double Weight { get; init; }

    /// <summary>θ, radians.</summary>
    public required double Phase { get; init; }

    /// <summary>ω as it is used now, rad/s.</summary>
    public required double Frequency { get; init; }

    /// <summary>The averages of its mentions.</summary>
    public required double Fast { get; init; }

    public required double Slow { get; init; }

    public required double AsOf { get; init; }
}

/// <summary>A relation as the field needs it.</summary>
internal sealed record FieldRelation
{
    public required string RelationId { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    public required double Weight { get; init; }

    /// <summary>What the two concepts have learnt of each other, in [−1, 1]; 0 without learning.</summary>
    public required double Agreement { get; init; }
}
