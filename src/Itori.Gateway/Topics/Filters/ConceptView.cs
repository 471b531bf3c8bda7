using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics.Filters;

/// <summary>
/// The part of a graph that a choice of concepts shows: the chosen concepts that are there, and the relations between them. As the graph changes it follows: what comes into a neighbourhood is <c>added</c> whole,
/// what leaves it is <c>removed</c>, so that a client which applies what it gets always holds this part. The hub's, under its lock; <see cref="Slots"/> may be read anywhere.
/// </summary>
internal sealed class ConceptView
{
    private readonly ConceptChoice choice;
    private readonly Queue<Step> steps = new();
    private GraphDelta? latest;
    private HashSet<string> concepts = new(StringComparer.Ordinal);
    private HashSet<string> relations = new(StringComparer.Ordinal);
    private long bytes;
    private volatile ConceptSlots slots = null!;

    public ConceptView(ConceptChoice choice, GraphMirror graph)
    {
        this.choice = choice;
        Reset(graph);
    }

    /// <summary>The last change of the graph that was looked at.</summary>
    public long Seq { get; private set; }

    /// <summary>Where the shown concepts stand in a frame.</summary>
    public ConceptSlots Slots => slots;

    /// <summary>The part as it is.</summary>
    public GraphSnapshot Snapshot(GraphMirror graph) => new()
    {
        Graph = graph.Graph,
        Epoch = graph.Epoch,
        Seq = Seq,
        Concepts = [.. concepts.Order(StringComparer.Ordinal).Select(id => graph.Concept(id)!)],
        Relations = [.. relations.Order(StringComparer.Ordinal).Select(id => graph.Relation(id)!)],
    };

    /// <summary>Begins anew with another graph.</summary>
    public void Reset(GraphMirror graph)
    {
        steps.Clear();
        latest = null;
        bytes = 0;
        Seq = graph.Seq;
        (concepts, relations) = Look(graph);
        slots = SlotsOf(graph);
    }

    /// <summary>Follows a change that the graph has just taken, and keeps the latest changes up to <paramref name="maxBytes"/>. Answers what of it is shown; null: nothing.</summary>
    public GraphDelta? Follow(GraphDelta delta, GraphMirror graph, long maxBytes)
    {
        var shown = Touches(delta) || delta.Epoch != slots.Epoch ? Shown(delta, graph) : null;
        Seq = delta.Seq;
        latest = shown;
        Keep(new Step(delta.Seq, shown), maxBytes);
        return shown;
    }

    private GraphDelta? Shown(GraphDelta delta, GraphMirror graph)
    {
        // Most changes are of weights: they move nothing in or out.
        var isSameShape = delta.Added.Count + delta.Removed.Count + delta.RelationsAdded.Count + delta.RelationsRemoved.Count == 0;
        var (conceptsNow, relationsNow) = isSameShape ? (concepts, relations) : Look(graph);
        var anew = delta.Added.Select(concept => concept.ConceptId).ToHashSet(StringComparer.Ordinal);
        var part = delta with
        {
            Added = [.. conceptsNow.Where(id => !concepts.Contains(id) || anew.Contains(id)).Order(StringComparer.Ordinal).Select(id => graph.Concept(id)!)],
            Changed = [.. delta.Changed.Where(change => concepts.Contains(change.ConceptId) && conceptsNow.Contains(change.ConceptId))],
            Removed = [.. concepts.Where(id => !conceptsNow.Contains(id)).Order(StringComparer.Ordinal)],
            RelationsAdded = [.. relationsNow.Where(id => !relations.Contains(id)).Order(StringComparer.Ordinal).Select(id => graph.Relation(id)!)],
            RelationsChanged = [.. delta.RelationsChanged.Concat(delta.RelationsAdded).Where(relation => relations.Contains(relation.RelationId) && relationsNow.Contains(relation.RelationId))],
            RelationsRemoved = [.. relations.Where(id => !relationsNow.Contains(id)).Order(StringComparer.Ordinal)],
        };
        (concepts, relations) = (conceptsNow, relationsNow);
        slots = SlotsOf(graph);
        return ListedConcepts.IsEmpty(part) ? null : part;
    }

    /// <summary>Whether a change can concern what is shown: most changes of a large graph are elsewhere, and there may be many views. A concept comes in by a relation to one that is in, or because it is chosen itself.</summary>
    private bool Touches(GraphDelta delta) =>
        delta.Added.Any(concept => choice.Ids?.Contains(concept.ConceptId) ?? concept.ConceptId == choice.Around)
        || delta.Added.Any(concept => concepts.Contains(concept.ConceptId))
        || delta.Changed.Any(change => concepts.Contains(change.ConceptId))
        || delta.Removed.Any(concepts.Contains)
        || delta.RelationsAdded.Any(relation => concepts.Contains(relation.Source) || concepts.Contains(relation.Target))
        || delta.RelationsChanged.Any(relation => relations.Contains(relation.RelationId))
        || delta.RelationsRemoved.Any(relations.Contains);

    /// <summary>What is shown of the change that was followed last; null: nothing, or it is in the graph that was begun with.</summary>
    public GraphDelta? Shown(long seq) => seq == Seq ? latest : null;

    /// <summary>What is shown of the changes after a place, in order, if all of them are kept.</summary>
    public IEnumerable<Step>? After(long seq) => seq <= Seq && seq >= Seq - steps.Count ? steps.Skip((int)(seq - (Seq - steps.Count))) : null;

    private void Keep(Step step, long maxBytes)
    {
        steps.Enqueue(step);
        bytes += step.Weight;
        while (bytes > maxBytes && steps.TryDequeue(out var oldest))
        {
            bytes -= oldest.Weight;
        }
    }

    private (HashSet<string> Concepts, HashSet<string> Relations) Look(GraphMirror graph)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (choice.Ids is { } ids)
        {
            found.UnionWith(ids.Where(id => graph.Concept(id) is not null));
        }
        else if (graph.Concept(choice.Around!) is not null)
        {
            found.Add(choice.Around!);
            List<string> edge = [choice.Around!];
            for (var depth = 0; depth < choice.Depth && edge.Count > 0; depth++)
            {
                edge = [.. edge.SelectMany(id => graph.RelationsOf(id).Select(relation => relation.Source == id ? relation.Target : relation.Source)).Where(id => graph.Concept(id) is not null && found.Add(id))];
            }
        }

        var between = found.SelectMany(graph.RelationsOf).Where(relation => found.Contains(relation.Source) && found.Contains(relation.Target)).Select(relation => relation.RelationId);
        return (found, new HashSet<string>(between, StringComparer.Ordinal));
    }

    private ConceptSlots SlotsOf(GraphMirror graph)
    {
        int[] now = [.. concepts.Select(id => graph.Concept(id)!.Slot).Order()];
        return slots is { } before && before.Epoch == graph.Epoch && before.Slots.AsSpan().SequenceEqual(now) ? before : new ConceptSlots(graph.Epoch, now);
    }

    /// <summary>What a view shows of one change.</summary>
    internal readonly record struct Step(long Seq, GraphDelta? Shown)
    {
        /// <summary>About what it takes.</summary>
        public long Weight => 64 + (Shown is null ? 0 : Codec.Estimate(Shown));
    }
}

/// <summary>The slots of some concepts in an epoch, ascending.</summary>
internal sealed record ConceptSlots(long Epoch, int[] Slots);
