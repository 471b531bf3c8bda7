using Itori.Contracts;

namespace Itori.Grains.ConceptGraphs;

/// <summary>The concepts whose places are to be looked for: what changed since the last time. Bounded by the concepts of the graph.</summary>
internal sealed class UnsettledConcepts
{
    private readonly Dictionary<string, double> holds = new(StringComparer.Ordinal);
    private bool someHaveNoPlace;

    public bool IsEmpty => holds.Count == 0 && !someHaveNoPlace;

    /// <summary>With each delta that somebody made, stored before or decided now.</summary>
    public void Follow(GraphDelta delta)
    {
        if (delta.Cause.Kind == GraphCauses.Arrangement)
        {
            // Told by the journal: whoever stored it had looked at all that came before.
            Take();
            return;
        }

        someHaveNoPlace |= delta.Added.Any(concept => !GraphArrangement.IsPlaced(concept));
        foreach (var relation in delta.RelationsAdded)
        {
            holds.TryAdd(relation.Source, GraphArrangement.TouchedHold);
            holds.TryAdd(relation.Target, GraphArrangement.TouchedHold);
        }

        foreach (var change in delta.Changed)
        {
            if (change.Arranged == true)
            {
                holds[change.ConceptId] = GraphArrangement.ReleasedHold;
            }
            else if (change.X is not null || change.Y is not null)
            {
                holds.TryAdd(change.ConceptId, GraphArrangement.TouchedHold);
            }
        }

        foreach (var removed in delta.Removed)
        {
            holds.Remove(removed);
        }
    }

    /// <summary>A graph was restored of which the last activation left something undone.</summary>
    public void LookAt(ConceptGraph graph) => someHaveNoPlace |= GraphArrangement.IsMissing(graph);

    /// <summary>All of them, with how firmly each is held; then there are none.</summary>
    public Dictionary<string, double> Take()
    {
        var taken = new Dictionary<string, double>(holds, StringComparer.Ordinal);
        holds.Clear();
        someHaveNoPlace = false;
        return taken;
    }

    /// <summary>They were not settled after all.</summary>
    public void PutBack(Dictionary<string, double> taken)
    {
        someHaveNoPlace = true;
        foreach (var (conceptId, hold) in taken)
        {
            holds.TryAdd(conceptId, hold);
        }
    }
}
