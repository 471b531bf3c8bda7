using Itori.Contracts;

namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// A change in the making: what it touches lies over the graph, which stays as it is until the whole change is decided; <see cref="ToDelta"/> then says what is
/// different. So a command is all or nothing, and its later operations see its earlier ones.
/// </summary>
internal sealed class GraphDraft(ConceptGraph graph, ConceptGraphOptions options)
{
    // A full graph makes room for one in so many of what it holds.
    private const int Spare = 64;

    // Null: removed by this draft.
    private readonly Dictionary<string, ConceptState?> concepts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RelationState?> relations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> idByKey = new(StringComparer.Ordinal);
    private Dictionary<string, HashSet<string>>? incident; // Made when it is first asked for: what only adds never does.
    private readonly HashSet<ConceptPair> unlinked = [];
    private readonly HashSet<ConceptPair> relinked = [];
    private int nextSlot = graph.NextSlot;

    /// <summary>What the text gives that this draft takes in; null where it takes in none.</summary>
    public TextSupport? Support { get; private set; }

    /// <summary>Windows of text, faded to the time of the change; null where the draft does not change them.</summary>
    public double? Windows { get; private set; }

    /// <summary>Remembers what the text gives, and counts its windows.</summary>
    public void Took(TextSupport support, long now)
    {
        Support = support;
        Windows = WindowsBefore(now) + support.Windows;
    }

    /// <summary>Counts fewer windows, as of the time of the change.</summary>
    public void TookBack(double windows, long now) => Windows = Math.Max(0, WindowsBefore(now) - windows);

    /// <summary>Windows before the change, faded to <paramref name="now"/>.</summary>
    public double WindowsBefore(long now) => Weights.Faded(graph.Windows, graph.WindowsAt, now, options.FadeHalfLife);

    public ConceptState? Find(string conceptId) => concepts.TryGetValue(conceptId, out var own) ? own : graph.Find(conceptId);

    /// <summary>Whether this draft takes the concept out of the graph: its id is not free again before the next change, for a delta that removes and adds one id would say two things.</summary>
    public bool Removes(string conceptId) => concepts.TryGetValue(conceptId, out var own) && own is null && graph.Find(conceptId) is not null;

    public ConceptState? FindByKey(string key)
    {
        if (idByKey.TryGetValue(key, out var own))
        {
            return Find(own);
        }

        return graph.FindIdByKey(key) is { } conceptId ? Find(conceptId) : null;
    }

    public RelationState? FindRelation(string relationId) => relations.TryGetValue(relationId, out var own) ? own : graph.Relations.GetValueOrDefault(relationId);

    public bool IsUnlinked(string a, string b)
    {
        if (unlinked.Count + graph.Unlinked.Count == 0)
        {
            return false;
        }

        var pair = ConceptGraph.Pair(a, b);
        return !relinked.Contains(pair) && (unlinked.Contains(pair) || graph.IsUnlinked(a, b));
    }

