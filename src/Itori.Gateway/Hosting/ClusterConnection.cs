using Microsoft.Extensions.Options;

using Npgsql;

using Orleans.Configuration;

using Itori.Contracts;
using Itori.Hosting;
using Itori.Streams;

namespace Itori.Gateway.Hosting;

/// <summary>
/// The way to the silos. The Orleans client lives in a host of its own, so that the gateway listens, answers health checks and refuses commands with a clear error while there is
/// no silo yet: connecting may take for ever and must hold up nothing else. Silos may all go and others come, at other addresses: the same client finds them.
/// </summary>
internal sealed partial class ClusterConnection : IHostedService, IAsyncDisposable
{
    private readonly ClusterOptions? settings;
    private readonly ILoggerFactory? loggers;
    private readonly ILogger<ClusterConnection> logger;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;
    private IHost? host;
    private volatile IClusterClient? client;
    private volatile bool ready;
    private string? saidReason;

    /// <summary>Uses a client that is there already: of a silo in the same process.</summary>
    public ClusterConnection(IClusterClient client, ILogger<ClusterConnection> logger, TimeProvider clock)
    {
        this.logger = logger;
        this.clock = clock;
        this.client = client;
        ready = true;
    }

    /// <summary>Makes a client of its own.</summary>
    public ClusterConnection(IOptions<ClusterOptions> options, ILoggerFactory loggers, TimeProvider clock)
    {
        logger = loggers.CreateLogger<ClusterConnection>();
        this.loggers = loggers;
        this.clock = clock;
        settings = options.Value;
    }

    /// <summary>Told when connections to silos came or went: what streams brought meanwhile may be lost.</summary>
    public event Action? Changed;

    /// <summary>Whether silos can be reached, as far as is known.</summary>
    public bool IsReady => ready;

    /// <summary>The client.</summary>
    /// <exception cref="SiloUnavailableException">No silo was reached yet.</exception>
    public IClusterClient Client => ready && client is { } connected ? connected : throw new SiloUnavailableException("There is no connection to a silo.");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings is not null)
        {
            running = Run(settings, stopping.Token);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running;
        if (host is not null)
        {
            await host.StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Discard();
        stopping.Dispose();
    }

    private async Task Run(ClusterOptions cluster, CancellationToken cancellation)
    {
        try
        {
            LogConnecting();
            while (!await TryConnect(cluster, cancellation))
            {
                await Task.Delay(cluster.RetryDelay, clock, cancellation);
            }

            LogConnected();
            Changed?.Invoke();
            await LookForSilos(cluster, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    /// <summary>
    /// One attempt, with a client of its own: one whose start failed cannot be started again. It fails where the filter below is not asked: the database that lists the silos does not
    /// answer, or has no list yet since there was never a silo, or a setting is wrong. Only a person can tell these apart, so it is said and tried again.
    /// </summary>
    private async Task<bool> TryConnect(ClusterOptions cluster, CancellationToken cancellation)
    {
        try
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Services.AddSingleton(loggers!);
            builder.Services.AddSingleton<IHostLifetime, EmbeddedHostLifetime>();
            builder.UseOrleansClient(orleans => Configure(orleans, cluster));
            host = builder.Build();
            await host.StartAsync(cancellation);
            client = host.Services.GetRequiredService<IClusterClient>();
            ready = true;
            return true;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            SayOnce(e.GetBaseException().Message);
            await Discard();
            return false;
        }
    }

    /// <summary>
    /// While no silo is connected, commands are refused at once and do not call; but only a call makes Orleans' client connect. So one is made now and then, whose answer does not
    /// matter: the connection is reported by the client.
    /// </summary>
    private async Task LookForSilos(ClusterOptions cluster, CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(cluster.RetryDelay, clock, cancellation);
            if (ready)
            {
                continue;
            }

            try
            {
                await client!.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                SayOnce(e.GetType().Name);
            }
        }
    }

    private void SayOnce(string reason)
    {
        if (Interlocked.Exchange(ref saidReason, reason) != reason)
        {
            LogRetry(reason);
        }
    }

    private async ValueTask Discard()
    {
        if (Interlocked.Exchange(ref host, null) is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }

    private void Configure(IClientBuilder orleans, ClusterOptions cluster)
    {
        orleans.Configure<Orleans.Configuration.ClusterOptions>(options =>
        {
            options.ClusterId = cluster.ClusterId;
            options.ServiceId = cluster.ServiceId;
        });
        orleans.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = cluster.ResponseTimeout);
        orleans.Configure<Orleans.Configuration.GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = cluster.GatewayRefresh);
        if (cluster.ConnectionString is { Length: > 0 } database)
        {
            orleans.UseAdoNetClustering(ado =>
            {
                ado.Invariant = "Npgsql";
                ado.ConnectionString = new NpgsqlConnectionStringBuilder(database).ConnectionString;
            });
        }
        else
        {
            orleans.UseStaticClustering([.. cluster.Endpoints()]);
        }

        orleans.AddItoriStreams(TopicStreams.Provider);
        orleans.UseConnectionRetryFilter(async (exception, cancellation) =>
        {
            SayOnce(exception.GetType().Name);
            await Task.Delay(cluster.RetryDelay, clock, cancellation);
            return true;
        });
        orleans.AddGatewayCountChangedHandler((_, change) =>
        {
            var now = change.NumberOfConnectedGateways > 0;
            if (client is not null && now != ready)
            {
                ready = now;
                if (now)
                {
                    saidReason = null;
                    LogConnected();
                }
                else
                {
                    LogLost();
                }
            }

            Changed?.Invoke();
        });
    }
}
