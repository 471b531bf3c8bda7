using Itori.Contracts;
using Itori.Grains.Assistants;
using Itori.Grains.Assistants.Models;
using Itori.Grains.Assistants.Turns;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace Itori.Assistants.Tests.Turns;

/// <summary>Runs one turn and keeps what it told.</summary>
internal sealed class RecordedTurn : ITurnSink
{
    private readonly TaskCompletionSource _firstPiece = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TurnStop Stop { get; } = new();

    public int Begun { get; private set; }

    public List<(int Index, string Text)> Pieces { get; } = [];

    public List<TurnOutcome> Outcomes { get; } = [];

    public TurnOutcome Outcome => Assert.Single(Outcomes);

    public Func<int, bool> Wants { get; init; } = _ => true;

    public Func<int, Exception?> FailsAtPiece { get; init; } = _ => null;

    public int FailedEnds { get; set; }

    public Task FirstPiece => _firstPiece.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public async Task<RecordedTurn> RunAsync(IChatClient client, AssistantOptions? options = null, TimeProvider? time = null)
    {
        var runner = new TurnRunner(new AssistantModel(client, "test-model"), options ?? new AssistantOptions(), time ?? TimeProvider.System, NullLogger.Instance);
        await runner.RunAsync("t", _ => Task.FromResult(new TurnPrompt([new ChatMessage(ChatRole.User, "hello")], new ChatOptions(), text => text.Length > 0 ? ["c1"] : [])), this, Stop);
        return this;
    }

    public Task<RecordedTurn> RunAsync(AssistantOptions endpoint) =>
        RunAsync(OpenAIEndpoint.Connect(endpoint, TimeProvider.System, NullLogger.Instance), endpoint);

    Task ITurnSink.Began()
    {
        Begun++;
        return Task.CompletedTask;
    }

    Task<bool> ITurnSink.Progressed(int index, string text)
    {
        Assert.Equal(1, Begun);
        Assert.Empty(Outcomes);
        if (FailsAtPiece(index) is { } fault)
        {
            throw fault;
        }

        Pieces.Add((index, text));
        _firstPiece.TrySetResult();
        return Task.FromResult(Wants(index));
    }

    Task ITurnSink.Ended(TurnOutcome outcome)
    {
        if (FailedEnds-- > 0)
        {
            throw new TimeoutException("The session is moving.");
        }

        Outcomes.Add(outcome);
        return Task.CompletedTask;
    }

    /// <summary>The pieces' indexes are 0, 1, 2… and the pieces joined are the answer.</summary>
    public void AssertWhole()
    {
        Assert.Equal(Enumerable.Range(0, Pieces.Count), Pieces.Select(piece => piece.Index));
        Assert.Equal(Outcome.Text, string.Concat(Pieces.Select(piece => piece.Text)));
    }
}
