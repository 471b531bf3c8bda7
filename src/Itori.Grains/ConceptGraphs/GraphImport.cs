using Itori.Contracts;
using Itori.Text;
using RelationKinds = Itori.Contracts.RelationKinds;

namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// What a file adds to a graph, decided on a draft. It does what people do by hand, so it also relates what was unlinked; what is there already grows as in a merge: evidence and mentions add up, and label, place and pin
/// of what is there stay. Nothing leaves the graph for it.
/// </summary>
internal static class GraphImport
{
    private const double UnsaidWeight = 0.5;
    private const int MaxAliases = 256;
    private const int MaxKeyLength = 2 * HandOperations.MaxLabelLength;

    // A delta of this many is some hundred kilobytes: what everybody who watches is sent at a time.
    private const int ConceptsPerDelta = 256;
    private const int RelationsPerDelta = 1_000;

    /// <summary>Null: it was done, for so many different concepts and relations.</summary>
    public static Refusal? Apply(GraphDraft draft, ImportGraph command, ConceptGraphOptions options, long now, out int concepts, out int relations)
    {
        (concepts, relations) = (0, 0);
        if (command.Source is { } file && (string.IsNullOrWhiteSpace(file) || file.Length > ImportGraph.MaxSourceLength || file.Any(char.IsControl)))
        {
            return Refusal.Of(ItoriError.BadField, $"A source is a line of 1 to {ImportGraph.MaxSourceLength} characters.", "source");
        }

        // Counted before the work: what cannot fit needs none.
        if (command.Concepts.Count > options.MaxConcepts && command.Concepts.Select(Key).Distinct(StringComparer.Ordinal).Count() > options.MaxConcepts)
        {
            return TooLarge(options);
        }

        var ids = new string[command.Concepts.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            if (Put(draft, command, command.Concepts[i], options, now, out ids[i]) is { } refusal)
            {
                return At(refusal, "concepts", i, command.Concepts[i].Label);
            }
        }

        var related = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < command.Relations.Count; i++)
        {
            var relation = command.Relations[i];
            if ((uint)relation.Source >= ids.Length || (uint)relation.Target >= ids.Length)
            {
                return At(Refusal.Of(ItoriError.BadField, "A relation has two ends among the concepts."), "relations", i, null);
            }

            if (Put(draft, relation, ids[relation.Source], ids[relation.Target], options, related) is { } refusal)
            {
                return At(refusal, "relations", i, null);
            }
        }

