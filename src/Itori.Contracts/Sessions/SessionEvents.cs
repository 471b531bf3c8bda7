namespace Itori.Contracts;

/// <summary>A person said something (<c>user_msg</c>). Durable.</summary>
[GenerateSerializer, Immutable, Alias("itori.MessagePosted")]
public sealed record MessagePosted : DurableEvent
{
    /// <summary>Who said it.</summary>
    [Id(0)]
    public required UserRef User { get; init; }

    /// <summary>What was said.</summary>
    [Id(1)]
    public required string Text { get; init; }

    /// <summary>The turn of the assistant that answers it; null where the assistant was not asked.</summary>
    [Id(2)]
    public string? Turn { get; init; }

    /// <summary>The graph that the message's concepts go to.</summary>
    [Id(3)]
    public required string Graph { get; init; }

    /// <summary>The client's own JSON object; null where there is none.</summary>
    [Id(4)]
    public string? MetadataJson { get; init; }

    /// <summary>Whether it was deleted since: its text is empty then. Set when an event is read, never in the journal.</summary>
    [Id(5), System.Text.Json.Serialization.JsonIgnore]
    public bool Deleted { get; init; }
}

/// <summary>A message was deleted (<c>msg_deleted</c>). Durable.</summary>
[GenerateSerializer, Immutable, Alias("itori.MessageDeleted")]
public sealed record MessageDeleted : DurableEvent
{
    /// <summary>Who deleted it.</summary>
    [Id(0)]
    public required UserRef User { get; init; }

    /// <summary>The message's <c>seq</c>.</summary>
    [Id(1)]
    public required long MessageSeq { get; init; }

    /// <summary>When the message was said, Unix ms.</summary>
    [Id(2)]
    public required long MessageTimestamp { get; init; }

    /// <summary>The graph that the message's concepts went to.</summary>
    [Id(3)]
    public required string Graph { get; init; }
}

/// <summary>The assistant answered (<c>assistant_msg</c>). Durable.</summary>
[GenerateSerializer, Immutable, Alias("itori.AnswerGiven")]
public sealed record AnswerGiven : DurableEvent
{
    /// <summary>The turn that this message ends.</summary>
    [Id(0)]
    public required string Turn { get; init; }

    /// <summary>The <c>seq</c> of the message that it answers.</summary>
    [Id(1)]
    public required long InReplyTo { get; init; }

    /// <summary>The whole answer.</summary>
    [Id(2)]
    public required string Text { get; init; }

    /// <summary>Ids of the concepts that it speaks of.</summary>
    [Id(3)]
    public required IReadOnlyList<string> Concepts { get; init; }

    /// <summary>The model that made it.</summary>
    [Id(4)]
    public required string Model { get; init; }

    /// <summary>One of <see cref="TurnFinish"/>.</summary>
    [Id(5)]
    public required string Finish { get; init; }

    /// <summary>One sentence on what went wrong, where <see cref="Finish"/> is <c>error</c>.</summary>
    [Id(6)]
    public string? Error { get; init; }

    /// <summary>Ids of further commands that this event carries out: several people may stop a turn at the same time.</summary>
    [Id(7)]
    public IReadOnlyList<string>? FurtherCommandIds { get; init; }
}

/// <summary>The assistant began a turn (<c>thinking_start</c>).</summary>
[GenerateSerializer, Immutable, Alias("itori.ThinkingStarted")]
public sealed record ThinkingStarted : TopicEvent
{
    /// <summary>The turn.</summary>
    [Id(0)]
    public required string Turn { get; init; }
}

/// <summary>The assistant ended a turn (<c>thinking_end</c>); comes after the turn's message.</summary>
[GenerateSerializer, Immutable, Alias("itori.ThinkingEnded")]
public sealed record ThinkingEnded : TopicEvent
{
    /// <summary>The turn.</summary>
    [Id(0)]
    public required string Turn { get; init; }
}

/// <summary>A piece of the answer as it is made (<c>assistant_delta</c>).</summary>
[GenerateSerializer, Immutable, Alias("itori.AnswerProgressed")]
public sealed record AnswerProgressed : TopicEvent
{
    /// <summary>The turn.</summary>
    [Id(0)]
    public required string Turn { get; init; }

    /// <summary>0, 1, 2… within the turn.</summary>
    [Id(1)]
    public required int Index { get; init; }

    /// <summary>The piece.</summary>
    [Id(2)]
    public required string Text { get; init; }
}
