using Itori.Contracts;

namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// No slot is given twice within an epoch, so a frame can never show one concept's phase at another. The price is holes where concepts left; when they are
/// too many the slots are numbered anew under the next epoch.
/// </summary>
internal static class SlotEpochs
{
    private const int Slack = 64;

    /// <summary>The delta as it is, or one that begins a new epoch and carries a new slot for every concept.</summary>
    public static GraphDelta Renumber(ConceptGraph graph, GraphDelta delta)
    {
        var count = graph.Concepts.Count + delta.Added.Count - delta.Removed.Count;
        var slots = Math.Max(graph.NextSlot, delta.Added.Count == 0 ? 0 : delta.Added[^1].Slot + 1);
        if (slots <= (2 * count) + Slack)
        {
            return delta;
        }

        var removed = delta.Removed.ToHashSet(StringComparer.Ordinal);
        var changes = delta.Changed.ToDictionary(change => change.ConceptId, StringComparer.Ordinal);
        var next = 0;
        var changed = new List<ConceptChange>();
        foreach (var concept in graph.Concepts.Values.Where(concept => !removed.Contains(concept.ConceptId)).OrderBy(concept => concept.Slot))
        {
            var change = changes.GetValueOrDefault(concept.ConceptId) ?? new ConceptChange { ConceptId = concept.ConceptId };
            changed.Add(change with { Slot = next++ });
        }

        var added = delta.Added.Select(concept => concept with { Slot = next++ }).ToArray();
        return delta with { Epoch = graph.Epoch + 1, Added = added, Changed = changed.ToArray() };
    }
}
