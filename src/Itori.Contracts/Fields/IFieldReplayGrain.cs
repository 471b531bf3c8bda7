namespace Itori.Contracts;

/// <summary>Looks back at one field (key: the graph's id). Reads only; it neither waits for the graph and the field as they are now, nor do they for it.</summary>
[Alias("itori.IFieldReplayGrain")]
public interface IFieldReplayGrain : IGrainWithStringKey
{
    /// <summary>
    /// The graph and its phases as they were at a time (Unix ms; a later one than now is now). Refused with <c>history_gone</c> where the events that lead there are no longer kept.
    /// </summary>
    [Alias("At"), ResponseTimeout("00:01:00")]
    Task<Result<FieldMoment>> At(long timestamp);
}

/// <summary>A graph and its field as they were.</summary>
[GenerateSerializer, Immutable, Alias("itori.FieldMoment")]
public sealed record FieldMoment
{
    /// <summary>The time, Unix ms.</summary>
    [Id(0)]
    public required long Timestamp { get; init; }

    /// <summary>The graph.</summary>
    [Id(1)]
    public required GraphSnapshot Graph { get; init; }

    /// <summary>The phases. <see cref="PhaseFrame.Frame"/> is 0.</summary>
    [Id(2)]
    public required PhaseFrame Frame { get; init; }

    /// <summary>
    /// Whether somebody watched then, so that the field turned. Where nobody did, the phases are those at which it rested. Where nobody ever had, or marks of that time are no longer kept, they are those with which the concepts began.
    /// </summary>
    [Id(3)]
    public required bool Turning { get; init; }
}
