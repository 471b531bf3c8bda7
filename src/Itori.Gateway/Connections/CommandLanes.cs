using Itori.Contracts;

namespace Itori.Gateway.Connections;

/// <summary>
/// The commands of one connection: those of one topic are carried out one after the other, in the order in which they came; those of different topics at the same time. Bounded: beyond
/// the limit a command is refused rather than the reading stopped, so that pings, cancels and the closing handshake are never stuck behind slow work.
/// </summary>
internal sealed class CommandLanes(int limit)
{
    // There only while something is under way, which it seldom is. (For the same reason a lane set is its own lock: most connections wait most of the time, and what each of them has counts.)
    private Dictionary<TopicName, Task>? lanes;
    private TaskCompletionSource? idle;
    private int inFlight;

    /// <summary>Adds work that reports its own failures. False: too much is under way.</summary>
    public bool TryRun(TopicName lane, Func<Task> work)
    {
        lock (this)
        {
            if (inFlight >= limit)
            {
                return false;
            }

            inFlight++;
            lanes ??= [];
            var after = lanes.GetValueOrDefault(lane);
            lanes[lane] = Run(after, work);
            return true;
        }
    }

    /// <summary>Waits until nothing is under way.</summary>
    public Task WhenIdle()
    {
        lock (this)
        {
            if (inFlight == 0)
            {
                return Task.CompletedTask;
            }

            idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return idle.Task;
        }
    }

    private async Task Run(Task? after, Func<Task> work)
    {
        // Not within the caller's lock, and not within the read loop.
        await Task.Yield();
        if (after is not null)
        {
            await after.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            await work();
        }
        finally
        {
            Done();
        }
    }

    private void Done()
    {
        lock (this)
        {
            inFlight--;
            if (inFlight == 0)
            {
                // No work is left anywhere, so no lane has a tail that anyone waits for.
                lanes = null;
                idle?.TrySetResult();
                idle = null;
            }
        }
    }
}
