using System.Buffers;

namespace Itori.Text.Tokens;

/// <summary>Finds what is not prose: code, addresses, markup. Nothing in it becomes a concept.</summary>
internal static class Markup
{
    private const int LongestTag = 200;
    private const int LongestInlineCode = 500;
    private const int LongestComment = 4096;

    private static readonly SearchValues<char> EntityCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#");
    private static readonly SearchValues<char> AddressEnds = SearchValues.Create(" \t\r\n\"<>()[]{}|`“”«»，。、；");
    private static readonly SearchValues<char> HexadecimalCharacters = SearchValues.Create("0123456789abcdefABCDEF-");
    private static readonly SearchValues<char> DomainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    /// <summary>The pieces of <paramref name="text"/> that are not prose, in order and apart from each other. Linear in the text's length.</summary>
    public static List<TextSpan> Find(string text)
    {
        var found = new List<TextSpan>();
        var lineStart = true;
        var i = 0;
        while (i < text.Length)
        {
            var length = LengthAt(text, i, lineStart);
            if (length > 0)
            {
                found.Add(new(i, length));
                i += length;
                lineStart = false;
                continue;
            }

            lineStart = text[i] == '\n' || (lineStart && text[i] is ' ' or '\t');
            i++;
        }

        return found;
    }

    private static int LengthAt(string text, int at, bool lineStart)
    {
        var rest = text.AsSpan(at);
        switch (text[at])
        {
            case '`' or '~' when lineStart && (rest.StartsWith("```") || rest.StartsWith("~~~")):
                return FencedCode(rest);
            case '`':
                return rest.StartsWith("```") ? FencedCode(rest) : InlineCode(rest);
            case '<':
                return Tag(rest);
            case '&':
                return Entity(rest);
            case '$' when rest.Length > 1 && rest[1] == '$':
                var math = rest[2..].IndexOf("$$");
                return math is < 0 or > LongestInlineCode ? 0 : math + 4;
        }

        // Addresses begin where a word begins.
        if (at > 0 && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '@' or '/' or '.' or '_' or '\\'))
        {
            return 0;
        }

        return Address(rest);
    }

    private static int FencedCode(ReadOnlySpan<char> rest)
    {
        var end = rest[3..].IndexOf(rest[..3]);
        return end < 0 ? rest.Length : end + 6;
    }

    private static int InlineCode(ReadOnlySpan<char> rest)
    {
        var end = rest[1..].IndexOfAny('`', '\n');
        return end is < 0 or > LongestInlineCode || rest[end + 1] == '\n' ? 0 : end + 2;
    }

    private static int Tag(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("<!--"))
        {
            var close = rest[..Math.Min(rest.Length, LongestComment)].IndexOf("-->");
            return close < 0 ? 0 : close + 3;
        }

        if (rest.Length < 3 || !(char.IsAsciiLetter(rest[1]) || rest[1] is '/' or '!'))
        {
            return 0;
        }

        var window = rest[..Math.Min(rest.Length, LongestTag)];
        var end = window[1..].IndexOfAny('>', '<');
        return end < 0 || window[end + 1] == '<' ? 0 : end + 2;
    }

    private static int Entity(ReadOnlySpan<char> rest)
    {
        var end = rest[..Math.Min(rest.Length, 10)].IndexOf(';');
        return end > 1 && rest[1..end].IndexOfAnyExcept(EntityCharacters) < 0 ? end + 1 : 0;
    }

    /// <summary>A URL, e-mail address, @mention, file path or long hexadecimal number that stands at the start of <paramref name="rest"/>; else 0.</summary>
    private static int Address(ReadOnlySpan<char> rest)
    {
        var first = rest[0];
        if (!(char.IsLetterOrDigit(first) || first is '@' or '/' or '.' or '~' or '_' or '\\'))
        {
            return 0;
        }

        // Looking ahead is bounded, so that one endless "word" is not read once per character.
        var window = rest[..Math.Min(rest.Length, 2048)];
        var length = window.IndexOfAny(AddressEnds);
        var word = length < 0 ? window : window[..length];
        var trimmed = word.TrimEnd(".,;:!?'*_").Length;
        word = word[..trimmed];
        if (word.Length < 2)
        {
            return 0;
        }

        if (word.Contains("://", StringComparison.Ordinal) || word.StartsWith("www.", StringComparison.OrdinalIgnoreCase) || word.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
        {
            return trimmed;
        }

        var at = word.IndexOf('@');
        if (at == 0)
        {
            return char.IsLetter(word[1]) ? trimmed : 0;
        }

        if (at > 0 && word[at..].Contains('.'))
        {
            return trimmed;
        }

        return IsPath(word) || IsHexadecimal(word) || IsDomain(word) || IsIdentifier(word) || word.Contains("::", StringComparison.Ordinal) ? trimmed : 0;
    }

    private static bool IsPath(ReadOnlySpan<char> word)
    {
        if (word.Contains('\\'))
        {
            return true;
        }

        var slashes = word.Count('/');
        return slashes > 0 && (word[0] is '/' or '.' or '~' || (slashes > 1 && word.Contains('.')));
    }

    /// <summary>A hash or identifier: eight or more hexadecimal digits and hyphens with both letters and digits among them.</summary>
    private static bool IsHexadecimal(ReadOnlySpan<char> word) =>
        word.Length >= 8 && word.IndexOfAnyExcept(HexadecimalCharacters) < 0 && word.ContainsAnyInRange('0', '9') && word.Count('-') * 4 < word.Length;

    /// <summary>A name from code, "snake_case"; not letters that a transcript spells, "D_V_D_".</summary>
    private static bool IsIdentifier(ReadOnlySpan<char> word) =>
        word.Trim('_').Contains('_') && (word.Length < 3 || word[1] != '_' || !char.IsUpper(word[0]));

    private static bool IsDomain(ReadOnlySpan<char> word)
    {
        var dot = word.LastIndexOf('.');
        if (dot <= 0 || word.Length > 253)
        {
            return false;
        }

        var ending = word[(dot + 1)..];
        return ending is "com" or "org" or "net" or "edu" or "gov" or "io" or "dev" && word[..dot].IndexOfAnyExcept(DomainCharacters) < 0
            && char.IsLower(word[0]);
    }
}