    /// <summary>The concepts that a person unlinked from this one.</summary>
    public string[] UnlinkedFrom(string conceptId) =>
    [
        .. graph.Unlinked.Concat(unlinked).Where(pair => (pair.A == conceptId || pair.B == conceptId) && !relinked.Contains(pair))
            .Select(pair => pair.A == conceptId ? pair.B : pair.A).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    public RelationState[] RelationsOf(string conceptId) =>
    [
        .. graph.RelationsOf(conceptId).Concat((incident ??= RelationIndex.Of(relations.Values.OfType<RelationState>())).GetValueOrDefault(conceptId) ?? []).Distinct(StringComparer.Ordinal)
            .Select(FindRelation).OfType<RelationState>().OrderBy(relation => relation.RelationId, StringComparer.Ordinal),
    ];

    /// <summary>A new concept: takes the epoch's next slot and its first phase.</summary>
    public ConceptState Add(string conceptId, string key, string label, long now)
    {
        var concept = new ConceptState
        {
            ConceptId = conceptId,
            Key = key,
            Label = label,
            Slot = nextSlot++,
            Weight = Weights.Smallest,
            Phase = Weights.FirstPhase(graph.Id, conceptId),
            Mentions = 0,
            CreatedAt = now,
            LastSeen = now,
        };
        Put(concept);
        return concept;
    }

    public void Put(ConceptState concept)
    {
        concepts[concept.ConceptId] = concept;
        idByKey[concept.Key] = concept.ConceptId;
        foreach (var alias in concept.Aliases)
        {
            idByKey[alias] = concept.ConceptId;
        }
    }

    public void Remove(string conceptId)
    {
        foreach (var relation in RelationsOf(conceptId))
        {
            RemoveRelation(relation.RelationId);
        }

        concepts[conceptId] = null;
    }

    public void PutRelation(RelationState relation)
    {
        relations[relation.RelationId] = relation;
        if (incident is not null)
        {
            RelationIndex.Enter(incident, relation);
        }
    }

    public void RemoveRelation(string relationId) => relations[relationId] = null;

    public void Unlink(string a, string b)
    {
        var pair = ConceptGraph.Pair(a, b);
        relinked.Remove(pair);
        unlinked.Add(pair);
    }

    public void Relink(string a, string b)
    {
        var pair = ConceptGraph.Pair(a, b);
        unlinked.Remove(pair);
        relinked.Add(pair);
    }

    /// <summary>An id for a concept of this key that nothing else has.</summary>
    public string NewId(string key) => ConceptIds.Free(key, id => Find(id) is not null || Removes(id));

    /// <summary>
    /// The change as an event; null where nothing is different and <paramref name="always"/> is not set (a command with an id leaves an event even so, to be remembered).
    /// Concepts and relations beyond the limits leave with it.
    /// </summary>
    public GraphDelta? ToDelta(GraphCause cause, string? commandId, long? commandPrint, long seq, long now, bool always)
    {
        Evict(now, ownToo: cause.Kind != GraphCauses.ByHand);

        var delta = Fill(new GraphDelta { Seq = seq, Timestamp = now, CommandId = commandId, CommandPrint = commandId is null ? null : commandPrint, Epoch = graph.Epoch, Cause = cause });
        return always || delta.Added.Count + delta.Changed.Count + delta.Removed.Count + delta.RelationsAdded.Count + delta.RelationsChanged.Count + delta.RelationsRemoved.Count + delta.Unlinked.Count > 0
            ? SlotEpochs.Renumber(graph, delta)
            : null;
    }

    /// <summary>An event with what this draft changes in it; nothing leaves the graph for it and no slot is numbered anew.</summary>
    public GraphDelta Fill(GraphDelta outline)
    {
        var added = new List<ConceptState>();
        var changed = new List<ConceptChange>();
        var removed = new List<string>();
        foreach (var (conceptId, concept) in concepts)
        {
            switch (graph.Find(conceptId), concept)
            {
                case (null, { } fresh):
                    added.Add(fresh);
                    break;
                case ({ } before, { } after):
                    if (Difference(before, after) is { } change)
                    {
                        changed.Add(change);
                    }

                    break;
                case ({ }, null):
                    removed.Add(conceptId);
                    break;
                default:
                    break; // Added and removed by the same draft.
            }
        }

        var relationsAdded = new List<RelationState>();
        var relationsChanged = new List<RelationState>();
        var relationsRemoved = new List<string>();
        foreach (var (relationId, relation) in relations)
        {
            switch (graph.Relations.GetValueOrDefault(relationId), relation)
            {
                case (null, { } fresh):
                    relationsAdded.Add(fresh);
                    break;
                case ({ } before, { } after):
                    if (before != after)
                    {
                        relationsChanged.Add(after);
                    }

                    break;
                case ({ }, null):
                    relationsRemoved.Add(relationId);
                    break;
                default:
                    break;
            }
        }

        return outline with
        {
            Added = added.OrderBy(concept => concept.Slot).ToArray(),
            Changed = changed.ToArray(),
            Removed = removed.ToArray(),
            RelationsAdded = relationsAdded.ToArray(),
            RelationsChanged = relationsChanged.ToArray(),
            RelationsRemoved = relationsRemoved.ToArray(),
            Unlinked = unlinked.Where(pair => Find(pair.A) is not null && Find(pair.B) is not null).ToArray(),
            Support = Support,
            Windows = Windows,
        };
    }

    /// <summary>What of the concept changed; null where nothing did.</summary>
    internal static ConceptChange? Difference(ConceptState before, ConceptState after)
    {
        var change = new ConceptChange
        {
            ConceptId = after.ConceptId,
            Label = before.Label == after.Label ? null : after.Label,
            Aliases = before.Aliases.SequenceEqual(after.Aliases) ? null : after.Aliases,
            Weight = before.Weight.Equals(after.Weight) ? null : after.Weight,
            X = Nullable.Equals(before.X, after.X) ? null : after.X,
            Y = Nullable.Equals(before.Y, after.Y) ? null : after.Y,
            Pinned = before.Pinned == after.Pinned ? null : after.Pinned,
            Mentions = before.Mentions == after.Mentions ? null : after.Mentions,
            LastSeen = before.LastSeen == after.LastSeen ? null : after.LastSeen,
            Sources = before.Sources.SequenceEqual(after.Sources) ? null : after.Sources,
            Evidence = before.Evidence.Equals(after.Evidence) ? null : after.Evidence,
            Windows = before.Windows.Equals(after.Windows) ? null : after.Windows,
            Merged = before.Merged == after.Merged ? null : after.Merged,
            Arranged = before.Arranged == after.Arranged ? null : after.Arranged,
        };
        return change == new ConceptChange { ConceptId = after.ConceptId } ? null : change;
    }

    /// <summary>Whether the graph would hold more than it may with this change, if nothing leaves it.</summary>
    public bool IsOverfull => ConceptCount > options.MaxConcepts || RelationCount > options.MaxRelations;

    /// <summary>How many relations the draft put or removed, those among them that are as they were.</summary>
    public int RelationsTouched => relations.Count;

    /// <summary>Whether the change makes the graph larger than it may be, though all leave that can: a person's change is then refused.</summary>
    public bool IsTooLarge()
    {
        var (over, relationsOver) = (ConceptCount - options.MaxConcepts, RelationCount - options.MaxRelations);
        return (unlinked.Count > 0 && graph.Unlinked.Count + unlinked.Count > options.MaxRelations)
            || (over > 0 && ConceptCount > graph.Concepts.Count && over > graph.Concepts.Values.Count(MayLeave))
            || (relationsOver > 0 && RelationCount > graph.Relations.Count && relationsOver > graph.Relations.Values.Count(MayLeave));
    }

    /// <summary>Whether the change as it stands makes more of the graph than it may be.</summary>
    public bool IsOverLimits => ConceptCount > options.MaxConcepts || RelationCount > options.MaxRelations;

    private int ConceptCount => graph.Concepts.Count
        + concepts.Count(entry => entry.Value is not null && graph.Find(entry.Key) is null)
        - concepts.Count(entry => entry.Value is null && graph.Find(entry.Key) is not null);

    private int RelationCount => graph.Relations.Count
        + relations.Count(entry => entry.Value is not null && !graph.Relations.ContainsKey(entry.Key))
        - relations.Count(entry => entry.Value is null && graph.Relations.ContainsKey(entry.Key));

    // What the change itself touches stays as long as something else can leave.
    private bool MayLeave(ConceptState concept) => !concept.Pinned && !concept.Merged && !concepts.ContainsKey(concept.ConceptId);

    private bool MayLeave(RelationState relation) => relation.Kind == RelationKinds.CoOccurs && !relations.ContainsKey(relation.RelationId);

    /// <summary>
    /// Lets leave what is beyond the limits; the change's own concepts and relations only where <paramref name="ownToo"/> and nothing else is left. A text's change makes some more room than it needs, so that a full graph is not
    /// looked through for every message.
    /// </summary>
    private void Evict(long now, bool ownToo)
    {
        EvictConcepts(graph.Concepts.Values.Where(MayLeave), now, ownToo ? options.MaxConcepts / Spare : 0);
        EvictRelations(graph.Relations.Values.Where(MayLeave), ownToo ? options.MaxRelations / Spare : 0);
        if (ownToo)
        {
            EvictConcepts(concepts.Values.OfType<ConceptState>().Where(concept => !concept.Pinned && !concept.Merged), now, 0);
            EvictRelations(relations.Values.OfType<RelationState>().Where(relation => relation.Kind == RelationKinds.CoOccurs), 0);
        }
    }

    private void EvictConcepts(IEnumerable<ConceptState> candidates, long now, int spare)
    {
        if (ConceptCount - options.MaxConcepts is var over and > 0)
        {
            foreach (var concept in candidates.OrderBy(concept => Weights.Faded(concept, now, options.FadeHalfLife)).ThenBy(concept => concept.ConceptId, StringComparer.Ordinal).Take(over + spare).ToArray())
            {
                Remove(concept.ConceptId);
            }
        }
    }

    private void EvictRelations(IEnumerable<RelationState> candidates, int spare)
    {
        if (RelationCount - options.MaxRelations is var over and > 0)
        {
            foreach (var relation in candidates.OrderBy(relation => relation.Weight).ThenBy(relation => relation.RelationId, StringComparer.Ordinal).Take(over + spare).ToArray())
            {
                RemoveRelation(relation.RelationId);
            }
        }
    }
}
