using System.Collections.Frozen;
using System.Globalization;
using System.IO.Compression;

namespace Itori.Text.Lexicon;

/// <summary>What the lexicon knows of one written word.</summary>
/// <param name="Tags">Its parts of speech, most likely first.</param>
/// <param name="Frequency">round(2·log2(1 + n)) with n the count of the lemma in the SemCor corpus: 0 (rare) to about 20.</param>
/// <param name="Lemma">The base of an irregular form.</param>
/// <param name="Curated">Whether the tags describe running text, and not just the senses of a dictionary.</param>
/// <param name="Closed">Whether it belongs to a closed class: function words, auxiliaries, fillers.</param>
internal readonly record struct LexiconEntry(TagSet Tags, byte Frequency, string? Lemma, bool Curated, bool Closed = false);

/// <summary>The embedded English lexicon: some 92,000 words, loaded once, at first use (about 8 MB of memory).</summary>
internal sealed class EnglishLexicon
{
    private static readonly Lazy<EnglishLexicon> Loaded = new(() => new EnglishLexicon());
    private readonly Dictionary<string, LexiconEntry> _entries;
    private readonly string[] _sorted;
    private readonly Dictionary<string, LexiconEntry>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    private EnglishLexicon()
    {
        _entries = new Dictionary<string, LexiconEntry>(96_000, StringComparer.Ordinal);
        ReadLexicon();
        MendPlurals();
        _sorted = [.. _entries.Keys.Order(StringComparer.Ordinal)];
        var classes = ReadClasses();
        Empty = classes["empty"];
        EmptyBeforeOf = classes["empty-of"];
        Generic = classes["generic"];
        Kinds = classes["kind"];
        KeptPairs = classes["kept-pair"];
        ShortNames = classes["short-name"];
        GenericAdjectives = classes["generic-adjective"];
        TakesAct = classes["takes-act"];
        Spent = classes["spent"];
        _bySpan = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public static EnglishLexicon Instance => Loaded.Value;

    /// <summary>Words that are neither a concept nor the head of one.</summary>
    public FrozenSet<string> Empty { get; }

    /// <summary>Words that are neither before "of".</summary>
    public FrozenSet<string> EmptyBeforeOf { get; }

    /// <summary>Words for a kind of which a text tells which one it speaks of ("the animal is a cow").</summary>
    public FrozenSet<string> Kinds { get; }

    /// <summary>Words that are no concept alone.</summary>
    public FrozenSet<string> Generic { get; }

    /// <summary>Two words joined by '_': the first, though in <see cref="GenericAdjectives"/>, is not stripped before the second.</summary>
    public FrozenSet<string> KeptPairs { get; }

    /// <summary>Words of two letters that name something even when written small.</summary>
    public FrozenSet<string> ShortNames { get; }

    /// <summary>Words that are stripped from the left of a phrase.</summary>
    public FrozenSet<string> GenericAdjectives { get; }

    /// <summary>Verbs, and their forms, after which "-ing" begins what is done.</summary>
    public FrozenSet<string> TakesAct { get; }

    /// <summary>Nouns for what is spent on doing something.</summary>
    public FrozenSet<string> Spent { get; }

    /// <summary>Whether some longer word of the lexicon begins with these letters.</summary>
    public bool IsBeginning(string letters)
    {
        var at = Array.BinarySearch(_sorted, letters, StringComparer.Ordinal);
        at = at < 0 ? ~at : at + 1;
        return at < _sorted.Length && _sorted[at].StartsWith(letters, StringComparison.Ordinal);
    }

    /// <summary>Looks up a lower-case word.</summary>
    public bool TryFind(ReadOnlySpan<char> word, out LexiconEntry entry) => _bySpan.TryGetValue(word, out entry);

    private void ReadLexicon()
    {
        using var packed = typeof(EnglishLexicon).Assembly.GetManifestResourceStream("english.lexicon.br")!;
        using var reader = new StreamReader(new BrotliStream(packed, CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            var frequency = fields.Length > 2 && fields[2].Length > 0 ? byte.Parse(fields[2], CultureInfo.InvariantCulture) : (byte)0;
            _entries[fields[0]] = new(ParseTags(fields[1]), frequency, fields.Length > 3 ? fields[3] : null, char.IsUpper(fields[1][0]));
        }
    }

    /// <summary>The data calls many plurals third persons as well ("languages"); where the singular is no verb they are none.</summary>
    private void MendPlurals()
    {
        var both = TagSet.Of(PartOfSpeech.PluralNoun, PartOfSpeech.VerbThirdPerson);
        foreach (var (word, entry) in _entries)
        {
            if (entry.Tags == both && word.Length > 3 && _entries.TryGetValue(word[..^1], out var singular) && singular.Curated && !singular.Tags.Contains(PartOfSpeech.Verb))
            {
                _entries[word] = entry with { Tags = TagSet.Of(PartOfSpeech.PluralNoun) };
            }
        }
    }

    private static TagSet ParseTags(ReadOnlySpan<char> letters)
    {
        var tags = default(TagSet);
        foreach (var letter in letters)
        {
            tags = tags.With(PartOfSpeechLetters.Parse(letter));
        }

        return tags;
    }

    private Dictionary<string, FrozenSet<string>> ReadClasses()
    {
        using var stream = typeof(EnglishLexicon).Assembly.GetManifestResourceStream("english.words.txt")!;
        using var reader = new StreamReader(stream);
        var classes = new Dictionary<string, HashSet<string>>();
        var name = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == '[')
            {
                name = line.Trim('[', ']');
                classes[name] = [];
                continue;
            }

            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                classes[name].Add(word);
                if (name[0] is '=' or '~')
                {
                    _entries.TryGetValue(word, out var known);
                    _entries[word] = known with { Tags = ParseTags(name.AsSpan(1)), Curated = true, Closed = name[0] == '=' };
                }
            }
        }

        return classes.ToDictionary(pair => pair.Key, pair => pair.Value.ToFrozenSet(StringComparer.Ordinal));
    }
}
