using System.Text.Json;
using Itori.Text;

namespace Itori.Grains.Extractors;

/// <summary>What a model says that a text is about. Read with limits: a model may say anything.</summary>
internal sealed record ModelAnswer(IReadOnlyList<ProposedConcept> Concepts, IReadOnlyList<ProposedRelation> Relations)
{
    private const int MostConcepts = 200;
    private const int MostRelations = 400;
    private const int MostAliases = 5;
    private const int LongestName = 200;

    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 16, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads the JSON object in an answer, whatever stands around it; null where there is none with a list of concepts. Items that are not as they should be are passed over.</summary>
    public static ModelAnswer? Read(string answer)
    {
        var (begin, end) = (answer.IndexOf('{', StringComparison.Ordinal), answer.LastIndexOf('}'));
        if (begin < 0 || end < begin)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(answer.AsMemory(begin, end - begin + 1), Limits);
            var root = document.RootElement;
            if (List(root, "concepts", MostConcepts) is not { } concepts)
            {
                return null;
            }

            return new ModelAnswer(
                [.. concepts.Select(Concept).OfType<ProposedConcept>()],
                [.. (List(root, "relations", MostRelations) ?? []).Select(Relation).OfType<ProposedRelation>()]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Also half a surrogate pair in a string, which only shows when it is read.
            return null;
        }
    }

    private static JsonElement[]? List(JsonElement owner, string name, int most) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Take(most)] : null;

    private static ProposedConcept? Concept(JsonElement item)
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            return Name(item) is { } bare ? new ProposedConcept(bare, double.NaN, []) : null;
        }

        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("label", out var label) || Name(label) is not { } name)
        {
            return null;
        }

        var score = item.TryGetProperty("score", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out var given) ? given : double.NaN;
        return new ProposedConcept(name, score, [.. (List(item, "aliases", MostAliases) ?? []).Select(Name).OfType<string>()]);
    }

    private static ProposedRelation? Relation(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty("source", out var source) && Name(source) is { } from
        && item.TryGetProperty("target", out var target) && Name(target) is { } to
        && item.TryGetProperty("kind", out var kind) && Name(kind) is { } word
            ? new ProposedRelation(from, to, word)
            : null;

    private static string? Name(JsonElement item) =>
        item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 and <= LongestName } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}
