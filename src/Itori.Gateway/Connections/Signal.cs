using System.Threading.Tasks.Sources;

namespace Itori.Gateway.Connections;

/// <summary>Wakes one waiting writer; a wake-up that comes first is kept. Allocates nothing per wake-up.</summary>
internal sealed class Signal : IValueTaskSource
{
    private readonly Lock gate = new();
    private ManualResetValueTaskSourceCore<bool> core = new() { RunContinuationsAsynchronously = true };
    private bool set;
    private bool waiting;

    public void Set()
    {
        lock (gate)
        {
            if (!waiting)
            {
                set = true;
                return;
            }

            waiting = false;
        }

        core.SetResult(true);
    }

    public ValueTask Wait()
    {
        lock (gate)
        {
            if (set)
            {
                set = false;
                return ValueTask.CompletedTask;
            }

            core.Reset();
            waiting = true;
            return new ValueTask(this, core.Version);
        }
    }

    public void GetResult(short token) => core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
