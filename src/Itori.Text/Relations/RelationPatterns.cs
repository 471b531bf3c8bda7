using System.Collections.Frozen;
using Itori.Text.Lexicon;
using Itori.Text.Tokens;

namespace Itori.Text.Relations;

/// <summary>What a mention is in its clause.</summary>
internal enum ClauseRole
{
    /// <summary>What the clause speaks of, as far as can be told.</summary>
    Subject,

    /// <summary>What a verb before it is done to.</summary>
    Object,

    /// <summary>Part of a longer phrase: "the output of the chip", "the chip's output".</summary>
    Within,
}

/// <summary>The words between two mentions that name their relation: "X is a Y", "X causes Y", "X is based on Y", "Y such as X".</summary>
internal static class RelationPatterns
{
    private const int LongestGap = 6;

    // "Y such as X" names what stands right before it; all others speak of the subject of their clause.
    private static readonly FrozenDictionary<string, Pattern> Phrases = Build(
        (RelationKinds.IsA, false, false, "is a|is an|are a|are|was a|was an|is one of the|is a kind of|is a type of|is a form of|is a sort of|are a kind of|are a type of|are a form of|are kinds of|are types of|are forms of|is an example of|are examples of|is a special case of|, a kind of|, a type of|, a form of"),
        (RelationKinds.IsA, true, true, "such as|, such as|( such as|, for example|, e.g|( e.g"),
        (RelationKinds.Causes, false, false, "causes|cause|caused|leads to|lead to|led to|results in|result in|resulted in|triggers|trigger|triggered|produces|produce|induces|induce|gives rise to|give rise to|brings about|bring about|can cause|may cause|could cause|will cause|can lead to|may lead to|can result in|may result in|can trigger|may trigger"),
        (RelationKinds.Causes, true, false, "is caused by|are caused by|was caused by|were caused by|caused by|results from|result from|is due to|are due to|due to|is triggered by|are triggered by|stems from|stem from|arises from|arise from"),
        (RelationKinds.Uses, false, false, "uses|use|used|is using|are using|relies on|rely on|is based on|are based on|based on|employs|employ|utilizes|utilize|utilises|utilise|requires|require|needs|depends on|depend on|builds on|build on|is built on|are built on|is built with|runs on|run on|is implemented with|are implemented with"),
        (RelationKinds.Uses, true, false, "is used by|are used by|is required by|are required by|is needed by|are needed by"),
        (RelationKinds.PartOf, false, false, "is part of|are part of|is a part of|are parts of|belongs to|belong to|is contained in|are contained in|is a component of|are components of|is included in|are included in|is a branch of|is a field of|is a subfield of|is a subset of|are a subset of|is a discipline of"),
        (RelationKinds.PartOf, true, false, "consists of|consist of|contains|contain|is composed of|are composed of|is made of|are made of|is made up of|are made up of|comprises|comprise|is divided into|are divided into"));

    // What may stand among the words of a pattern without changing what they say.
    private static readonly FrozenSet<string> Adverbs = new[]
    {
        "also", "often", "usually", "mainly", "always", "typically", "generally", "therefore", "thus", "then", "now", "itself", "themselves", "simply", "basically", "mostly", "sometimes", "really", "very", "still",
        "directly", "heavily", "frequently", "primarily", "essentially", "commonly",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Relative = new[] { "that", "which", "who" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Articles = new[] { "a", "an", "the", "its", "their", "our", "some", "many", "several", "various", "both", "most", "all" }.ToFrozenSet(StringComparer.Ordinal);

    private readonly record struct Pattern(string Kind, bool Reversed, bool OfNearest);

    private static readonly FrozenDictionary<string, Pattern>.AlternateLookup<ReadOnlySpan<char>> Lookup = Phrases.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// The relation that the tokens from <paramref name="first"/> to <paramref name="end"/> say of what stands on their left to what stands on their right.
    /// </summary>
    /// <param name="parsed">The text.</param>
    /// <param name="first">After the mention on the left.</param>
    /// <param name="end">Where the mention on the right begins.</param>
    /// <param name="left">What the mention on the left is in its clause.</param>
    public static (string Kind, bool Reversed)? Match(ParsedText parsed, int first, int end, ClauseRole left)
    {
        // "engines, which use …", "models that use …".
        var relative = first < end && Written(parsed, first) == "," ? first + 1 : first;
        var isRelative = relative < end && Relative.Contains(Written(parsed, relative));
        if (isRelative)
        {
            first = relative + 1;
        }

        // Adjectives and adverbs that the mention on the right was stripped of: "is a very good example".
        while (end > first && parsed.Tokens[end - 1].Kind == TokenKind.Word && parsed.Tokens[end - 1].Tag is PartOfSpeech.Adjective or PartOfSpeech.Adverb && Written(parsed, end - 1) != "not")
        {
            end--;
        }

        if (end - first is < 1 or > LongestGap)
        {
            return null;
        }

        Span<char> between = stackalloc char[128];
        var length = 0;
        var beforeArticle = 0;
        for (var at = first; at < end; at++)
        {
            var token = parsed.Tokens[at];
            var written = Written(parsed, at);
            if (Adverbs.Contains(written))
            {
                continue;
            }

            if (token.Kind is TokenKind.Hidden or TokenKind.Number || length + written.Length + 1 > between.Length)
            {
                return null;
            }

            beforeArticle = at == end - 1 && at > first && Articles.Contains(written) ? length : 0;
            if (length > 0)
            {
                between[length++] = ' ';
            }

            written.CopyTo(between[length..]);
            length += written.Length;
        }

        if (!Lookup.TryGetValue(between[..length], out var match) && (beforeArticle == 0 || !Lookup.TryGetValue(between[..beforeArticle], out match)))
        {
            return null;
        }

        return match.OfNearest || left == ClauseRole.Subject || (left == ClauseRole.Object && isRelative) ? (match.Kind, match.Reversed) : null;
    }

    private static string Written(ParsedText parsed, int at) =>
        parsed.Tokens[at] is { Word: >= 0 } token ? parsed.Words[token.Word].Lower : parsed.Text.Substring(parsed.Tokens[at].Start, Math.Min(2, parsed.Tokens[at].Length));

    private static FrozenDictionary<string, Pattern> Build(params (string Kind, bool Reversed, bool OfNearest, string Phrases)[] groups)
    {
        var phrases = new Dictionary<string, Pattern>(StringComparer.Ordinal);
        foreach (var (kind, reversed, ofNearest, list) in groups)
        {
            foreach (var phrase in list.Split('|'))
            {
                phrases[phrase] = new(kind, reversed, ofNearest);
            }
        }

        return phrases.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
