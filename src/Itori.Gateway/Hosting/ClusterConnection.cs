using Microsoft.Extensions.Options;

using Npgsql;

using Orleans.Configuration;

using Itori.Contracts;
using Itori.Hosting;
using Itori.Streams;

namespace Itori.Gateway.Hosting;

/// <summary>
/// The way to the silos. The Orleans client lives in a host of its own, so that the gateway listens, answers health checks and refuses commands with a clear error while there is
/// no silo yet: connecting may take for ever and must hold up nothing else.
/// </summary>
internal sealed partial class ClusterConnection : IHostedService, IAsyncDisposable
{
    private readonly IHost? host;
    private readonly ILogger<ClusterConnection> logger;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stopping = new();
    private Task connecting = Task.CompletedTask;
    private volatile bool ready;

    /// <summary>Uses a client that is there already: of a silo in the same process.</summary>
    public ClusterConnection(IClusterClient client, ILogger<ClusterConnection> logger, TimeProvider clock)
    {
        this.logger = logger;
        this.clock = clock;
        TheClient = client;
        ready = true;
    }

    /// <summary>Makes a client of its own.</summary>
    public ClusterConnection(IOptions<ClusterOptions> options, ILoggerFactory loggers, TimeProvider clock)
    {
        logger = loggers.CreateLogger<ClusterConnection>();
        this.clock = clock;
        var settings = options.Value;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, EmbeddedHostLifetime>();
        builder.UseOrleansClient(client => Configure(client, settings));
        host = builder.Build();
        TheClient = host.Services.GetRequiredService<IClusterClient>();
    }

    /// <summary>Told when connections to silos came or went: what streams brought meanwhile may be lost.</summary>
    public event Action? Changed;

    /// <summary>Whether silos can be reached, as far as is known.</summary>
    public bool IsReady => ready;

    /// <summary>The client.</summary>
    /// <exception cref="SiloUnavailableException">No silo was reached yet.</exception>
    public IClusterClient Client => ready ? TheClient : throw new SiloUnavailableException("There is no connection to a silo.");

    private IClusterClient TheClient { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (host is not null)
        {
            connecting = Connect(host, stopping.Token);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        if (host is not null)
        {
            await connecting;
            await host.StopAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        stopping.Dispose();
    }

    private async Task Connect(IHost client, CancellationToken cancellation)
    {
        LogConnecting();
        try
        {
            await client.StartAsync(cancellation);
            ready = true;
            LogConnected();
            Changed?.Invoke();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped before a silo was found.
        }
        catch (Exception e)
        {
            // Everything that waiting can cure is retried by the filter; this is a wrong setting. The process stays, not ready, and says why.
            LogFailed(e);
        }
    }

    private void Configure(IClientBuilder client, ClusterOptions settings)
    {
        client.Configure<Orleans.Configuration.ClusterOptions>(cluster =>
        {
            cluster.ClusterId = settings.ClusterId;
            cluster.ServiceId = settings.ServiceId;
        });
        client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = settings.ResponseTimeout);
        client.Configure<Orleans.Configuration.GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = settings.GatewayRefresh);
        if (settings.ConnectionString is { Length: > 0 } database)
        {
            client.UseAdoNetClustering(ado =>
            {
                ado.Invariant = "Npgsql";
                ado.ConnectionString = new NpgsqlConnectionStringBuilder(database).ConnectionString;
            });
        }
        else
        {
            client.UseStaticClustering([.. settings.Endpoints()]);
        }

        client.AddItoriStreams(TopicStreams.Provider);
        client.UseConnectionRetryFilter(async (exception, cancellation) =>
        {
            LogRetry(exception.GetType().Name);
            await Task.Delay(settings.RetryDelay, clock, cancellation);
            return true;
        });
        client.AddGatewayCountChangedHandler((_, change) =>
        {
            var now = change.NumberOfConnectedGateways > 0;
            if (!now)
            {
                LogLost();
            }

            if (connecting.IsCompletedSuccessfully)
            {
                ready = now;
            }

            Changed?.Invoke();
        });
    }
}
