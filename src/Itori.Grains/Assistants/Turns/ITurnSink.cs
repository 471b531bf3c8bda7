using Itori.Contracts;

namespace Itori.Grains.Assistants.Turns;

/// <summary>Where a turn is told as it goes: the session, or what stands for it in a test of the runner alone.</summary>
internal interface ITurnSink
{
    Task Began();

    /// <summary>False: the session has ended the turn, stop working at it.</summary>
    Task<bool> Progressed(int index, string text);

    Task Ended(TurnOutcome outcome);
}

/// <summary>Tells the turn to its session's grain.</summary>
internal sealed class SessionTurnSink(ISessionGrain session, string turn, string model) : ITurnSink
{
    public Task Began() => session.TurnBegan(turn, model);

    public Task<bool> Progressed(int index, string text) => session.TurnProgressed(turn, index, text);

    public Task Ended(TurnOutcome outcome) => session.TurnEnded(outcome);
}
