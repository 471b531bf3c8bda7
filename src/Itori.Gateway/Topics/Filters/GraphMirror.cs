using Itori.Contracts;

namespace Itori.Gateway.Topics.Filters;

/// <summary>A graph as it is at the hub's head, kept while somebody chose concepts by where they stand in it. Not safe for several threads.</summary>
internal sealed class GraphMirror
{
    private readonly Dictionary<string, ConceptState> concepts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RelationState> relations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> relationsOf = new(StringComparer.Ordinal);

    public GraphMirror(GraphSnapshot graph)
    {
        Graph = graph.Graph;
        Seq = graph.Seq;
        Epoch = graph.Epoch;
        foreach (var concept in graph.Concepts)
        {
            concepts[concept.ConceptId] = concept;
        }

        foreach (var relation in graph.Relations)
        {
            Put(relation);
        }
    }

    /// <summary>The graph's id.</summary>
    public string Graph { get; }

    /// <summary>The last change that is in it.</summary>
    public long Seq { get; private set; }

    /// <summary>The epoch of slots.</summary>
    public long Epoch { get; private set; }

    /// <summary>A concept; null where there is none of that id.</summary>
    public ConceptState? Concept(string id) => concepts.GetValueOrDefault(id);

    /// <summary>A relation; null where there is none of that id.</summary>
    public RelationState? Relation(string id) => relations.GetValueOrDefault(id);

    /// <summary>The relations of a concept.</summary>
    public IEnumerable<RelationState> RelationsOf(string concept) => relationsOf.TryGetValue(concept, out var ids) ? ids.Select(id => relations[id]) : [];

    /// <summary>Takes the next change.</summary>
    public void Apply(GraphDelta delta)
    {
        Seq = delta.Seq;
        Epoch = delta.Epoch;
        foreach (var id in delta.RelationsRemoved)
        {
            Drop(id);
        }

        foreach (var id in delta.Removed)
        {
            foreach (var relation in RelationsOf(id).Select(relation => relation.RelationId).ToArray())
            {
                Drop(relation);
            }

            concepts.Remove(id);
        }

        foreach (var concept in delta.Added)
        {
            concepts[concept.ConceptId] = concept;
        }

        foreach (var change in delta.Changed)
        {
            if (concepts.TryGetValue(change.ConceptId, out var concept))
            {
                concepts[change.ConceptId] = change.To(concept);
            }
        }

        foreach (var relation in delta.RelationsAdded.Concat(delta.RelationsChanged))
        {
            Put(relation);
        }
    }

    private void Put(RelationState relation)
    {
        relations[relation.RelationId] = relation;
        Index(relation.Source).Add(relation.RelationId);
        Index(relation.Target).Add(relation.RelationId);
    }

    private HashSet<string> Index(string concept)
    {
        if (!relationsOf.TryGetValue(concept, out var ids))
        {
            relationsOf[concept] = ids = new HashSet<string>(StringComparer.Ordinal);
        }

        return ids;
    }

    private void Drop(string id)
    {
        if (relations.Remove(id, out var relation))
        {
            Unindex(relation.Source, id);
            Unindex(relation.Target, id);
        }
    }

    private void Unindex(string concept, string id)
    {
        if (relationsOf.TryGetValue(concept, out var ids) && ids.Remove(id) && ids.Count == 0)
        {
            relationsOf.Remove(concept);
        }
    }
}
