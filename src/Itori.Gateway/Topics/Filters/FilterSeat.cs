using Itori.Contracts;

namespace Itori.Gateway.Topics.Filters;

/// <summary>One subscription's place in a group of equal filters, with what the filter needs of the graph: given back as a whole.</summary>
internal sealed class FilterSeat
{
    private readonly TopicHubs hubs;
    private readonly TopicHub hub;
    private readonly TopicHub? graph;

    private FilterSeat(TopicHubs hubs, TopicHub hub, TopicHub? graph, FilterGroup group)
    {
        this.hubs = hubs;
        this.hub = hub;
        this.graph = graph;
        Group = group;
    }

    public FilterGroup Group { get; }

    /// <summary>Takes a place. A field's concepts, and those of a graph that are chosen by where they stand, need the graph to be followed.</summary>
    public static async Task<FilterSeat> Take(TopicHubs hubs, TopicHub hub, Filter filter, CancellationToken cancellation)
    {
        if (filter.Concepts is not { } choice || (hub.Name.Kind is TopicKind.Graph && choice.Ids is not null))
        {
            return new FilterSeat(hubs, hub, graph: null, hub.Join(filter, view: null));
        }

        var graph = await hubs.Acquire(TopicName.Graph(hub.Name.Id), cancellation);
        try
        {
            var view = await graph.AcquireView(choice, cancellation);
            return new FilterSeat(hubs, hub, graph, hub.Join(filter, view));
        }
        catch
        {
            hubs.Release(graph);
            throw;
        }
    }

    /// <summary>Gives it back.</summary>
    public void Leave()
    {
        hub.Leave(Group);
        if (graph is not null)
        {
            graph.ReleaseView(Group.Filter.Concepts!);
            hubs.Release(graph);
        }
    }
}
