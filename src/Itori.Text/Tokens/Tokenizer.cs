using System.Buffers;
using System.Globalization;
using System.Text;

namespace Itori.Text.Tokens;

/// <summary>Cuts a sentence into tokens. One pass; every token lies within the sentence and none overlaps another.</summary>
internal static class Tokenizer
{
    /// <summary>A longer run of letters is no word.</summary>
    public const int LongestWord = 64;

    private static readonly SearchValues<char> VersionCharacters = SearchValues.Create("0123456789.");

    /// <summary>Appends the tokens of <paramref name="sentence"/>. <paramref name="hidden"/> are the pieces that are not prose, <paramref name="nextHidden"/> the first of them that does not end before the sentence.</summary>
    public static void Append(string text, TextSpan sentence, List<TextSpan> hidden, ref int nextHidden, WordTable words, List<Token> tokens)
    {
        var at = sentence.Start;
        var end = sentence.End;
        while (at < end)
        {
            while (nextHidden < hidden.Count && hidden[nextHidden].End <= at)
            {
                nextHidden++;
            }

            var stop = end;
            if (nextHidden < hidden.Count)
            {
                if (hidden[nextHidden].Start <= at)
                {
                    var hiddenEnd = Math.Min(end, hidden[nextHidden].End);
                    tokens.Add(new Token(at, hiddenEnd - at, -1, TokenKind.Hidden));
                    at = hiddenEnd;
                    continue;
                }

                stop = Math.Min(stop, hidden[nextHidden].Start);
            }

            var c = text[at];
            if (char.IsWhiteSpace(c) || IsInvisible(c))
            {
                at++;
                continue;
            }

            if (IsWordCharacter(text, at, stop, out var width))
            {
                at = AppendWord(text, at, stop, words, tokens);
                continue;
            }

            tokens.Add(new Token(at, width, -1, TokenKind.Punctuation));
            at += width;
        }
    }

