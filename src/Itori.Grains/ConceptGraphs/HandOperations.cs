using Itori.Contracts;
using Itori.Text;
using RelationKinds = Itori.Contracts.RelationKinds;

namespace Itori.Grains.ConceptGraphs;

/// <summary>What people do to a graph by hand, decided on a draft: the first operation that cannot be done refuses the whole command.</summary>
internal static class HandOperations
{
    internal const int MaxLabelLength = 200;
    internal const int MaxKindLength = 40;
    private const double MaxCoordinate = 1e9;

    public static Refusal? Apply(GraphDraft draft, ApplyOperations command, ConceptGraphOptions options, long now)
    {
        if (command.Operations.Count is 0 or > ApplyOperations.MaxOperations)
        {
            return Refusal.Of(ItoriError.BadField, $"A command has 1 to {ApplyOperations.MaxOperations} operations.", "payload.ops");
        }

        for (var i = 0; i < command.Operations.Count; i++)
        {
            var refusal = command.Operations[i] switch
            {
                UpsertConcept upsert => Upsert(draft, upsert, options, now),
                RemoveConcept remove => Remove(draft, remove),
                LinkConcepts link => Link(draft, link, options),
                UnlinkConcepts unlink => Unlink(draft, unlink),
                MergeConcepts merge => Merge(draft, merge, options),
                MoveConcept move => Move(draft, move),
                PinConcept pin => Change(draft, pin.ConceptId, concept => Pin(concept, pin.Pinned)),
                _ => Refusal.Of(ItoriError.BadField, "No such operation.", "op"),
            };
            if (refusal is not null)
            {
                return refusal with { Details = $"payload.ops[{i}]" + (refusal.Details is { } field ? "." + field : "") };
            }
        }

        return draft.IsTooLarge()
            ? Refusal.Of(ItoriError.TooLarge, $"A graph holds at most {options.MaxConcepts} concepts and {options.MaxRelations} relations, and what is there is kept by hand.", "payload.ops")
            : null;
    }

    private static Refusal? Upsert(GraphDraft draft, UpsertConcept op, ConceptGraphOptions options, long now)
    {
        var label = op.Label?.Trim();
        if (label is not null && (label.Length is 0 or > MaxLabelLength || ConceptKey.Of(label).Length == 0))
        {
            return Bad("label", $"A label has 1 to {MaxLabelLength} characters, a letter or digit among them.");
        }

        if ((Weight(op.Weight) ?? Coordinates(op.X, op.Y)) is { } wrong)
        {
            return wrong;
        }

        if (op.ConceptId is { } wanted && !IsId(wanted))
        {
            return Bad("id", $"A concept's id has 1 to {TopicName.MaxIdLength} characters, no control characters, > or ~ among them.");
        }

        var key = label is null ? null : ConceptKey.Of(label);
        var concept = op.ConceptId is { } given ? draft.Find(given) : key is null ? null : draft.FindByKey(key);
        if (concept is null)
        {
            if (label is null || key is null)
            {
                return op.ConceptId is null ? Bad("label", "An upsert needs a label or the id of a concept.") : NoSuchConcept(op.ConceptId);
            }

            if (draft.FindByKey(key) is { } taken)
            {
                return Refusal.Of(ItoriError.Conflict, $"The concept '{taken.ConceptId}' has this label.", "label");
            }

            if (op.ConceptId is { } removed && draft.Removes(removed))
            {
                return Refusal.Of(ItoriError.Conflict, $"This command removes '{removed}'; make it anew with another one.", "id");
            }

            concept = draft.Add(op.ConceptId ?? draft.NewId(key), key, label, now);
            concept = WithWeight(concept, op.Weight ?? 0.5, options);
        }
        else
        {
            if (key is not null && draft.FindByKey(key) is { } taken && taken.ConceptId != concept.ConceptId)
            {
                return Refusal.Of(ItoriError.Conflict, $"The concept '{taken.ConceptId}' has this label; merge them.", "label");
            }

            concept = op.Weight is { } changed ? WithWeight(concept, changed, options) : concept;
            if (key is not null && key != concept.Key && !concept.Aliases.Contains(key))
            {
                if (concept.Aliases.Count >= options.AliasesPerConcept)
                {
                    return TooManyNames(concept, options, "label");
                }

                concept = concept with { Aliases = concept.Aliases.Append(key).ToArray() };
            }
        }

        concept = concept with { Label = label ?? concept.Label };
        concept = op.Pinned is { } pinned ? Pin(concept, pinned) : concept;
        draft.Put(op.X is null && op.Y is null ? concept : concept with { X = op.X ?? concept.X, Y = op.Y ?? concept.Y, Arranged = false });
        return null;
    }

