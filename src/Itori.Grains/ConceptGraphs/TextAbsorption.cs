using Itori.Contracts;
using Itori.Text;

namespace Itori.Grains.ConceptGraphs;

/// <summary>What a text adds to a graph, decided on a draft.</summary>
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
        foreach (var found in extraction.Concepts)
        {
            var concept = draft.FindByKey(found.Key)
                ?? found.Aliases.Select(alias => draft.FindByKey(ConceptKey.Of(alias))).FirstOrDefault(known => known is not null)
                ?? draft.Add(draft.NewId(found.Key), found.Key, found.Label, now);
            ids[found.Key] = concept.ConceptId;
            var evidence = concept.Evidence + found.Score;
            draft.Put(concept with
            {
                Mentions = concept.Mentions + found.Mentions.Count,
                Evidence = evidence,
                Weight = Weights.OfEvidence(evidence, options.ConceptEvidenceScale),
                LastSeen = now,
                Sources = concept.Sources
                    .Concat(found.Mentions.Take(SourcesPerText).Select(span => place with { Start = offset + span.Start, Length = span.Length }))
                    .TakeLast(options.SourcesPerConcept).ToArray(),
                Aliases = concept.Aliases.Concat(NewAliases(draft, concept, found).Take(Math.Max(0, options.AliasesPerConcept - concept.Aliases.Count))).ToArray(),
            });
        }

        var relations = new HashSet<string>(StringComparer.Ordinal);
        foreach (var found in extraction.Relations)
        {
            if (!ids.TryGetValue(found.SourceKey, out var source) || !ids.TryGetValue(found.TargetKey, out var target)
                || source == target || draft.IsUnlinked(source, target))
            {
                continue;
            }

            var relation = Relations.New(source, target, found.Kind);
            var before = draft.FindRelation(relation.RelationId);
            var evidence = (before?.Evidence ?? 0) + found.Weight;
            draft.PutRelation((before ?? relation) with { Evidence = evidence, Weight = Weights.OfEvidence(evidence, options.RelationEvidenceScale) });
            relations.Add(relation.RelationId);
        }

        return (ids.Values.ToHashSet(StringComparer.Ordinal), relations);
    }

    /// <summary>Other names of the concept that no concept has yet.</summary>
    private static IEnumerable<string> NewAliases(GraphDraft draft, ConceptState concept, ExtractedConcept found) =>
        found.Aliases.Select(ConceptKey.Of).Append(found.Key).Distinct(StringComparer.Ordinal)
            .Where(key => key.Length > 0 && key != concept.Key && draft.FindByKey(key) is null);
}
