using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Itori.Gateway.Hosting;
using Itori.Gateway.Topics;
using Itori.Journal.Benchmarks.Pumps;
using Itori.Silo.Hosting;
using Itori.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Itori.Journal.Benchmarks.Hosting;

/// <summary>
/// The silo as its program makes it, and what a gateway calls it through, in this process. On SQLite that is the silo's own client, as Standalone has it (nothing else can use such a silo); on PostgreSQL an Orleans client over
/// TCP, as a gateway's process has one.
/// </summary>
internal sealed class BenchHost : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly IHost _silo;
    private readonly IHost? _client;

    private BenchHost(IHost silo, IHost? client)
    {
        (_silo, _client) = (silo, client);
        Courier = new MessageCourier(new TopicGrains(new ClusterConnection(Client, NullLogger<ClusterConnection>.Instance, TimeProvider.System)));
    }

    public IGrainFactory Grains => Client;

    /// <summary>The gateway's way to sessions.</summary>
    public MessageCourier Courier { get; }

    private IClusterClient Client => (_client ?? _silo).Services.GetRequiredService<IClusterClient>();

    public MeteredJournal Journal => (MeteredJournal)_silo.Services.GetRequiredService<IJournal>();

    /// <summary>Messages that the graphs have extracted.</summary>
    public long Extracted => ((MeteredExtractor)_silo.Services.GetRequiredService<IConceptExtractor>()).Count;

    public static async Task<BenchHost> StartAsync(Store store, bool extracts = true)
    {
        var (siloPort, gatewayPort) = (FreePort(), FreePort());
        var silo = BuildSilo(store, siloPort, gatewayPort, extracts);
        await silo.StartAsync();
        if (store.Kind == Store.Sqlite)
        {
            return new BenchHost(silo, null);
        }

        var client = BuildClient(gatewayPort);
        await client.StartAsync();
        return new BenchHost(silo, client);
    }

    public async ValueTask DisposeAsync()
    {
        // What graphs still take in after a flood of messages is of no interest here.
        foreach (var host in (IHost[])(_client is null ? [_silo] : [_client, _silo]))
        {
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await host.StopAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
            }

            host.Dispose();
        }
    }

    private static IHost BuildSilo(Store store, int siloPort, int gatewayPort, bool extracts)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Itori:DataDirectory"] = store.ConnectionString is null ? store.Folder : null,

            // The figure is what a session can acknowledge; how fast a graph takes in what is said is another one.
            ["Itori:Sessions:MaxUntoldMessages"] = "100000",
            ["Itori:Journal:ConnectionString"] = store.ConnectionString,
            ["Itori:Cluster:SiloPort"] = siloPort.ToString(CultureInfo.InvariantCulture),
            ["Itori:Cluster:GatewayPort"] = gatewayPort.ToString(CultureInfo.InvariantCulture),
        });
        builder.Logging.ClearProviders();
        builder.AddItoriSilo();
        var journal = builder.Services.Last(static service => service.ServiceType == typeof(IJournal)).ImplementationFactory!;
        builder.Services.Replace(ServiceDescriptor.Singleton<IJournal>(services => new MeteredJournal((IJournal)journal(services))));
        builder.Services.Replace(ServiceDescriptor.Singleton<IConceptExtractor>(new MeteredExtractor(extracts)));
        builder.UseOrleans(static silo => silo.AddCustomStorageBasedLogConsistencyProvider(EventSourcedTopicProvider.Name));
        return builder.Build();
    }

    private static IHost BuildClient(int gatewayPort)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleansClient(client => client
            .UseStaticClustering(new IPEndPoint(IPAddress.Loopback, gatewayPort))
            .Configure<Orleans.Configuration.ClusterOptions>(static options => (options.ClusterId, options.ServiceId) = ("itori", "itori"))
            .UseConnectionRetryFilter(static async (_, cancellationToken) =>
            {
                await Task.Delay(200, cancellationToken); // a busy machine may take longer than one attempt
                return true;
            }));
        return builder.Build();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