    /// <summary>Characters that are not seen: zero-width spaces and joiners, marks of direction, soft hyphens.</summary>
    public static bool IsInvisible(char c) => c is '\u00AD' or '\u180E' or (>= '\u200B' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2060' and <= '\u206F') or '\uFEFF';

    private static int AppendWord(string text, int start, int stop, WordTable words, List<Token> tokens)
    {
        var at = start;
        var letters = 0;
        while (at < stop)
        {
            if (IsWordCharacter(text, at, stop, out var width))
            {
                letters += char.IsDigit(text[at]) ? 0 : 1;
                at += width;
            }
            else if (IsInvisible(text[at]))
            {
                at++;
            }
            else if (IsJoint(text, start, at, stop) || IsSpelling(text, start, at))
            {
                at++;
            }
            else
            {
                break;
            }
        }

        var elided = ElisionLength(text.AsSpan(start, at - start));
        if (elided > 0)
        {
            tokens.Add(new Token(start, elided, words.Intern(text.AsSpan(start, elided)), TokenKind.Word));
            start += elided;
        }

        // "C#", "C++", "F#"
        if (at - start == 1 && at < stop && char.IsUpper(text[start]) && text[at] is '#' or '+')
        {
            var suffix = at;
            while (suffix < stop && text[suffix] is '#' or '+' && suffix - at < 2)
            {
                suffix++;
            }

            at = suffix == stop || !char.IsLetterOrDigit(text[suffix]) ? suffix : at;
        }

        while (at > start + 1 && IsInvisible(text[at - 1]))
        {
            at--;
        }

        var length = at - start;
        if (length > LongestWord)
        {
            tokens.Add(new Token(start, length, -1, TokenKind.Hidden));
        }
        else if (letters == 0 || StartsAsNumber(text.AsSpan(start, length)))
        {
            tokens.Add(new Token(start, length, -1, TokenKind.Number));
        }
        else
        {
            var possessive = CliticLength(text.AsSpan(start, length));
            tokens.Add(new Token(start, length - possessive, words.Intern(text.AsSpan(start, length - possessive)), TokenKind.Word));
            if (possessive > 0)
            {
                var clitic = text.AsSpan(at - possessive, possessive);
                var isPossessive = possessive == 2 && clitic[1] is 's' or 'S';
                tokens.Add(new Token(at - possessive, possessive, isPossessive ? -1 : words.Intern(clitic), isPossessive ? TokenKind.Punctuation : TokenKind.Word));
            }
        }

        return at;
    }

    /// <summary>"3rd", "10ms", "2x", "1990s", "5-10": a quantity, not a name such as "3D" or "802.11b"; "v1.2.0" too.</summary>
    private static bool StartsAsNumber(ReadOnlySpan<char> word)
    {
        if (word.Length > 2 && word[0] is 'v' or 'V' && word[1..].IndexOfAnyExcept(VersionCharacters) < 0)
        {
            return true;
        }

        if (!char.IsDigit(word[0]))
        {
            return false;
        }

        var digits = 1;
        while (digits < word.Length && (char.IsDigit(word[digits]) || word[digits] is '.' or ',' or '-'))
        {
            digits++;
        }

        var rest = word[digits..];
        return rest.Length <= 3 && rest.IndexOfAnyInRange('A', 'Z') < 0 && word[digits - 1] != '-';
    }

    /// <summary>The length of the possessive "'s" or shortened verb at the end of a word ("recognition'll"), 0 where the word is whole ("it's", "don't").</summary>
    private static int CliticLength(ReadOnlySpan<char> word)
    {
        var apostrophe = word.LastIndexOfAny('\'', '’');
        if (apostrophe < 1 || word[(apostrophe + 1)..] is not ("s" or "S" or "ll" or "ve" or "re" or "d" or "m"))
        {
            return 0;
        }

        Span<char> lower = stackalloc char[LongestWord];
        var length = WordTable.Fold(word, lower);
        return Lexicon.EnglishLexicon.Instance.TryFind(lower[..length], out _) ? 0 : word.Length - apostrophe;
    }

    /// <summary>Hyphen, apostrophe or dot between word characters: "two-phase", "don't", "node.js"; "TCP/IP" between capitals.</summary>
    private static bool IsJoint(string text, int start, int at, int stop)
    {
        if (at + 1 >= stop || at == start || !IsWordCharacter(text, at + 1, stop, out _))
        {
            return false;
        }

        var before = text[at - 1];
        var after = text[at + 1];
        return text[at] switch
        {
            '-' or '‐' or '‑' or '\'' or '’' => true,
            '.' => !(char.IsLower(before) && char.IsUpper(after)),
            ',' => char.IsDigit(before) && char.IsDigit(after),
            '&' => char.IsUpper(before) && char.IsUpper(after),
            '/' => char.IsUpper(before) && char.IsUpper(after) && (at < 2 || !char.IsLower(text[at - 2])) && (at + 2 >= stop || !char.IsLower(text[at + 2])),
            _ => false,
        };
    }

    /// <summary>The underscore of letters that a transcript spells, "D_V_D_".</summary>
    private static bool IsSpelling(string text, int start, int at) =>
        text[at] == '_' && at > start && char.IsUpper(text[at - 1]) && (at - 1 == start || text[at - 2] == '_');

    /// <summary>The length of a French or Italian article or particle that an apostrophe joins to the word after it ("l'intelligence", "qu'on"); else 0.</summary>
    private static int ElisionLength(ReadOnlySpan<char> word)
    {
        var apostrophe = word.IndexOfAny('\'', '’');
        if (apostrophe < 1 || word.Length - apostrophe < 4)
        {
            return 0;
        }

        Span<char> before = stackalloc char[LongestWord];
        var length = WordTable.Fold(word[..apostrophe], before);
        return before[..length] is "l" or "d" or "j" or "qu" or "c" or "n" or "s" or "m" or "t" or "jusqu" or "lorsqu" or "puisqu" or "dell" or "all" or "nell" or "sull" or "un"
            ? apostrophe + 1
            : 0;
    }

    private static bool IsWordCharacter(string text, int at, int stop, out int width)
    {
        var c = text[at];
        width = 1;
        if (c < 128)
        {
            return char.IsAsciiLetterOrDigit(c) || IsLeadingDot(text, at, stop) || (c == '\'' && at + 1 < stop && char.IsAsciiLetter(text[at + 1]) && (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && IsClitic(text, at, stop));
        }

        if (char.IsHighSurrogate(c) && at + 1 < stop && char.IsLowSurrogate(text[at + 1]))
        {
            width = 2;
            return Rune.IsLetter(new Rune(c, text[at + 1]));
        }

        return char.IsLetterOrDigit(c)
            || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber;
    }

    /// <summary>The dot of ".NET".</summary>
    private static bool IsLeadingDot(string text, int at, int stop) =>
        text[at] == '.' && at + 2 < stop && char.IsAsciiLetterUpper(text[at + 1]) && char.IsAsciiLetterUpper(text[at + 2]) && (at == 0 || char.IsWhiteSpace(text[at - 1]));

    /// <summary>A transcript's "'kay", "'cause", "'re", "'s": the apostrophe belongs to the word, unlike the one that opens a quotation.</summary>
    private static bool IsClitic(string text, int at, int stop)
    {
        var end = at + 1;
        while (end < stop && end - at <= 6 && char.IsAsciiLetterLower(text[end]))
        {
            end++;
        }

        return text.AsSpan(at + 1, end - at - 1) is "s" or "re" or "ve" or "ll" or "d" or "m" or "kay" or "cause" or "em" or "til" or "bout" or "t";
    }
}
