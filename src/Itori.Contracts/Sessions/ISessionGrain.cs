namespace Itori.Contracts;

/// <summary>
/// One conversation (key: the session's id): its transcript and the assistant's turns. Every event of the topic <c>session:ID</c>, durable or not, but for
/// presence and cursors is published by this grain, so that a subscriber sees them in the order in which they were made.
/// </summary>
[Alias("itori.ISessionGrain")]
public interface ISessionGrain : IDurableTopicGrain
{
    /// <summary>Stores what a person said, then tells everyone, then (unless told not to) begins a turn of the assistant.</summary>
    [Alias("PostMessage")]
    Task<Result<Receipt>> PostMessage(PostMessage command);

    /// <summary>
    /// The same for several messages, in order: each has an answer of its own, at its place, and all answers come when what is stored of them is stored. Commands that reach one gateway at the same time share a call.
    /// </summary>
    [Alias("PostMessages")]
    Task<Result<Receipt>[]> PostMessages(PostMessage[] commands);

    /// <summary>Stops the running turn. What was made so far becomes the turn's message with <c>finish</c> <c>cancelled</c>.</summary>
    [Alias("CancelTurn")]
    Task<Result<Receipt>> CancelTurn(CancelTurn command);

    /// <summary>Deletes a message of its author's: its text is not shown again, and what only it gave to its graph goes.</summary>
    [Alias("DeleteMessage")]
    Task<Result<Receipt>> DeleteMessage(DeleteMessage command);

    /// <summary>The assistant has begun to work at the turn, with this model.</summary>
    [Alias("TurnBegan")]
    Task TurnBegan(string turn, string model);

    /// <summary>The assistant made a piece of its answer. False: the turn is over, stop working at it.</summary>
    [Alias("TurnProgressed")]
    Task<bool> TurnProgressed(string turn, int index, string text);

    /// <summary>The assistant finished the turn: stores the answer. Told twice, it is stored once.</summary>
    [Alias("TurnEnded")]
    Task TurnEnded(TurnOutcome outcome);
}

/// <summary>Who said or did something.</summary>
[GenerateSerializer, Immutable, Alias("itori.UserRef")]
public sealed record UserRef
{
    /// <summary>The user's stable id.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The name to show.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>Whether the user has not signed in.</summary>
    [Id(2)]
    public bool Anonymous { get; init; }
}

/// <summary>A person's message to a session.</summary>
[GenerateSerializer, Immutable, Alias("itori.PostMessage")]
public sealed record PostMessage
{
    /// <summary>The client's id of its message; the command is applied once, whatever is resent. Null: not protected.</summary>
    [Id(0)]
    public string? CommandId { get; init; }

    /// <summary>Who says it.</summary>
    [Id(1)]
    public required UserRef User { get; init; }

    /// <summary>What is said.</summary>
    [Id(2)]
    public required string Text { get; init; }

    /// <summary>Whether the assistant is to answer.</summary>
    [Id(3)]
    public bool Assistant { get; init; } = true;

    /// <summary>The graph that the message's concepts go to.</summary>
    [Id(4)]
    public required string Graph { get; init; }

    /// <summary>The client's own JSON object, passed on as it is; null where there is none.</summary>
    [Id(5)]
    public string? MetadataJson { get; init; }
}

/// <summary>Deletes a message.</summary>
[GenerateSerializer, Immutable, Alias("itori.DeleteMessage")]
public sealed record DeleteMessage
{
    /// <summary>The client's id of its message.</summary>
    [Id(0)]
    public string? CommandId { get; init; }

    /// <summary>Who deletes it; only its author may.</summary>
    [Id(1)]
    public required UserRef User { get; init; }

    /// <summary>The message's <c>seq</c>.</summary>
    [Id(2)]
    public required long MessageSeq { get; init; }
}

/// <summary>Stops the assistant.</summary>
[GenerateSerializer, Immutable, Alias("itori.CancelTurn")]
public sealed record CancelTurn
{
    /// <summary>The client's id of its message.</summary>
    [Id(0)]
    public string? CommandId { get; init; }

    /// <summary>Which turn; null: whichever is running.</summary>
    [Id(1)]
    public string? Turn { get; init; }
}

/// <summary>How a turn of the assistant ended.</summary>
[GenerateSerializer, Immutable, Alias("itori.TurnOutcome")]
public sealed record TurnOutcome
{
    /// <summary>The turn.</summary>
    [Id(0)]
    public required string Turn { get; init; }

    /// <summary>The whole answer.</summary>
    [Id(1)]
    public required string Text { get; init; }

    /// <summary>The model that made it, as a person would name it.</summary>
    [Id(2)]
    public required string Model { get; init; }

    /// <summary>One of <see cref="TurnFinish"/>.</summary>
    [Id(3)]
    public required string Finish { get; init; }

    /// <summary>Ids of the concepts of the graph that the answer speaks of.</summary>
    [Id(4)]
    public required IReadOnlyList<string> Concepts { get; init; }

    /// <summary>One sentence on what went wrong, where <see cref="Finish"/> is <c>error</c>.</summary>
    [Id(5)]
    public string? Error { get; init; }
}

/// <summary>How a turn can end, as the wire says it.</summary>
public static class TurnFinish
{
    /// <summary>The answer is whole.</summary>
    public const string Stop = "stop";

    /// <summary>The model's length limit cut the answer.</summary>
    public const string Length = "length";

    /// <summary>A person stopped it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>A process was lost while it ran.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>The model failed; the text is what came before.</summary>
    public const string Error = "error";
}
