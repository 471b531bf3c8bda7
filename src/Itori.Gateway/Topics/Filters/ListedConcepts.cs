using System.Collections.Frozen;

using Itori.Contracts;

namespace Itori.Gateway.Topics.Filters;

/// <summary>A graph and its changes as far as they concern listed concepts: those concepts, and the relations of which both ends are among them. What it answers depends on the event alone, so that every gateway says the same.</summary>
internal static class ListedConcepts
{
    /// <summary>The part of a graph.</summary>
    public static GraphSnapshot Of(GraphSnapshot graph, FrozenSet<string> ids) => graph with
    {
        Concepts = [.. graph.Concepts.Where(concept => ids.Contains(concept.ConceptId))],
        Relations = [.. graph.Relations.Where(relation => AreBoth(relation, ids))],
    };

    /// <summary>The part of a change; null where there is none.</summary>
    public static GraphDelta? Of(GraphDelta delta, FrozenSet<string> ids)
    {
        var part = delta with
        {
            Added = [.. delta.Added.Where(concept => ids.Contains(concept.ConceptId))],
            Changed = [.. delta.Changed.Where(change => ids.Contains(change.ConceptId))],
            Removed = [.. delta.Removed.Where(ids.Contains)],
            RelationsAdded = [.. delta.RelationsAdded.Where(relation => AreBoth(relation, ids))],
            RelationsChanged = [.. delta.RelationsChanged.Where(relation => AreBoth(relation, ids))],
            RelationsRemoved = [.. delta.RelationsRemoved.Where(id => MayBeBoth(id, ids))],
        };
        return IsEmpty(part) ? null : part;
    }

    /// <summary>Whether a change changes nothing that a client is shown.</summary>
    public static bool IsEmpty(GraphDelta delta) =>
        delta.Added.Count + delta.Changed.Count + delta.Removed.Count + delta.RelationsAdded.Count + delta.RelationsChanged.Count + delta.RelationsRemoved.Count == 0;

    private static bool AreBoth(RelationState relation, FrozenSet<string> ids) => ids.Contains(relation.Source) && ids.Contains(relation.Target);

    /// <summary>
    /// Of a relation that went, only the id is told: its ends and its kind between two separators, which neither holds. One of another form is passed on: a client ignores what it never had.
    /// </summary>
    private static bool MayBeBoth(string relationId, FrozenSet<string> ids)
    {
        var first = relationId.AsSpan().IndexOfAny('>', '~');
        var last = relationId.AsSpan().LastIndexOfAny('>', '~');
        return first < 0 || first == last || (ids.Contains(relationId[..first]) && ids.Contains(relationId[(last + 1)..]));
    }
}
