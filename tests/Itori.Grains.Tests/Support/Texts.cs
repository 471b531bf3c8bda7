using Itori.Text;

namespace Itori.Grains.Tests.Support;

/// <summary>What extraction would find in a text, made by hand so that a test says exactly what it is about.</summary>
internal static class Texts
{
    /// <summary>A text that names these concepts once each, side by side, and relates every neighbour to the next.</summary>
    public static Extraction Naming(params string[] labels) => Of(labels.Select(label => Concept(label)).ToArray());

    public static Extraction Of(params ExtractedConcept[] concepts) => new()
    {
        Concepts = concepts,
        Relations = concepts.Zip(concepts.Skip(1)).Where(pair => pair.First.Key != pair.Second.Key)
            .Select(pair => CoOccurrence(pair.First.Key, pair.Second.Key)).ToArray(),
        Language = "en",
    };

    public static ExtractedConcept Concept(string label, double score = 0.5, int mentions = 1, params string[] aliases) => new()
    {
        Key = ConceptKey.Of(label),
        Label = label,
        Score = score,
        Mentions = Enumerable.Range(0, mentions).Select(i => new TextSpan(10 * i, label.Length)).ToArray(),
        Aliases = aliases,
    };

    public static ExtractedRelation CoOccurrence(string a, string b, double weight = 0.5)
    {
        var (source, target) = string.CompareOrdinal(a, b) <= 0 ? (a, b) : (b, a);
        return new ExtractedRelation { SourceKey = source, TargetKey = target, Weight = weight, Kind = RelationKinds.CoOccurs, Span = new TextSpan(0, 5) };
    }
}