    private static Refusal? Remove(GraphDraft draft, RemoveConcept op)
    {
        if (draft.Find(op.ConceptId) is null)
        {
            return NoSuchConcept(op.ConceptId);
        }

        draft.Remove(op.ConceptId);
        return null;
    }

    private static Refusal? Link(GraphDraft draft, LinkConcepts op, ConceptGraphOptions options)
    {
        if ((Ends(draft, op.Source, op.Target) ?? Weight(op.Weight)) is { } wrong)
        {
            return wrong;
        }

        var kind = op.Kind ?? RelationKinds.Related;
        if (!IsKind(kind))
        {
            return Bad("kind", $"A kind is one word of 1 to {MaxKindLength} characters, no > or ~ among them.");
        }

        var relation = Relations.New(op.Source, op.Target, kind);
        var before = draft.FindRelation(relation.RelationId);
        var weight = op.Weight ?? before?.Weight ?? 0.5;
        draft.Relink(op.Source, op.Target);
        draft.PutRelation((before ?? relation) with { Weight = weight, Evidence = Weights.ToEvidence(weight, options.RelationEvidenceScale) });
        return null;
    }

    private static Refusal? Unlink(GraphDraft draft, UnlinkConcepts op)
    {
        if (Ends(draft, op.Source, op.Target) is { } wrong)
        {
            return wrong;
        }

        var between = draft.RelationsOf(op.Source).Where(relation => relation.Source == op.Target || relation.Target == op.Target).ToArray();
        if (between.Length == 0)
        {
            return Refusal.Of(ItoriError.NoSuchRelation, "These concepts are not related.");
        }

        foreach (var relation in between)
        {
            draft.RemoveRelation(relation.RelationId);
        }

        draft.Unlink(op.Source, op.Target);
        return null;
    }

    private static Refusal? Merge(GraphDraft draft, MergeConcepts op, ConceptGraphOptions options)
    {
        if (Ends(draft, op.Source, op.Target) is { } wrong)
        {
            return wrong;
        }

        var (source, target) = (draft.Find(op.Source)!, draft.Find(op.Target)!);
        var aliases = target.Aliases.Append(source.Key).Concat(source.Aliases).Distinct(StringComparer.Ordinal).ToArray();
        if (aliases.Length > options.AliasesPerConcept)
        {
            return TooManyNames(target, options, "target");
        }

        var (moved, apart) = (draft.RelationsOf(op.Source), draft.UnlinkedFrom(op.Source));
        draft.Remove(op.Source);
        foreach (var relation in moved)
        {
            var (from, to) = (relation.Source == op.Source ? op.Target : relation.Source, relation.Target == op.Source ? op.Target : relation.Target);
            if (from == to || draft.IsUnlinked(from, to))
            {
                continue; // A merge is no link: what a person unlinked stays so.
            }

            var there = Relations.New(from, to, relation.Kind);
            draft.PutRelation(Joined(there, relation, draft.FindRelation(there.RelationId), options));
        }

        foreach (var other in apart.Where(other => other != op.Target && draft.Find(other) is not null))
        {
            if (!draft.RelationsOf(op.Target).Any(relation => relation.Source == other || relation.Target == other))
            {
                draft.Unlink(op.Target, other);
            }
        }

        var sum = source.Evidence + target.Evidence;
        var seen = Math.Max(target.LastSeen, source.LastSeen);
        draft.Put(target with
        {
            Aliases = aliases,
            Mentions = target.Mentions + source.Mentions,
            Windows = Weights.Faded(target.Windows, target.LastSeen, seen, options.FadeHalfLife) + Weights.Faded(source.Windows, source.LastSeen, seen, options.FadeHalfLife),
            Merged = true,
            Evidence = sum,
            Weight = Weights.OfEvidence(sum, options.ConceptEvidenceScale),
            LastSeen = seen,
            Sources = target.Sources.Concat(source.Sources).TakeLast(options.SourcesPerConcept).ToArray(),
        });
        return null;
    }

