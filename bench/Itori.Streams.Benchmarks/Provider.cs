using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Itori.Streams.Benchmarks;

/// <summary>The two providers that are compared, and the hosts that run them.</summary>
internal static class Provider
{
    public const string Name = "bench";
    public const string Itori = "Itori.Streams";
    public const string Memory = "AddMemoryStreams, 1 ms";

    public static StreamId IdOf(string topic) => StreamId.Create("bench", topic);

    public static IHost BuildSilo(string provider, int siloPort, int gatewayPort)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort).AddMemoryGrainStorage("PubSubStore").Configure<ClusterOptions>(Cluster);
            if (provider == Itori)
            {
                silo.AddItoriStreams(Name);
            }
            else
            {
                silo.AddMemoryStreams(Name, streams =>
                {
                    streams.ConfigurePartitioning(2);
                    streams.ConfigurePullingAgent(agent => agent.Configure(options =>
                    {
                        options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(1);
                        options.BatchContainerBatchSize = 256;
                    }));
                });
            }
        });
        return builder.Build();
    }

    public static IHost BuildClient(string provider, int gatewayPort)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, gatewayPort))
                .Configure<ClusterOptions>(Cluster)
                .UseConnectionRetryFilter(async (_, cancellationToken) =>
                {
                    await Task.Delay(200, cancellationToken); // a busy machine may take longer than one attempt
                    return true;
                });
            if (provider == Itori)
            {
                client.AddItoriStreams(Name);
            }
            else
            {
                client.AddMemoryStreams(Name, streams => streams.ConfigurePartitioning(2));
            }
        });
        return builder.Build();
    }

    private static void Cluster(ClusterOptions options) => (options.ClusterId, options.ServiceId) = ("bench", "bench");
}
