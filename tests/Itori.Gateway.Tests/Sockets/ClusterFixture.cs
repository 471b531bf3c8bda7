using Orleans.TestingHost;

using Itori.Contracts;
using Itori.Gateway.Tests.Grains;
using Itori.Streams;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>One silo with scripted grains, and the client that gateways use. Tests keep apart by unique ids.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    internal InProcessTestCluster Cluster { get; private set; } = null!;

    internal ITopicDriver Driver(TopicName topic) => topic.Kind switch
    {
        TopicKind.Session => Cluster.Client.GetGrain<ITopicDriver>(topic.Id, typeof(ScriptedSession).FullName),
        TopicKind.Graph => Cluster.Client.GetGrain<ITopicDriver>(topic.Id, typeof(ScriptedGraph).FullName),
        _ => Cluster.Client.GetGrain<ITopicDriver>(topic.Id, typeof(ScriptedField).FullName),
    };

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorage("PubSubStore");
            silo.AddItoriStreams(TopicStreams.Provider);
        });
        builder.ConfigureClient(client => client.AddItoriStreams(TopicStreams.Provider));
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();
}

/// <summary>Tests that share the cluster.</summary>
[CollectionDefinition(nameof(ClusterFixture))]
public sealed class ClusterCollection : ICollectionFixture<ClusterFixture>;
