using Itori.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.Presence;

/// <summary>
/// Looks after the gateways that this silo's presence grains have users of: asks each one's lease, once for all topics, and tells the grains when it is gone. A topic thus costs nothing while
/// nothing changes.
/// </summary>
/// <remarks>
/// It lives and dies with the presence grains that it tells, and knows of the lease only what it asks; so it does not matter which of gateway, lease and presence are lost together.
/// Holds one entry for each gateway and topic that this silo has presence of.
/// </remarks>
internal sealed partial class GatewayWatch(IGrainFactory grains, TimeProvider time, ILogger<GatewayWatch> logger) : IHostedService, IDisposable
{
    private const int ToldAtOnce = 64;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> gateways = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopped = new();

    /// <summary>How many gateways are looked after.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return gateways.Count;
            }
        }
    }

    /// <summary>Tells the topic's presence grain when the gateway is gone.</summary>
    public void Add(string gateway, TimeSpan lease, string topic)
    {
        lock (gate)
        {
            if (gateways.TryGetValue(gateway, out var entry))
            {
                entry.Topics.Add(topic);
                return;
            }

            gateways[gateway] = entry = new Entry(lease);
            entry.Topics.Add(topic);
            var looked = entry;
            using (ExecutionContext.SuppressFlow())
            {
                // Within no grain's thread of control and no caller's trace: a gateway's first report begins it, but it is not of that report.
                _ = Task.Run(() => Look(gateway, looked, stopped.Token), CancellationToken.None);
            }
        }
    }

    /// <summary>The gateway has nobody at the topic any more, or the grain goes.</summary>
    public void Remove(string gateway, string topic)
    {
        lock (gate)
        {
            if (gateways.TryGetValue(gateway, out var entry))
            {
                entry.Topics.Remove(topic);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => stopped.CancelAsync();

    public void Dispose() => stopped.Dispose();

    private async Task Look(string gateway, Entry entry, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, cancellation).ConfigureAwait(false);
                lock (gate)
                {
                    if (entry.Topics.Count == 0)
                    {
                        gateways.Remove(gateway);
                        return;
                    }
                }

                await Check(gateway, entry, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The silo stops, and its presence with it.
        }
    }

    private async Task Check(string gateway, Entry entry, CancellationToken cancellation)
    {
        try
        {
            if (await grains.Grain<IGatewayLeaseGrain>(gateway).IsHeld(entry.Lease).WaitAsync(cancellation).ConfigureAwait(false))
            {
                return;
            }

            string[] topics;
            lock (gate)
            {
                topics = [.. entry.Topics];
            }

            LogGone(gateway, topics.Length);
            await Parallel.ForEachAsync(
                topics,
                new ParallelOptions { MaxDegreeOfParallelism = ToldAtOnce, CancellationToken = cancellation },
                async (topic, _) => await grains.Grain<IPresenceUpkeepGrain>(topic).GatewayGone(gateway).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // No answer says nothing of the gateway; who was not told is told the next time.
            LogNotChecked(gateway, e.GetType().Name);
        }
    }

    [LoggerMessage(ItoriEventIds.GatewayGone, LogLevel.Information, "Gateway {Gateway} is gone; its users leave {Topics} topics")]
    private partial void LogGone(string gateway, int topics);

    [LoggerMessage(ItoriEventIds.GatewayNotChecked, LogLevel.Debug, "Whether gateway {Gateway} lives could not be asked ({Reason})")]
    private partial void LogNotChecked(string gateway, string reason);

    private sealed class Entry(TimeSpan lease)
    {
        public TimeSpan Lease => lease;

        public HashSet<string> Topics { get; } = new(StringComparer.Ordinal);
    }
}
