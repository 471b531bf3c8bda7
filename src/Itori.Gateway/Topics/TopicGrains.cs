using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>The grains behind the topics.</summary>
internal sealed class TopicGrains(ClusterConnection cluster)
{
    /// <summary>A grain by its key.</summary>
    public T GetGrain<T>(string key)
        where T : IGrainWithStringKey => cluster.Client.Grain<T>(key);

    /// <summary>The grain that owns a durable topic.</summary>
    public IDurableTopicGrain Durable(TopicName topic) => topic.Kind switch
    {
        TopicKind.Session => GetGrain<ISessionGrain>(topic.Id),
        TopicKind.Graph => GetGrain<IConceptGraphGrain>(topic.Id),
        _ => throw new ArgumentException("A field is not durable", nameof(topic)),
    };

    /// <summary>Who is at a topic.</summary>
    public IPresenceGrain Presence(TopicName topic) => GetGrain<IPresenceGrain>(topic.ToString());

    /// <summary>The stream of a topic.</summary>
    public Orleans.Streams.IAsyncStream<TopicEvent> Stream(TopicName topic) =>
        cluster.Client.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(topic));

    /// <summary>The phases of a graph's field, where it answers: a snapshot is worth having without them.</summary>
    public Task<PhaseFrame?> PhasesOf(GraphSnapshot graph) => PhasesOf(graph.Graph);

    /// <summary>The same, by the graph's id.</summary>
    public async Task<PhaseFrame?> PhasesOf(string graph)
    {
        try
        {
            return (await GetGrain<IFieldGrain>(graph).GetState()).Frame;
        }
        catch (Exception e) when (ErrorBoundary.IsOutage(e))
        {
            return null;
        }
    }
}
