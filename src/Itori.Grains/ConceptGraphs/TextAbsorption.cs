using Itori.Contracts;
using Itori.Text;
using RelationKinds = Itori.Contracts.RelationKinds;

namespace Itori.Grains.ConceptGraphs;

/// <summary>What a text adds to a graph, decided on a draft. Only what the text names is looked at and weighed anew: the work does not grow with the graph.</summary>
internal static class TextAbsorption
{
    // One text may say a concept very often; its first places are enough to find it.
    private const int SourcesPerText = 3;

    /// <summary>
    /// Adds an extraction's concepts and relations. <paramref name="place"/> is the message or document that the text stands in, <paramref name="offset"/> where it begins there,
    /// in UTF-16 code units. Answers the ids of the concepts and relations that the text supports.
    /// </summary>
    public static (IReadOnlyCollection<string> Concepts, IReadOnlyCollection<string> Relations) Apply(
        GraphDraft draft,
        Extraction extraction,
        ConceptSource place,
        int offset,
        ConceptGraphOptions options,
        long now)
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        var concepts = new List<ConceptSupport>(extraction.Concepts.Count);
        foreach (var found in extraction.Concepts)
        {
            var concept = draft.FindByKey(found.Key)
                ?? found.Aliases.Select(alias => draft.FindByKey(ConceptKey.Of(alias))).FirstOrDefault(known => known is not null)
                ?? draft.Add(draft.NewId(found.Key), found.Key, found.Label, now);
            ids[found.Key] = concept.ConceptId;
            var evidence = concept.Evidence + found.Score;
            concepts.Add(new ConceptSupport { Key = concept.Key, Mentions = found.Mentions.Count, Windows = found.Windows, Evidence = found.Score });
            draft.Put(concept with
            {
                Mentions = concept.Mentions + found.Mentions.Count,
                Evidence = evidence,
                Weight = Weights.OfEvidence(evidence, options.ConceptEvidenceScale),
                Windows = Weights.Faded(concept.Windows, concept.LastSeen, now, options.FadeHalfLife) + found.Windows,
                LastSeen = Math.Max(now, concept.LastSeen),
                Sources = concept.Sources
                    .Concat(found.Mentions.Take(SourcesPerText).Select(span => place with { Start = offset + span.Start, Length = span.Length }))
                    .TakeLast(options.SourcesPerConcept).ToArray(),
                Aliases = concept.Aliases.Concat(NewAliases(draft, concept, found).Take(Math.Max(0, options.AliasesPerConcept - concept.Aliases.Count))).ToArray(),
            });
        }

        var related = new List<RelationSupport>(extraction.Relations.Count);
        var windows = draft.WindowsBefore(now) + extraction.Windows;
        var relations = new HashSet<string>(StringComparer.Ordinal);
        foreach (var found in extraction.Relations)
        {
            if (!ids.TryGetValue(found.SourceKey, out var source) || !ids.TryGetValue(found.TargetKey, out var target)
                || source == target || draft.IsUnlinked(source, target))
            {
                continue;
            }

            var relation = Relations.New(source, target, found.Kind);
            relation = draft.FindRelation(relation.RelationId) ?? relation;
            var sources = relation.Kind == RelationKinds.CoOccurs ? 1 : options.SourcesPerRelation;
            draft.PutRelation(Weighed(draft, Faded(relation, now, options) with
            {
                Sources = relation.Sources.Append(place with { Start = offset + found.Span.Start, Length = found.Span.Length }).TakeLast(sources).ToArray(),
            }, found.Weight, found.Windows, windows, now, options));
            related.Add(new RelationSupport { Source = draft.Find(source)!.Key, Target = draft.Find(target)!.Key, Kind = found.Kind, Windows = found.Windows, Evidence = found.Weight });
            relations.Add(relation.RelationId);
        }

        if (concepts.Count > 0)
        {
            draft.Took(new TextSupport { Windows = extraction.Windows, Concepts = concepts.ToArray(), Relations = related.ToArray() }, now);
        }

        return (ids.Values.ToHashSet(StringComparer.Ordinal), relations);
    }

    /// <summary>The relation with its statistics as they count now. What a person's hand gave does not fade until a text joins in.</summary>
    public static RelationState Faded(RelationState relation, long now, ConceptGraphOptions options) => relation.LastSeen == 0
        ? relation with { LastSeen = now }
        : relation with
        {
            Evidence = Weights.Faded(relation.Evidence, relation.LastSeen, now, options.FadeHalfLife),
            Windows = Weights.Faded(relation.Windows, relation.LastSeen, now, options.FadeHalfLife),
            LastSeen = Math.Max(now, relation.LastSeen),
        };

    /// <summary>The relation with more (or less) evidence, weighed by the company that its ends keep now.</summary>
    public static RelationState Weighed(GraphDraft draft, RelationState relation, double evidence, double together, double windows, long now, ConceptGraphOptions options)
    {
        var (sum, both) = (Math.Max(0, relation.Evidence + evidence), Math.Max(0, relation.Windows + together));
        return relation with
        {
            Evidence = sum,
            Windows = both,
            Weight = Weights.OfRelation(relation.Kind, sum, both, WindowsOf(draft.Find(relation.Source)), WindowsOf(draft.Find(relation.Target)), windows, options.RelationEvidenceScale),
        };

        double WindowsOf(ConceptState? concept) => concept is null ? 0 : Weights.Faded(concept.Windows, concept.LastSeen, now, options.FadeHalfLife);
    }

    /// <summary>Other names of the concept that no concept has yet.</summary>
    private static IEnumerable<string> NewAliases(GraphDraft draft, ConceptState concept, ExtractedConcept found) =>
        found.Aliases.Select(ConceptKey.Of).Append(found.Key).Distinct(StringComparer.Ordinal)
            .Where(key => key.Length > 0 && key != concept.Key && draft.FindByKey(key) is null);
}
