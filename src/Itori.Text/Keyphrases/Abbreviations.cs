using Itori.Text.Tokens;

namespace Itori.Text.Keyphrases;

/// <summary>
/// Abbreviations that the text itself introduces, "long form (SF)" or "SF (long form)": the short form's letters must appear in order in the long form, the
/// first of them at a word's start (after Schwartz and Hearst, PSB 2003).
/// </summary>
internal static class Abbreviations
{
    private const int LongestShortForm = 10;

    /// <summary>Pairs of a short form and the phrase that it stands for.</summary>
    public static List<(Phrase Short, Phrase Long)> Find(ParsedText parsed)
    {
        var found = new List<(Phrase, Phrase)>();
        for (var sentence = 0; sentence < parsed.Sentences.Count; sentence++)
        {
            var range = parsed.Sentences[sentence];
            for (var open = range.First + 1; open < range.End - 2; open++)
            {
                if (!IsMark(parsed, open, '('))
                {
                    continue;
                }

                var close = open + 1;
                while (close < range.End && close - open <= 8 && !IsMark(parsed, close, ')'))
                {
                    close++;
                }

                if (close >= range.End || !IsMark(parsed, close, ')'))
                {
                    continue;
                }

                if (close - open == 2 && IsShortForm(parsed, open + 1))
                {
                    var start = LongFormStart(parsed, range.First, open, open + 1);
                    if (start >= 0)
                    {
                        found.Add((new(open + 1, open + 2, sentence), new(start, open, sentence)));
                    }
                }
                else if (close - open > 2 && IsShortForm(parsed, open - 1) && LongFormStart(parsed, open + 1, close, open - 1) == open + 1)
                {
                    found.Add((new(open - 1, open, sentence), new(open + 1, close, sentence)));
                }
            }
        }

        return found;
    }

    private static bool IsMark(ParsedText parsed, int at, char mark) =>
        parsed.Tokens[at].Kind == TokenKind.Punctuation && parsed.Text[parsed.Tokens[at].Start] == mark;

    private static bool IsShortForm(ParsedText parsed, int at)
    {
        var token = parsed.Tokens[at];
        if (token.Kind != TokenKind.Word || token.Length is < 2 or > LongestShortForm)
        {
            return false;
        }

        var capitals = 0;
        foreach (var c in parsed.Written(token))
        {
            capitals += char.IsUpper(c) ? 1 : 0;
        }

        return capitals >= 2 || (capitals == 1 && token.Length == 2);
    }

    /// <summary>The token at which the long form that ends before <paramref name="end"/> begins; −1 if there is none.</summary>
    private static int LongFormStart(ParsedText parsed, int first, int end, int shortForm)
    {
        var letters = Letters(parsed, shortForm);
        if (letters.Length < 2)
        {
            return -1;
        }

        // Read backwards: each letter of the short form in some word of the long form, the first letter at a word's beginning.
        var letter = letters.Length - 1;
        var maxWords = Math.Min(letters.Length + 5, letters.Length * 2);
        for (var at = end - 1; at >= first && end - at <= maxWords; at--)
        {
            if (parsed.Tokens[at].Kind != TokenKind.Word)
            {
                return -1;
            }

            var word = parsed.Words[parsed.Tokens[at].Word].Lower;
            letter = Consume(word, letters, letter);
            if (letter < 0)
            {
                return at;
            }
        }

        return -1;
    }

    private static string Letters(ParsedText parsed, int shortForm)
    {
        var lower = parsed.Words[parsed.Tokens[shortForm].Word].Lower;
        var plural = lower.Length > 2 && lower[^1] == 's' && char.IsLower(parsed.Written(parsed.Tokens[shortForm])[^1]);
        return string.Concat((plural ? lower[..^1] : lower).Where(char.IsLetter));
    }

    /// <summary>Matches as many trailing letters as a word's letters give, greedily from the right but ending with one at the word's (or a part's) beginning.</summary>
    private static int Consume(string word, string letters, int letter)
    {
        // The word's first letter, and before it, as many inner letters as match in order.
        for (var take = Math.Min(letter + 1, 4); take > 0; take--)
        {
            var start = letter - take + 1;
            if (word[0] == letters[start] && IsSubsequence(word, letters.AsSpan(start, take)))
            {
                return start - 1;
            }
        }

        return letter;
    }

    private static bool IsSubsequence(string word, ReadOnlySpan<char> letters)
    {
        var matched = 0;
        foreach (var c in word)
        {
            if (matched < letters.Length && c == letters[matched])
            {
                matched++;
            }
        }

        return matched == letters.Length;
    }
}
