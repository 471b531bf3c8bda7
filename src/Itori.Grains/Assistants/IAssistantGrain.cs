using Itori.Contracts;

namespace Itori.Grains.Assistants;

/// <summary>
/// Runs the assistant's turns of one session (key: the session's id), one at a time. It owns no state of its own: what a turn began, said and ended with is told to
/// the <see cref="ISessionGrain"/>, which keeps it.
/// </summary>
[Alias("itori.IAssistantGrain")]
internal interface IAssistantGrain : IGrainWithStringKey
{
    /// <summary>
    /// Begins a turn and returns while it runs. Told twice for the same turn, it runs once. False: another turn is running, this one was not begun.
    /// </summary>
    [Alias("Begin")]
    Task<bool> Begin(TurnRequest request);

    /// <summary>Stops the turn if it is running: it ends with what it has and <see cref="TurnFinish.Cancelled"/>. Returns before the end was told.</summary>
    [Alias("Cancel")]
    Task Cancel(string turn);

    /// <summary>Whether the turn is running here. A turn that was begun, has not ended and is not running was lost with its silo.</summary>
    [Alias("IsRunning")]
    ValueTask<bool> IsRunning(string turn);
}

/// <summary>A turn that the assistant is to take.</summary>
[GenerateSerializer, Immutable, Alias("itori.TurnRequest")]
internal sealed record TurnRequest
{
    /// <summary>The session's id.</summary>
    [Id(0)]
    public required string Session { get; init; }

    /// <summary>The turn's id.</summary>
    [Id(1)]
    public required string Turn { get; init; }

    /// <summary>The id of the graph that the message's concepts go to.</summary>
    [Id(2)]
    public required string Graph { get; init; }

    /// <summary>The <c>seq</c> of the message to answer.</summary>
    [Id(3)]
    public required long InReplyTo { get; init; }

    /// <summary>The message's text.</summary>
    [Id(4)]
    public required string Text { get; init; }

    /// <summary>Who said it.</summary>
    [Id(5)]
    public required UserRef User { get; init; }
}
