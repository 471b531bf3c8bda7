using Itori.Text.Lexicon;

namespace Itori.Text.Tokens;

/// <summary>One distinct word of a text, in lower case.</summary>
internal sealed class Word(int id, string lower)
{
    public int Id { get; } = id;

    /// <summary>Lower case, plain apostrophes and hyphens, no invisible characters.</summary>
    public string Lower { get; } = lower;

    public TagSet Tags { get; set; }

    public LexiconEntry Entry { get; set; }

    /// <summary>How often it occurs in the text, in any role.</summary>
    public int Count { get; set; }

    public bool IsKnown => !Entry.Tags.IsEmpty;

    /// <summary>Ids of the parts of a hyphenated word, and of the word itself for any other.</summary>
    public int[] Parts { get; set; } = [];

    /// <summary>Id of the singular (of the last part).</summary>
    public int SingularLast { get; set; } = -1;
}

/// <summary>The distinct words of one text. Words are compared without case, invisible characters and typographic variants of hyphen and apostrophe.</summary>
internal sealed class WordTable
{
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<Word> _words = [];

    public WordTable()
    {
        _ids = new Dictionary<string, int>(StringComparer.Ordinal);
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count => _words.Count;

    public Word this[int id] => _words[id];

    /// <summary>The id of the word that <paramref name="written"/> is a form of (case apart), made if it is new.</summary>
    public int Intern(ReadOnlySpan<char> written)
    {
        Span<char> lower = stackalloc char[Tokenizer.LongestWord];
        return InternLower(lower[..Fold(written, lower)]);
    }

    public int InternLower(ReadOnlySpan<char> lower)
    {
        if (_lookup.TryGetValue(lower, out var id))
        {
            return id;
        }

        id = _words.Count;
        var text = lower.ToString();
        _words.Add(new Word(id, text));
        _ids.Add(text, id);
        return id;
    }

    /// <summary>The id of a word's singular, made if it is new.</summary>
    public int SingularOf(int id) => Resolve(id) is { Parts.Length: 1 } word ? word.SingularLast : id;

    /// <summary>Completes a word's parts and singular on first use.</summary>
    public Word Resolve(int id)
    {
        var word = _words[id];
        if (word.SingularLast >= 0)
        {
            return word;
        }

        var lower = word.Lower;
        if (lower.Contains('-', StringComparison.Ordinal))
        {
            var parts = lower.Split('-', StringSplitOptions.RemoveEmptyEntries);
            word.Parts = [.. parts.Select(part => InternLower(part))];
        }

        if (word.Parts.Length == 0)
        {
            word.Parts = [id];
        }

        word.SingularLast = InternLower(Inflection.Singular(_words[word.Parts[^1]].Lower));
        return word;
    }

    // Letter and composed letter in turn, by mark. The runtime's own normalisation needs libraries that the programs run without.
    private static readonly Dictionary<char, string> Marked = new()
    {
        ['\u0300'] = "aàeèiìoòuù",
        ['\u0301'] = "aáeéiíoóuúyýnńcćsśzź",
        ['\u0302'] = "aâeêiîoôuû",
        ['\u0303'] = "aãnñoõ",
        ['\u0306'] = "aăgğий",
        ['\u0307'] = "zżeė",
        ['\u0308'] = "aäeëiïoöuüyÿеё",
        ['\u030A'] = "aåuů",
        ['\u030B'] = "oőuű",
        ['\u030C'] = "cčsšzžeěrřnňdďtť",
        ['\u0327'] = "cçsş",
        ['\u0328'] = "aąeę",
    };

    /// <summary>A small letter and a combining mark as the one character that European languages have for both.</summary>
    private static bool TryCompose(char letter, char mark, out char composed)
    {
        composed = letter;
        if (!Marked.TryGetValue(mark, out var pairs))
        {
            return false;
        }

        for (var i = 0; i < pairs.Length; i += 2)
        {
            if (pairs[i] == letter)
            {
                composed = pairs[i + 1];
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the comparison form of <paramref name="written"/> to <paramref name="lower"/> and returns its length, at most that of the input.</summary>
    public static int Fold(ReadOnlySpan<char> written, Span<char> lower)
    {
        var length = 0;
        foreach (var c in written)
        {
            var folded = c switch
            {
                >= 'a' and <= 'z' => c,
                '’' or 'ʼ' or '‘' => '\'',
                '‐' or '‑' => '-',
                _ => c == '_' || Tokenizer.IsInvisible(c) ? '\0' : char.ToLowerInvariant(c),
            };
            if (c is >= '\u0300' and <= '\u036F' && length > 0 && TryCompose(lower[length - 1], c, out var composed))
            {
                lower[length - 1] = composed;
            }
            else if (folded != '\0' && length < lower.Length)
            {
                lower[length++] = folded;
            }
        }

        // A pair that lower-casing by code unit leaves alone (Deseret and the like) stays as written: equal words still compare equal.
        return length;
    }
}
