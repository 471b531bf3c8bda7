using Itori.Contracts;
using Itori.Numerics.Communities;
using Itori.Numerics.Graphs;

namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// A graph's communities. They are found beside the grain and stored by it as a delta like any other, so whoever reads the journal sees the same clusters at the same <c>seq</c>, however they were found.
/// </summary>
internal sealed record GraphClusters
{
    // Any number will do, but always the same.
    private const ulong Seed = 0x17081;

    private readonly string[] concepts;
    private readonly int[] before;
    private readonly WeightedEdge[] edges;

    /// <summary>Takes what the search needs, on the grain's thread.</summary>
    public GraphClusters(ConceptGraph graph)
    {
        // A fixed order: the search depends on it.
        var pulling = graph.Relations.Values.Where(relation => relation.Source != relation.Target && relation.Weight > 0).OrderBy(relation => relation.RelationId, StringComparer.Ordinal).ToArray();
        var related = pulling.SelectMany(relation => (string[])[relation.Source, relation.Target]).ToHashSet(StringComparer.Ordinal);
        concepts = [.. graph.Concepts.Values.Where(concept => related.Contains(concept.ConceptId)).OrderBy(concept => concept.Slot).Select(concept => concept.ConceptId)];
        var place = concepts.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        before = Array.ConvertAll(concepts, id => graph.Concepts[id].Cluster - 1);
        edges = [.. pulling.Select(relation => new WeightedEdge(place[relation.Source], place[relation.Target], relation.Weight))];
    }

    /// <summary>
    /// The cluster of each concept that has relations: 1, 2, …. A community keeps the number that most of it had. Takes up to seconds for the largest graphs; runs off the grain's thread.
    /// </summary>
    public Dictionary<string, int> Find(double resolution, CancellationToken cancellationToken)
    {
        var options = new CommunityOptions { Resolution = resolution };
        var graph = WeightedGraph.FromEdges(concepts.Length, edges);
        var isNew = Array.TrueForAll(before, label => label < 0);
        var found = Leiden.Detect(graph, Seed, isNew ? null : before, options, cancellationToken);
        return concepts.Index().ToDictionary(entry => entry.Item, entry => found[entry.Index] + 1, StringComparer.Ordinal);
    }

    /// <summary>What has to be changed for the graph, as it is now, to have those clusters; a concept that lost its last relation has none.</summary>
    public static ConceptChange[] Changes(ConceptGraph graph, IReadOnlyDictionary<string, int> found) =>
    [
        .. graph.Concepts.Values.OrderBy(concept => concept.Slot)
            .Select(concept => (concept, Cluster: graph.RelationsOf(concept.ConceptId).Count == 0 ? 0 : found.GetValueOrDefault(concept.ConceptId, concept.Cluster)))
            .Where(entry => entry.Cluster != entry.concept.Cluster)
            .Select(entry => new ConceptChange { ConceptId = entry.concept.ConceptId, Cluster = entry.Cluster }),
    ];
}
