using Itori.Contracts;

namespace Itori.Grains.Assistants.Turns;

/// <summary>Stops a running turn from outside. The first reason wins. Used on one thread of control at a time, but for <see cref="Interrupt"/>.</summary>
internal sealed class TurnStop : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private string? _finish;

    public CancellationToken Token => _source.Token;

    /// <summary>How the turn ends because of it, one of <see cref="TurnFinish"/>; null while nobody stopped it.</summary>
    public string? Finish => Volatile.Read(ref _finish);

    /// <summary>A person stopped the turn.</summary>
    public void Cancel() => Stop(TurnFinish.Cancelled);

    /// <summary>The silo or the activation goes. May come from any thread.</summary>
    public void Interrupt() => Stop(TurnFinish.Interrupted);

    public void Dispose() => _source.Dispose();

    private void Stop(string finish)
    {
        if (Interlocked.CompareExchange(ref _finish, finish, null) is null)
        {
            try
            {
                _source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The turn ended between the look at it and this call.
            }
        }
    }
}
