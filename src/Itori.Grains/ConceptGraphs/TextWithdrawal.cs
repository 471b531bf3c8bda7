using Itori.Contracts;

namespace Itori.Grains.ConceptGraphs;

/// <summary>What a graph loses with a text that is taken back, decided on a draft: the text's own part of everything, and what nothing else supports.</summary>
internal static class TextWithdrawal
{
    // Sums that lost all their parts are not quite zero.
    private const double Nothing = 1e-6;

    /// <summary>Takes back what a text gave at the time <paramref name="then"/>. <paramref name="place"/> is the message that it stood in.</summary>
    public static void Apply(GraphDraft draft, TextSupport support, ConceptSource place, long then, ConceptGraphOptions options, long now)
    {
        double Left(double amount) => Weights.Faded(amount, then, now, options.FadeHalfLife);
        var windows = Math.Max(0, draft.WindowsBefore(now) - Left(support.Windows));
        draft.TookBack(Left(support.Windows), now);
        foreach (var given in support.Concepts)
        {
            // One that has left and come again since never had this text's part.
            if (draft.FindByKey(given.Key) is not { } concept || concept.CreatedAt > then)
            {
                continue;
            }

            var evidence = Math.Max(0, concept.Evidence - given.Evidence);
            var mentions = Math.Max(0, concept.Mentions - given.Mentions);
            draft.Put(concept with
            {
                Mentions = mentions,
                Evidence = evidence,
                Weight = Weights.OfEvidence(evidence, options.ConceptEvidenceScale),
                Windows = Math.Max(0, concept.Windows - Weights.Faded(given.Windows, then, concept.LastSeen, options.FadeHalfLife)),
                Sources = Without(concept.Sources, place),
            });
        }

        foreach (var given in support.Relations)
        {
            if (draft.FindByKey(given.Source) is not { } source || draft.FindByKey(given.Target) is not { } target || source.ConceptId == target.ConceptId
                || draft.FindRelation(Relations.New(source.ConceptId, target.ConceptId, given.Kind).RelationId) is not { LastSeen: > 0 } relation || relation.LastSeen < then)
            {
                continue;
            }

            var without = TextAbsorption.Weighed(draft, TextAbsorption.Faded(relation, now, options) with { Sources = Without(relation.Sources, place) }, -Left(given.Evidence), -Left(given.Windows), windows, now, options);
            if (without.Evidence <= Nothing)
            {
                draft.RemoveRelation(relation.RelationId);
            }
            else
            {
                draft.PutRelation(without with { LastSeen = Math.Max(now, relation.LastSeen) });
            }
        }

        foreach (var given in support.Concepts)
        {
            // What people gave it (weight, a place, a relation, another concept) keeps a concept that nobody says any more.
            if (draft.FindByKey(given.Key) is { Mentions: 0, Pinned: false, Merged: false } concept && (concept.X is null || concept.Arranged) && concept.Evidence <= Nothing && draft.RelationsOf(concept.ConceptId).Length == 0)
            {
                draft.Remove(concept.ConceptId);
            }
        }
    }

    private static ConceptSource[] Without(IReadOnlyList<ConceptSource> sources, ConceptSource place) =>
        [.. sources.Where(source => source.Session != place.Session || source.Seq != place.Seq || source.Source != place.Source)];
}
