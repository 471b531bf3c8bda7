using Microsoft.Extensions.Options;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>
/// Commands to durable topics, made again where the cluster changes beneath them. A command with an id is applied once whatever is repeated, so the gateway repeats it by itself: its client sees an answer that
/// comes later instead of a refusal. One without an id is repeated only where it is certain that nothing was done.
/// </summary>
internal sealed class TopicCommands : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    /// <summary>What a call that was under way when the cluster changed is still waited for: most have nothing to do with the change.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(150);

    private readonly ClusterConnection cluster;
    private readonly GatewayOptions options;
    private readonly TimeProvider clock;
    private TaskCompletionSource change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TopicCommands(ClusterConnection cluster, IOptions<GatewayOptions> options, TimeProvider clock)
    {
        this.cluster = cluster;
        this.options = options.Value;
        this.clock = clock;
        cluster.Changed += OnChanged;
    }

    public void Dispose() => cluster.Changed -= OnChanged;

    /// <summary>Carries a command out. Where it cannot be within <see cref="GatewayOptions.CommandPatience"/>: the last refusal, or the exception of the last attempt.</summary>
    public async Task<Result<Receipt>> CarryOut(bool hasId, Func<Task<Result<Receipt>>> call, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var isLast = clock.GetElapsedTime(began) + pause >= options.CommandPatience;
            var changed = Volatile.Read(ref change).Task;
            try
            {
                var attempt = call();
                if (isLast || !hasId || await EndsInTime(attempt, changed, cancellation))
                {
                    var result = await attempt.WaitAsync(cancellation);
                    if (isLast || !MayRepeat(result.Refusal, hasId))
                    {
                        return result;
                    }
                }
            }
            catch (Exception e) when (!isLast && hasId && cluster.IsReady && ErrorBoundary.IsOutage(e, cancellation))
            {
                // Made again below. Without any silo there is nothing to wait for: the client is told at once.
            }

            await Task.Delay(pause, clock, cancellation);
        }
    }

    private static bool MayRepeat(Refusal? refusal, bool hasId) => refusal is { Superseded: true } || (hasId && refusal?.Reason == ItoriError.Unavailable.Reason);

    /// <summary>False: the cluster changed and the call is not answered. It may be waiting for a silo that is gone until it times out; what it brings about, if anything, the next one finds done.</summary>
    private async Task<bool> EndsInTime(Task attempt, Task changed, CancellationToken cancellation)
    {
        if (await Task.WhenAny(attempt, changed).WaitAsync(cancellation) == attempt)
        {
            return true;
        }

        try
        {
            await attempt.WaitAsync(Settling, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return attempt.IsCompleted;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void OnChanged() => Interlocked.Exchange(ref change, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
