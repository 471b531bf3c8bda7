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

    private readonly ConceptState[] all;
    private readonly RelationState[] relations;

    /// <summary>Takes what the search needs, on the grain's thread.</summary>
    public GraphClusters(ConceptGraph graph) => (all, relations) = ([.. graph.Concepts.Values], [.. graph.Relations.Values]);

    /// <summary>
    /// The cluster of each concept that has relations: 1, 2, …. A community keeps the number that most of it had. Takes up to seconds for the largest graphs; runs off the grain's thread.
    /// </summary>
    public Dictionary<string, int> Find(double resolution, CancellationToken cancellationToken)
    {
        // A fixed order: the search depends on it.
        var pulling = relations.Where(relation => relation.Source != relation.Target && relation.Weight > 0).OrderBy(relation => relation.RelationId, StringComparer.Ordinal).ToArray();
        var related = pulling.SelectMany(relation => (string[])[relation.Source, relation.Target]).ToHashSet(StringComparer.Ordinal);
        var concepts = all.Where(concept => related.Contains(concept.ConceptId)).OrderBy(concept => concept.Slot).ToArray();
        var place = concepts.Index().ToDictionary(entry => entry.Item.ConceptId, entry => entry.Index, StringComparer.Ordinal);
        var before = Array.ConvertAll(concepts, concept => concept.Cluster - 1);
        WeightedEdge[] edges = [.. pulling.Select(relation => new WeightedEdge(place[relation.Source], place[relation.Target], relation.Weight))];
        var options = new CommunityOptions { Resolution = resolution };
        var graph = WeightedGraph.FromEdges(concepts.Length, edges);
        var isNew = Array.TrueForAll(before, label => label < 0);
        var found = Leiden.Detect(graph, Seed, isNew ? null : before, options, cancellationToken);
        return concepts.Index().ToDictionary(entry => entry.Item.ConceptId, entry => found[entry.Index] + 1, StringComparer.Ordinal);
    }

    /// <summary>Whether a concept with relations has no cluster yet, or one without still has one.</summary>
    public static bool AreMissing(ConceptGraph graph)
    {
        var related = Related(graph);
        return graph.Concepts.Values.Any(concept => (concept.Cluster == 0) == related.Contains(concept.ConceptId));
    }

    /// <summary>What has to be changed for the graph, as it was taken, to have those clusters; a concept without relations has none. Runs off the grain's thread.</summary>
    public ConceptChange[] Changes(IReadOnlyDictionary<string, int> found) =>
    [
        .. all.OrderBy(concept => concept.Slot)
            .Where(concept => concept.Cluster != found.GetValueOrDefault(concept.ConceptId))
            .Select(concept => new ConceptChange { ConceptId = concept.ConceptId, Cluster = found.GetValueOrDefault(concept.ConceptId) }),
    ];

    /// <summary>Those of some changes that are still due: a concept may have gone since, or have been given its cluster otherwise. What else changed meanwhile waits for the next search.</summary>
    public static ConceptChange[] StillDue(ConceptGraph graph, IEnumerable<ConceptChange> changes) =>
        [.. changes.Where(change => graph.Find(change.ConceptId) is { } concept && concept.Cluster != change.Cluster)];

    /// <summary>The concepts that have relations. Not by the graph's index of them, which is not there after an activation and is dear to make.</summary>
    private static HashSet<string> Related(ConceptGraph graph)
    {
        var related = new HashSet<string>(graph.Concepts.Count, StringComparer.Ordinal);
        foreach (var relation in graph.Relations.Values)
        {
            related.Add(relation.Source);
            related.Add(relation.Target);
        }

        return related;
    }
}
