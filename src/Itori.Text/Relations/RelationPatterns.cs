using System.Collections.Frozen;
using Itori.Text.Tokens;

namespace Itori.Text.Relations;

/// <summary>The words between two mentions that name their relation: "X is a Y", "X causes Y", "X is based on Y", "Y such as X".</summary>
internal static class RelationPatterns
{
    private const int LongestGap = 6;

    private static readonly FrozenDictionary<string, (string Kind, bool Reversed)> Phrases = Build(
        (RelationKinds.IsA, false, "is a|is an|are a|was a|is the|is one of the|is a kind of|is a type of|are a kind of|are a type of|are a form of|are kinds of|are types of|is a form of|is a sort of|is an example of|is a special case of|as a|as an|are|, a|, an|, a kind of|, a type of"),
        (RelationKinds.IsA, true, "such as|like the|including|includes|, such as|, including|( such as|( e.g"),
        (RelationKinds.Causes, false, "causes|cause|caused|leads to|lead to|led to|results in|result in|resulted in|triggers|trigger|triggered|produces|produce|induces|gives rise to|brings about|can cause|may cause|can lead to|may lead to|will cause|creates|generates|drives"),
        (RelationKinds.Causes, true, "is caused by|are caused by|caused by|results from|result from|is due to|are due to|due to|because of|is triggered by|comes from|stems from|arises from"),
        (RelationKinds.Uses, false, "uses|use|used|using|uses the|uses a|uses an|use the|use a|is using|are using|relies on|rely on|is based on|are based on|based on|based on the|based on a|employs|employ|utilizes|requires|require|needs|depends on|depend on|builds on|is built on|runs on|run on|applies|is implemented with|via|by means of|with the help of"),
        (RelationKinds.Uses, true, "is used by|are used by|is used in|are used in|used in|is used for|are used for|is required by|is required for|is needed for|supports|enables"),
        (RelationKinds.PartOf, false, "is part of|are part of|is a part of|belongs to|belong to|is contained in|is a component of|is included in"),
        (RelationKinds.PartOf, true, "consists of|consist of|contains|contain|is composed of|is made of|is made up of|comprises|has|have|is divided into"));

    private static readonly FrozenDictionary<string, (string Kind, bool Reversed)>.AlternateLookup<ReadOnlySpan<char>> Lookup = Phrases.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The relation that the tokens from <paramref name="first"/> to <paramref name="end"/> say of what stands on their left to what stands on their right.</summary>
    public static (string Kind, bool Reversed)? Match(ParsedText parsed, int first, int end)
    {
        if (end - first is < 1 or > LongestGap)
        {
            return null;
        }

        Span<char> between = stackalloc char[128];
        var length = 0;
        var lastArticle = -1;
        for (var at = first; at < end; at++)
        {
            var token = parsed.Tokens[at];
            var written = token.Word >= 0 ? parsed.Words[token.Word].Lower.AsSpan() : parsed.Text.AsSpan(token.Start, token.Length);
            if (token.Kind is TokenKind.Hidden or TokenKind.Number || length + written.Length + 1 > between.Length)
            {
                return null;
            }

            if (length > 0)
            {
                between[length++] = ' ';
            }

            lastArticle = at == end - 1 && at > first && written is "a" or "an" or "the" or "its" or "their" or "some" or "many" or "our" ? length : -1;
            written.CopyTo(between[length..]);
            length += written.Length;
        }

        if (Lookup.TryGetValue(between[..length], out var match))
        {
            return match;
        }

        return lastArticle > 0 && Lookup.TryGetValue(between[..(lastArticle - 1)], out match) ? match : null;
    }

    private static FrozenDictionary<string, (string Kind, bool Reversed)> Build(params (string Kind, bool Reversed, string Phrases)[] groups)
    {
        var phrases = new Dictionary<string, (string, bool)>(StringComparer.Ordinal);
        foreach (var (kind, reversed, list) in groups)
        {
            foreach (var phrase in list.Split('|'))
            {
                phrases[phrase] = (kind, reversed);
            }
        }

        return phrases.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
