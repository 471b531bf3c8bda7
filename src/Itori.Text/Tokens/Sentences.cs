using System.Collections.Frozen;

namespace Itori.Text;

/// <summary>Splits text into sentences: edited prose, chat lines, transcripts ("word , word .") and lists alike.</summary>
public static class Sentences
{
    /// <summary>Beyond this many code units a sentence is cut at the next white space, so that no sentence is boundless where the text allows it.</summary>
    internal const int SoftLimit = 1000;

    private static readonly FrozenSet<string> Abbreviations = new[]
    {
        "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "eg", "ie", "cf", "fig", "figs", "eq", "eqs", "no", "nos", "vol", "pp", "ed", "eds",
        "al", "approx", "inc", "ltd", "corp", "co", "dept", "univ", "sec", "ch", "ref", "refs", "resp", "ca", "jr", "sr", "jan", "feb", "mar", "apr", "jun",
        "jul", "aug", "sep", "sept", "oct", "nov", "dec", "z.b", "d.h", "bzw", "usw", "bspw", "p.ej", "sra", "sres", "mme", "m",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> AbbreviationLookup = Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The sentences of <paramref name="text"/> in order, without the white space around them; none is empty. Linear in the text's length.</summary>
    public static IReadOnlyList<TextSpan> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sentences = new List<TextSpan>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var end = EndAt(text, start, i);
            if (end >= 0)
            {
                Add(text, start, end, sentences);
                start = end;
                i = end - 1;
            }
        }

        Add(text, start, text.Length, sentences);
        return sentences;
    }

    /// <summary>Where the sentence that began at <paramref name="start"/> ends when the character at <paramref name="at"/> ends it; −1 when it does not.</summary>
    private static int EndAt(string text, int start, int at)
    {
        var c = text[at];
        switch (c)
        {
            case '。' or '！' or '？' or '।' or '؟' or '\u2029':
                return at + 1;
            case '\n':
                return StartsAnew(text, at + 1) ? at + 1 : -1;
            case '.' or '!' or '?' or '…':
                var end = at + 1;
                while (end < text.Length && text[end] is '.' or '!' or '?' or '…' or '"' or '\'' or '”' or '’' or '»' or ')' or ']')
                {
                    end++;
                }

                return IsStop(text, start, at, end) ? end : -1;
            default:
                return at - start >= SoftLimit && char.IsWhiteSpace(c) ? at + 1 : -1;
        }
    }

    private static bool IsStop(string text, int start, int at, int end)
    {
        if (end == text.Length)
        {
            return true;
        }

        if (!char.IsWhiteSpace(text[end]))
        {
            // "…end of it.Next one": a missing space, told from "node.js" by the capital and from "U.S.A" by what stands before.
            return text[at] == '.' && end == at + 1 && char.IsUpper(text[end]) && at >= start + 2 && char.IsLower(text[at - 1]) && char.IsLower(text[at - 2]);
        }

        var next = end;
        while (next < text.Length && char.IsWhiteSpace(text[next]))
        {
            next++;
        }

        // A mark that stands alone is a transcript's; it always ends.
        if (next == text.Length || at == start || char.IsWhiteSpace(text[at - 1]))
        {
            return true;
        }

        if (text[at] is '!' or '?')
        {
            return true;
        }

        if (char.IsLower(text[next]))
        {
            return false;
        }

        if (text[at] == '…' || end - at > 1)
        {
            return true;
        }

        var wordStart = at;
        while (wordStart > start && !char.IsWhiteSpace(text[wordStart - 1]) && text[wordStart - 1] is not ('(' or '[' or '"' or '“'))
        {
            wordStart--;
            if (at - wordStart > 12)
            {
                return true;
            }
        }

        var word = text.AsSpan(wordStart, at - wordStart);
        var initial = word.Length == 1 && char.IsUpper(word[0]) && word[0] != 'I';
        return !initial && !AbbreviationLookup.Contains(word);
    }

    /// <summary>Whether a line begins something new (a blank line, a list item, a heading, a capital) and does not merely continue a wrapped line.</summary>
    private static bool StartsAnew(string text, int lineStart)
    {
        var i = lineStart;
        while (i < text.Length && text[i] is ' ' or '\t' or '\r')
        {
            i++;
        }

        return i >= text.Length || !(char.IsLower(text[i]) || text[i] is '(' or ',' or ';');
    }

    private static void Add(string text, int start, int end, List<TextSpan> sentences)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        if (end > start)
        {
            sentences.Add(new(start, end - start));
        }
    }
}
