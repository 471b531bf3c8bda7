using Itori.Contracts;

namespace Itori.Grains.Assistants.Context;

/// <summary>A concept that a text names.</summary>
/// <param name="Concept">Which.</param>
/// <param name="Start">Where, UTF-16 code units.</param>
/// <param name="Length">How long the name is there.</param>
internal readonly record struct ConceptMention(ConceptState Concept, int Start, int Length);

/// <summary>Finds a graph's concepts in a text, in any of their forms. The longest name wins, and no two overlap.</summary>
internal static class ConceptsInText
{
    private const int LongestName = 5;
    private const int LongestText = 40_000;

    /// <summary>The mentions in text order. Looks at the first 40,000 characters only: the texts meant are questions and answers.</summary>
    public static List<ConceptMention> Find(string text, GraphView graph)
    {
        var found = new List<ConceptMention>();
        if (graph.Strongest.Count == 0)
        {
            return found;
        }

        var words = Words(text.Length > LongestText ? text[..LongestText] : text);
        for (var i = 0; i < words.Count;)
        {
            var taken = 1;
            for (var count = Math.Min(LongestName, words.Count - i); count >= 1; count--)
            {
                if (!IsRun(text, words, i, count))
                {
                    continue;
                }

                var start = words[i].Start;
                var end = words[i + count - 1].End;
                if (graph.ByKey(graph.KeyOf(text[start..end])) is { } concept)
                {
                    found.Add(new ConceptMention(concept, start, end - start));
                    taken = count;
                    break;
                }
            }

            i += taken;
        }

        return found;
    }

    /// <summary>Ids of the concepts that the text names, each once, in text order.</summary>
    public static string[] IdsIn(string text, GraphView graph) =>
        Find(text, graph).Select(mention => mention.Concept.ConceptId).Distinct(StringComparer.Ordinal).ToArray();

    private static List<(int Start, int End)> Words(string text)
    {
        var words = new List<(int, int)>();
        for (var i = 0; i < text.Length;)
        {
            if (!IsInner(text, i))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && IsInner(text, i))
            {
                i++;
            }

            words.Add((start, i));
        }

        return words;
    }

    /// <summary>Letters and digits, and what holds a word together from within: <c>co-operate</c>, <c>C++</c>, <c>node.js</c>.</summary>
    private static bool IsInner(string text, int i) => char.IsLetterOrDigit(text[i]) || char.IsSurrogate(text[i]) || char.GetUnicodeCategory(text[i]) is System.Globalization.UnicodeCategory.NonSpacingMark
        || text[i] is '+' or '#'
        || (text[i] is '-' or '.' or '\u2010' or '_' && i > 0 && i + 1 < text.Length && char.IsLetterOrDigit(text[i - 1]) && char.IsLetterOrDigit(text[i + 1]));

    /// <summary>Whether only spaces part the words: a name does not go over a comma, a full stop or a line of Markdown.</summary>
    private static bool IsRun(string text, List<(int Start, int End)> words, int first, int count)
    {
        for (var i = first; i < first + count - 1; i++)
        {
            for (var at = words[i].End; at < words[i + 1].Start; at++)
            {
                if (text[at] is not (' ' or '\u00A0' or '/'))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
