using Itori.Contracts;
using RelationKinds = Itori.Contracts.RelationKinds;

namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// What a file adds to a graph. What is there already grows as in a merge: evidence and mentions add up, and label, place and pin of what is there stay. Nothing leaves the graph for it, and what a person unlinked stays so.
/// <para>
/// It is decided in portions (<see cref="Advance"/>), between which the grain does other work. What was decided holds as long as the graph is as it was: once another change has come between, <see cref="IsStale"/>, it is decided anew.
/// The graph itself is not touched before all is decided; the deltas then go into it in one stretch.
/// </para>
/// </summary>
internal sealed class GraphImport(ConceptGraph graph, ImportPlan plan, ConceptGraphOptions options, long now)
{
    private const double UnsaidWeight = 0.5;

    // A delta of this many is some hundred kilobytes: what everybody who watches is sent at a time.
    private const int ConceptsPerDelta = 256;
    private const int RelationsPerDelta = 1_000;

    private readonly long seq = graph.Seq;
    private readonly string[] ids = new string[plan.Concepts.Length];
    private readonly GraphDraft draft = new(graph, options);
    private int next;

    /// <summary>Whether the graph has changed since this import was begun.</summary>
    public bool IsStale => graph.Seq != seq;

    private int Count => plan.Concepts.Length + plan.Command.Relations.Count;

    /// <summary>Decides of the next so many concepts and relations; false when none is left.</summary>
    public bool Advance(int many)
    {
        var end = Math.Min(Count, next + Math.Min(many, Count));
        for (; next < end; next++)
        {
            if (next < ids.Length)
            {
                ids[next] = Put(plan.Concepts[next]);
            }
            else
            {
                Put(plan.Command.Relations[next - ids.Length]);
            }
        }

        return next < Count;
    }

    /// <summary>
    /// What is decided, in deltas of a size that can be sent, concepts first: stored together, seen one after the other. The last one carries the command's id and how many different concepts and relations the file stands for.
    /// </summary>
    public Result<GraphDelta[]> ToDeltas()
    {
        if (draft.IsOverfull)
        {
            return ImportPlan.TooLarge(options);
        }

        var empty = new GraphDelta
        {
            Seq = 0,
            Timestamp = now,
            Epoch = graph.Epoch, // Where concepts are only added the slots are not numbered anew: that would have to stay in one piece.
            Cause = new GraphCause { Kind = GraphCauses.Import, User = plan.Command.User, Source = plan.Command.Source },
        };
        var whole = draft.Fill(empty);
        var fits = Math.Max(whole.Added.Count, whole.Changed.Count) <= ConceptsPerDelta && Math.Max(whole.RelationsAdded.Count, whole.RelationsChanged.Count) <= RelationsPerDelta;
        List<GraphDelta> parts = fits ? [whole] :
        [
            .. whole.Added.Chunk(ConceptsPerDelta).Select(some => empty with { Added = some }),
            .. whole.Changed.Chunk(ConceptsPerDelta).Select(some => empty with { Changed = some }),
            .. whole.RelationsAdded.Chunk(RelationsPerDelta).Select(some => empty with { RelationsAdded = some }),
            .. whole.RelationsChanged.Chunk(RelationsPerDelta).Select(some => empty with { RelationsChanged = some }),
        ];
        var commandId = plan.Command.CommandId;
        for (var i = 0; i < parts.Count; i++)
        {
            parts[i] = parts[i] with { Seq = seq + 1 + i, Cause = empty.Cause with { Progress = (i + 1.0) / parts.Count } };
        }

        var last = parts[^1];
        parts[^1] = last with
        {
            CommandId = commandId,
            CommandPrint = commandId is null ? null : plan.Print,
            Cause = last.Cause with { Concepts = ids.Distinct(StringComparer.Ordinal).Count(), Relations = draft.RelationsTouched },
        };
        return parts.ToArray();
    }