        (concepts, relations) = (ids.Distinct(StringComparer.Ordinal).Count(), related.Count);
        return draft.IsOverLimits ? TooLarge(options) : null;
    }

    /// <summary>The change in pieces of a size that can be sent, concepts first: stored together, seen one after the other. The last one carries the command's id and the counts.</summary>
    public static GraphDelta[] Pieces(GraphDelta whole)
    {
        if (Math.Max(whole.Added.Count, whole.Changed.Count) <= ConceptsPerDelta && Math.Max(whole.RelationsAdded.Count, whole.RelationsChanged.Count) <= RelationsPerDelta)
        {
            return [whole with { Cause = whole.Cause with { Progress = 1 } }];
        }

        var parts = new List<GraphDelta>();
        // An import takes nothing away, and where concepts are only added the slots are not numbered anew: that would have to stay in one piece.
        var empty = whole with { Added = [], Changed = [], RelationsAdded = [], RelationsChanged = [] };
        parts.AddRange(whole.Added.Chunk(ConceptsPerDelta).Select(some => empty with { Added = some }));
        parts.AddRange(whole.Changed.Chunk(ConceptsPerDelta).Select(some => empty with { Changed = some }));
        parts.AddRange(whole.RelationsAdded.Chunk(RelationsPerDelta).Select(some => empty with { RelationsAdded = some }));
        parts.AddRange(whole.RelationsChanged.Chunk(RelationsPerDelta).Select(some => empty with { RelationsChanged = some }));
        var pieces = new GraphDelta[parts.Count];
        for (var i = 0; i < pieces.Length; i++)
        {
            var last = i == pieces.Length - 1;
            pieces[i] = parts[i] with
            {
                Seq = whole.Seq + i,
                CommandId = last ? whole.CommandId : null,
                CommandPrint = last ? whole.CommandPrint : null,
                Cause = whole.Cause with { Progress = (i + 1.0) / pieces.Length, Concepts = last ? whole.Cause.Concepts : null, Relations = last ? whole.Cause.Relations : null },
            };
        }

        return pieces;
    }

    private static Refusal? Put(GraphDraft draft, ImportGraph command, ImportedConcept given, ConceptGraphOptions options, long now, out string conceptId)
    {
        conceptId = "";
        var label = given.Label.Trim();
        var key = Key(given);
        if (label.Length is 0 or > HandOperations.MaxLabelLength || key.Length is 0 or > MaxKeyLength)
        {
            return Refusal.Of(ItoriError.BadFile, $"A label has 1 to {HandOperations.MaxLabelLength} characters, a letter or digit among them.", "label");
        }

        if ((HandOperations.Weight(given.Weight) ?? HandOperations.Coordinates(given.X, given.Y)) is { } wrong)
        {
            return wrong;
        }

        if (given.Mentions < 0 || given.Cluster < 0 || given.CreatedAt < 0 || given.LastSeen < 0)
        {
            return Refusal.Of(ItoriError.BadFile, "Counts, clusters and times are not negative.");
        }

        if (given.Aliases.Count > MaxAliases || given.Aliases.Any(alias => alias.Length is 0 or > MaxKeyLength))
        {
            return Refusal.Of(ItoriError.BadFile, $"A concept has at most {MaxAliases} aliases of 1 to {MaxKeyLength} characters.", "aliases");
        }

        var concept = draft.FindByKey(key) is { } known ? Grown(known, given, options, now) : New(draft, command, given, label, key, options, now);
        var aliases = given.Aliases.Where(alias => alias != concept.Key && draft.FindByKey(alias) is null).Distinct(StringComparer.Ordinal).ToArray();
        draft.Put(aliases.Length == 0 ? concept : concept with { Aliases = [.. concept.Aliases, .. aliases] });
        conceptId = concept.ConceptId;
        return null;
    }

    private static ConceptState New(GraphDraft draft, ImportGraph command, ImportedConcept given, string label, string key, ConceptGraphOptions options, long now)
    {
        var wanted = given.ConceptId is { } id && HandOperations.IsId(id) && draft.Find(id) is null && !draft.Removes(id) ? id : draft.NewId(key);
        var seen = Math.Min(given.LastSeen ?? now, now);
        return HandOperations.WithWeight(draft.Add(wanted, key, label, now), given.Weight ?? UnsaidWeight, options) with
        {
            X = given.X,
            Y = given.Y,
            Pinned = given.Pinned,
            Cluster = given.Cluster,
            Mentions = given.Mentions,
            CreatedAt = Math.Min(given.CreatedAt ?? seen, seen),
            LastSeen = seen,
            Sources = [ConceptSource.Imported(command.Source)],
        };
    }

    private static ConceptState Grown(ConceptState concept, ImportedConcept given, ConceptGraphOptions options, long now)
    {
        var placed = concept.X is not null || concept.Y is not null;
        var evidence = concept.Evidence + (given.Weight is { } weight ? Weights.ToEvidence(weight, options.ConceptEvidenceScale) : 0);
        return concept with
        {
            Evidence = evidence,
            Weight = given.Weight is null ? concept.Weight : Math.Max(concept.Weight, Weights.OfEvidence(evidence, options.ConceptEvidenceScale)),
            Mentions = concept.Mentions + Math.Min(given.Mentions, long.MaxValue - concept.Mentions),
            LastSeen = Math.Max(concept.LastSeen, Math.Min(given.LastSeen ?? 0, now)),
            X = placed ? concept.X : given.X,
            Y = placed ? concept.Y : given.Y,
            Pinned = concept.Pinned || given.Pinned,
        };
    }

    private static Refusal? Put(GraphDraft draft, ImportedRelation given, string source, string target, ConceptGraphOptions options, HashSet<string> related)
    {
        var kind = given.Kind ?? RelationKinds.Related;
        if (!HandOperations.IsKind(kind))
        {
            return Refusal.Of(ItoriError.BadFile, $"A kind is one word of 1 to {HandOperations.MaxKindLength} characters, no > or ~ among them.", "kind");
        }

        if (HandOperations.Weight(given.Weight) is { } wrong)
        {
            return wrong;
        }

        if (source == target)
        {
            return null; // Two nodes of the file are one concept.
        }

        var relation = Relations.New(source, target, kind);
        var before = draft.FindRelation(relation.RelationId);
        if (before is null)
        {
            var weight = given.Weight ?? UnsaidWeight;
            draft.PutRelation(relation with { Weight = weight, Evidence = Weights.ToEvidence(weight, options.RelationEvidenceScale) });
        }
        else if (given.Weight is { } more)
        {
            var evidence = before.Evidence + Weights.ToEvidence(more, options.RelationEvidenceScale);
            draft.PutRelation(before with { Evidence = evidence, Weight = Math.Max(before.Weight, Weights.OfEvidence(evidence, options.RelationEvidenceScale)) });
        }

        if (draft.IsUnlinked(source, target))
        {
            draft.Relink(source, target);
        }

        related.Add(relation.RelationId);
        return null;
    }

    private static string Key(ImportedConcept concept) => concept.Key ?? ConceptKey.Of(concept.Label.Trim());

    private static Refusal TooLarge(ConceptGraphOptions options) =>
        Refusal.Of(ItoriError.TooLarge, $"With this file the graph would have more than the {options.MaxConcepts} concepts and {options.MaxRelations} relations that it may have. Nothing was imported.");

    private static Refusal At(Refusal refusal, string list, int index, string? label) => refusal with
    {
        Message = label is not { Length: <= HandOperations.MaxLabelLength } ? refusal.Message : $"'{label}': {refusal.Message}",
        Details = $"{list}[{index}]" + (refusal.Details is { } field ? "." + field : ""),
    };
}