    /// <summary>Two relations as one. The weight is the evidence's; the next text that supports it weighs it by its company again.</summary>
    private static RelationState Joined(RelationState there, RelationState moved, RelationState? known, ConceptGraphOptions options)
    {
        var seen = Math.Max(moved.LastSeen, known?.LastSeen ?? 0);
        double Fade(double amount, long then) => then == 0 ? amount : Weights.Faded(amount, then, seen, options.FadeHalfLife);
        var evidence = Fade(moved.Evidence, moved.LastSeen) + (known is null ? 0 : Fade(known.Evidence, known.LastSeen));
        return there with
        {
            Evidence = evidence,
            Windows = Fade(moved.Windows, moved.LastSeen) + (known is null ? 0 : Fade(known.Windows, known.LastSeen)),
            LastSeen = seen,
            Sources = (known?.Sources ?? []).Concat(moved.Sources).TakeLast(options.SourcesPerRelation).ToArray(),
            Weight = Weights.OfEvidence(evidence, options.RelationEvidenceScale),
        };
    }

    private static Refusal? Move(GraphDraft draft, MoveConcept op) =>
        Coordinates(op.X, op.Y) ?? Change(draft, op.ConceptId, concept => concept with { X = op.X, Y = op.Y, Arranged = false });

    /// <summary>Taking the pin out gives the place back to the graph.</summary>
    private static ConceptState Pin(ConceptState concept, bool pinned) => concept with { Pinned = pinned, Arranged = concept.Arranged || (!pinned && concept.X is not null) };

    private static Refusal? Change(GraphDraft draft, string conceptId, Func<ConceptState, ConceptState> change)
    {
        if (draft.Find(conceptId) is not { } concept)
        {
            return NoSuchConcept(conceptId);
        }

        draft.Put(change(concept));
        return null;
    }

    internal static bool IsId(string id) => id.Length is > 0 and <= TopicName.MaxIdLength && !id.Any(c => char.IsControl(c) || Relations.IsSeparator(c));

    internal static bool IsKind(string kind) => kind.Length is > 0 and <= MaxKindLength && !kind.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || Relations.IsSeparator(c));

    internal static ConceptState WithWeight(ConceptState concept, double weight, ConceptGraphOptions options) =>
        concept with { Weight = weight, Evidence = Weights.ToEvidence(weight, options.ConceptEvidenceScale) };

    private static Refusal? Ends(GraphDraft draft, string source, string target)
    {
        if (draft.Find(source) is null)
        {
            return NoSuchConcept(source) with { Details = "source" };
        }

        if (draft.Find(target) is null)
        {
            return NoSuchConcept(target) with { Details = "target" };
        }

        return source == target ? Bad("target", "The two concepts are the same.") : null;
    }

    internal static Refusal? Weight(double? weight) => weight is null or (> 0 and <= 1) ? null : Bad("weight", "A weight is above 0 and at most 1.");

    internal static Refusal? Coordinates(double? x, double? y) =>
        IsPlace(x) && IsPlace(y) ? null : Bad("x", $"A position is a number between −{MaxCoordinate} and {MaxCoordinate}.");

    private static bool IsPlace(double? value) => value is null || Math.Abs(value.Value) <= MaxCoordinate;

    private static Refusal TooManyNames(ConceptState concept, ConceptGraphOptions options, string field) => Refusal.Of(
        ItoriError.TooLarge, $"A concept has at most {options.AliasesPerConcept} other names, and '{concept.ConceptId}' would have more.", field);

    private static Refusal NoSuchConcept(string conceptId) => Refusal.Of(ItoriError.NoSuchConcept, $"The graph has no concept '{conceptId}'.", "id");

    private static Refusal Bad(string field, string message) => Refusal.Of(ItoriError.BadField, message, field);
}