    private string Put(in PlannedConcept planned)
    {
        var given = planned.Given;
        var concept = draft.FindByKey(planned.Key) is { } known ? Grown(known, given) : New(planned);
        if (given.Aliases.Count > 0)
        {
            var free = given.Aliases.Where(alias => alias != concept.Key && draft.FindByKey(alias) is null).Distinct(StringComparer.Ordinal).ToArray();
            concept = free.Length == 0 ? concept : concept with { Aliases = [.. concept.Aliases, .. free] };
        }

        draft.Put(concept);
        return concept.ConceptId;
    }

    private ConceptState New(in PlannedConcept planned)
    {
        var given = planned.Given;
        var conceptId = given.ConceptId is { } wanted && HandOperations.IsId(wanted) && draft.Find(wanted) is null ? wanted : draft.NewId(planned.Key);
        var seen = Math.Min(given.LastSeen ?? now, now);
        return HandOperations.WithWeight(draft.Add(conceptId, planned.Key, planned.Label, now), given.Weight ?? UnsaidWeight, options) with
        {
            X = given.X,
            Y = given.Y,
            Pinned = given.Pinned,
            Arranged = given.Arranged && given is { X: not null, Y: not null },
            Cluster = given.Cluster,
            Mentions = given.Mentions,
            CreatedAt = Math.Min(given.CreatedAt ?? seen, seen),
            LastSeen = seen,
            Sources = [ConceptSource.Imported(plan.Command.Source)],
        };
    }

    private ConceptState Grown(ConceptState concept, ImportedConcept given)
    {
        // A person's place stays, and one of the file goes before one that was only found.
        var isGiven = given is { X: not null, Y: not null };
        var placed = (concept.X is not null || concept.Y is not null) && !(concept.Arranged && !concept.Pinned && isGiven && !given.Arranged);
        var evidence = concept.Evidence + (given.Weight is { } weight ? Weights.ToEvidence(weight, options.ConceptEvidenceScale) : 0);
        return concept with
        {
            Evidence = evidence,
            Weight = given.Weight is null ? concept.Weight : Math.Max(concept.Weight, Weights.OfEvidence(evidence, options.ConceptEvidenceScale)),
            Mentions = concept.Mentions + Math.Min(given.Mentions, long.MaxValue - concept.Mentions),
            LastSeen = Math.Max(concept.LastSeen, Math.Min(given.LastSeen ?? 0, now)),
            X = placed ? concept.X : given.X,
            Y = placed ? concept.Y : given.Y,
            Arranged = placed ? concept.Arranged : given.Arranged && isGiven,
            Pinned = concept.Pinned || given.Pinned,
        };
    }

    private void Put(ImportedRelation given)
    {
        var (source, target) = (ids[given.Source], ids[given.Target]);

        // Two nodes of the file may be one concept. And of the thousands of relations in a file nobody has looked at each, as whoever unlinked two concepts has at these two: a file does not undo it, only a link does.
        if (source == target || draft.IsUnlinked(source, target))
        {
            return;
        }

        var relation = Relations.New(source, target, given.Kind ?? RelationKinds.Related);
        draft.PutRelation(draft.FindRelation(relation.RelationId) is { } known ? Strengthened(known, given.Weight) : Weighted(relation, given.Weight ?? UnsaidWeight));
    }

    private RelationState Weighted(RelationState fresh, double weight) =>
        fresh with { Weight = weight, Evidence = Weights.ToEvidence(weight, options.RelationEvidenceScale) };

    private RelationState Strengthened(RelationState known, double? given)
    {
        if (given is not { } weight)
        {
            return known;
        }

        var evidence = known.Evidence + Weights.ToEvidence(weight, options.RelationEvidenceScale);
        return known with { Evidence = evidence, Weight = Math.Max(known.Weight, Weights.OfEvidence(evidence, options.RelationEvidenceScale)) };
    }
}
