using Microsoft.Extensions.Options;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>
/// Says that this gateway lives: one call every third of the lease, however many topics it has users at. And sees to it that what presence grains know of its users is whole again after a loss:
/// reports them anew when the lease was lost or a silo came or went, and (slowly, all of them within <see cref="GatewayOptions.PresenceRefresh"/>) for what nobody noticed.
/// </summary>
internal sealed partial class GatewayLease : BackgroundService
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    private readonly TopicHubs hubs;
    private readonly TopicGrains grains;
    private readonly ClusterConnection cluster;
    private readonly GatewayOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<GatewayLease> logger;
    private int anew;

    public GatewayLease(TopicHubs hubs, TopicGrains grains, ClusterConnection cluster, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<GatewayLease> logger)
    {
        this.hubs = hubs;
        this.grains = grains;
        this.cluster = cluster;
        this.options = options.Value;
        this.clock = clock;
        this.logger = logger;
    }

    private IGatewayLeaseGrain Lease => grains.GetGrain<IGatewayLeaseGrain>(hubs.Incarnation);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!cluster.IsReady)
        {
            return;
        }

        try
        {
            await Lease.Release().WaitAsync(cancellationToken);
        }
        catch (Exception e) when (ErrorBoundary.IsOutage(e, cancellationToken))
        {
            // It ends by itself.
            LogNotRenewed(e.GetType().Name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        cluster.Changed += ReportAnew;
        try
        {
            await Task.WhenAll(Renew(stoppingToken), Refresh(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
        finally
        {
            cluster.Changed -= ReportAnew;
        }
    }

    private void ReportAnew() => Volatile.Write(ref anew, 1);

    private async Task Renew(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(options.PresenceLease / 3, clock, cancellation);
            if (!cluster.IsReady)
            {
                continue;
            }

            try
            {
                if (!await Lease.Renew(options.PresenceLease).WaitAsync(cancellation))
                {
                    ReportAnew();
                }
            }
            catch (Exception e) when (ErrorBoundary.IsOutage(e, cancellation))
            {
                // Whoever is asked about us meanwhile cannot say that we are gone before the lease has ended.
                LogNotRenewed(e.GetType().Name);
            }
        }
    }

    /// <summary>Goes round and round the topics, a slice at a time; faster after a loss.</summary>
    private async Task Refresh(CancellationToken cancellation)
    {
        while (true)
        {
            var fast = Interlocked.Exchange(ref anew, 0) == 1;
            var over = fast ? options.PresenceLease / 2 : options.PresenceRefresh;
            var all = hubs.Durable();
            var slices = Math.Max(1, (int)(over / Slice));
            for (var slice = 0; slice < slices; slice++)
            {
                for (var i = slice; i < all.Length; i += slices)
                {
                    all[i].ReportPresence();
                }

                await Task.Delay(Slice, clock, cancellation);
                if (!fast && Volatile.Read(ref anew) == 1)
                {
                    break;
                }
            }
        }
    }

    [LoggerMessage(GatewayEventIds.LeaseNotRenewed, LogLevel.Debug, "This gateway's lease could not be renewed ({Reason})")]
    private partial void LogNotRenewed(string reason);
}
