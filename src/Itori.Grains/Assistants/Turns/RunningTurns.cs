using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Itori.Grains.Assistants.Turns;

/// <summary>
/// The turns that run in this silo. When the silo is told to stop they end first, with <c>interrupted</c>, while the sessions that must store that are still active: grains
/// deactivate all at once, in no order.
/// </summary>
internal sealed class RunningTurns : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly ConcurrentDictionary<TurnStop, Task> _turns = new();
    private volatile bool _isStopping;

    /// <summary>Whether the silo stops: no turn begins.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>How many turns run.</summary>
    public int Count => _turns.Count;

    /// <summary>Counts a turn in until the answer is disposed.</summary>
    /// <param name="stop">Stops the turn.</param>
    /// <param name="left">To be set when its end was told.</param>
    public IDisposable Enter(TurnStop stop, out TaskCompletionSource left)
    {
        left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _turns[stop] = left.Task;
        if (IsStopping)
        {
            stop.Interrupt();
        }

        return new Leave(this, stop);
    }

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(RunningTurns), ServiceLifecycleStage.Active, static _ => Task.CompletedTask, StopAsync);

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        foreach (var turn in _turns.Keys)
        {
            turn.Interrupt();
        }

        await Task.WhenAll(_turns.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private sealed class Leave(RunningTurns turns, TurnStop stop) : IDisposable
    {
        public void Dispose() => turns._turns.TryRemove(stop, out _);
    }
}
