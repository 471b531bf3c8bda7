namespace Itori.Contracts;

/// <summary>Anything that a topic's stream carries.</summary>
[GenerateSerializer, Immutable, Alias("itori.TopicEvent")]
public abstract record TopicEvent
{
    /// <summary>When the event was made, Unix milliseconds.</summary>
    [Id(0)]
    public required long Timestamp { get; init; }
}

/// <summary>Something went wrong that all who watch the topic must know of, though nobody's command failed (<c>error</c>). Not durable.</summary>
[GenerateSerializer, Immutable, Alias("itori.TopicTrouble")]
public sealed record TopicTrouble : TopicEvent
{
    /// <summary>The error's reason, one of <see cref="ItoriError"/>.</summary>
    [Id(0)]
    public required string Reason { get; init; }

    /// <summary>One sentence.</summary>
    [Id(1)]
    public required string Message { get; init; }

    /// <summary>What it concerns, for example a session and a message; null where there is nothing to name.</summary>
    [Id(2)]
    public string? Details { get; init; }
}

/// <summary>
/// An event that is in the topic's journal. <see cref="Seq"/> starts at 1 and has no holes within a topic; it is the journal's own sequence number.
/// </summary>
[GenerateSerializer, Immutable, Alias("itori.DurableEvent")]
public abstract record DurableEvent : TopicEvent
{
    /// <summary>The event's place in its topic.</summary>
    [Id(0)]
    public required long Seq { get; init; }

    /// <summary>The id of the command that caused the event: the command is not applied again while this id is remembered.</summary>
    [Id(1)]
    public string? CommandId { get; init; }

    /// <summary>A fingerprint of what that command asked for, so that another command under the same id is not taken for it; null where there is no id.</summary>
    [Id(2)]
    public long? CommandPrint { get; init; }
}

/// <summary>A run of a topic's durable events, in order and without holes.</summary>
[GenerateSerializer, Immutable, Alias("itori.EventPage")]
public sealed record EventPage
{
    /// <summary>The events.</summary>
    [Id(0)]
    public required IReadOnlyList<DurableEvent> Events { get; init; }

    /// <summary>The topic's last <c>seq</c> when the page was read; 0 for a topic without events.</summary>
    [Id(1)]
    public required long Head { get; init; }

    /// <summary>
    /// The oldest <c>seq</c> that is still kept. A reader that wants what came before gets <see cref="Events"/> empty (reading on after a place) and needs a snapshot.
    /// </summary>
    [Id(2)]
    public required long First { get; init; }

    /// <summary>Whether the journal has more events beyond this page in the direction of reading.</summary>
    [Id(3)]
    public required bool More { get; init; }
}

/// <summary>What a gateway asks of every grain that owns a durable topic: this is how streams, which may lose events, are repaired.</summary>
[Alias("itori.IDurableTopicGrain")]
public interface IDurableTopicGrain : IGrainWithStringKey
{
    /// <summary>The last stored <c>seq</c>; 0 for a topic without events.</summary>
    [Alias("GetHead")]
    ValueTask<long> GetHead();

    /// <summary>
    /// The last stored <c>seq</c> as the journal itself has it. For a caller that knows of a later one than <see cref="GetHead"/> answers: an activation that others have overtaken (its silo was thought dead and woke up) finds
    /// that out here, and makes way.
    /// </summary>
    /// <exception cref="TopicUnavailableException">The activation was overtaken, or the journal cannot be read. A call made again reaches the next activation.</exception>
    [Alias("ConfirmHead")]
    ValueTask<long> ConfirmHead();

    /// <summary>
    /// Up to <paramref name="limit"/> (1 to 1,000) stored events with a <c>seq</c> above <paramref name="seq"/>, oldest first. Empty with
    /// <see cref="EventPage.First"/> above <c>seq + 1</c> when that history is no longer kept.
    /// </summary>
    [Alias("ReadAfter")]
    ValueTask<EventPage> ReadAfter(long seq, int limit);

    /// <summary>
    /// Up to <paramref name="limit"/> (1 to 1,000) stored events with a <c>seq</c> below <paramref name="before"/> (null: the newest), oldest first.
    /// </summary>
    [Alias("ReadBefore")]
    ValueTask<EventPage> ReadBefore(long? before, int limit);
}
