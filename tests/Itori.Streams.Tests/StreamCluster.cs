using System.Collections.Concurrent;
using System.Net;
using Itori.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.Streams;

namespace Itori.Streams.Tests;

/// <summary>Real silos and clients in this process, joined over loopback sockets.</summary>
public sealed class StreamCluster : IAsyncDisposable
{
    public const string Provider = "events";

    private readonly List<IHost> _silos = [];
    private readonly List<IHost> _clients = [];
    private readonly ConcurrentDictionary<string, SharedStore.Row> _subscriptions = [];
    private readonly List<int> _gatewayPorts = [];
    private readonly Action<ItoriStreamOptions>? _configure;
    private int _primaryPort;

    private StreamCluster(Action<ItoriStreamOptions>? configure) => _configure = configure;

    public IReadOnlyList<IHost> Silos => _silos;

    public IReadOnlyList<int> GatewayPorts => _gatewayPorts;

    public IClusterClient Client { get; private set; } = null!;

    public static StreamId IdOf(string topic) => StreamId.Create("topics", topic);

    public static async Task<StreamCluster> StartAsync(int silos = 1, Action<ItoriStreamOptions>? configure = null)
    {
        var cluster = new StreamCluster(configure);
        for (var i = 0; i < silos; i++)
        {
            await cluster.StartSiloAsync();
        }

        cluster.Client = await cluster.StartClientAsync();
        return cluster;
    }

    public static IAsyncStream<T> Stream<T>(IClusterClient client, string topic) =>
        client.GetStreamProvider(Provider).GetStream<T>(IdOf(topic));

    public static IHost BuildClient(IEnumerable<int> gatewayPorts)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client
            .UseStaticClustering([.. gatewayPorts.Select(port => new IPEndPoint(IPAddress.Loopback, port))])
            .AddItoriStreams(Provider)
            .UseConnectionRetryFilter(async (_, cancellationToken) =>
            {
                await Task.Delay(200, cancellationToken); // a busy machine may take longer than one attempt
                return true;
            })
            .Configure<ClusterOptions>(Name));
        return builder.Build();
    }

    /// <summary>A publisher whose grain lives in the given silo.</summary>
    public async Task<IPublisher> PublisherInAsync(int silo, string key)
    {
        var address = _silos[silo].Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        RequestContext.Set(Orleans.Runtime.Placement.IPlacementDirector.PlacementHintKey, address);
        try
        {
            var publisher = Client.GetGrain<IPublisher>(key);
            Assert.Contains(address.ToString(), await publisher.WhereAsync(), StringComparison.Ordinal);
            return publisher;
        }
        finally
        {
            RequestContext.Clear();
        }
    }

    public IPublisher Publisher(string key) => Client.GetGrain<IPublisher>(key);

    public async Task<IClusterClient> StartClientAsync()
    {
        var host = BuildClient(_gatewayPorts);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await host.StartAsync(limit.Token);
        _clients.Add(host);
        return host.Services.GetRequiredService<IClusterClient>();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _clients.Concat(_silos.AsEnumerable().Reverse()))
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await host.StopAsync(timeout.Token);
            host.Dispose();
        }
    }

    private async Task StartSiloAsync()
    {
        var (siloPort, gatewayPort) = (FreePorts.Next(), FreePorts.Next());
        _primaryPort = _primaryPort == 0 ? siloPort : _primaryPort;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, _primaryPort))
            .ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort)
            .ConfigureServices(services => services.AddKeyedSingleton<IGrainStorage>(
                "PubSubStore", (provider, _) => new SharedStore(_subscriptions, provider.GetRequiredService<Serializer>())))
            .AddItoriStreams(Provider, _configure)
            .Configure<ClusterOptions>(Name));
        var host = builder.Build();
        await host.StartAsync();
        _silos.Add(host);
        _gatewayPorts.Add(gatewayPort);
    }

    private static void Name(ClusterOptions options) => (options.ClusterId, options.ServiceId) = ("test", "test");
}
