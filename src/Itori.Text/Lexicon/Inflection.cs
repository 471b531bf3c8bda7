namespace Itori.Text.Lexicon;

/// <summary>English inflection: the singular of a noun, the base of a regular form.</summary>
internal static class Inflection
{
    // Plurals by form that are used as singulars, or whose classical singular nobody reads as the same concept.
    private static readonly HashSet<string> Unchanged = new(StringComparer.Ordinal)
    {
        "data", "media", "news", "series", "species", "means", "headquarters", "graphics", "windows", "sales", "goods", "glasses", "clothes", "people",
        "agenda", "meta", "aids", "gas", "bias", "lens", "chaos", "cosmos", "atlas", "canvas", "bus", "plus", "minus", "virus", "status", "focus", "always",
        "ios", "dns", "gps", "aws", "https", "css", "sms", "os", "this", "is", "was", "has", "does", "its", "as", "us", "yes", "politics", "savings",
    };

    /// <summary>The singular of a lower-case noun; a word that is no plural comes back as it is.</summary>
    public static string Singular(string word)
    {
        if (word.Length < 3 || Unchanged.Contains(word))
        {
            return word;
        }

        var known = EnglishLexicon.Instance.TryFind(word, out var entry);
        if (known && entry.Lemma is { } lemma && entry.Tags.Contains(PartOfSpeech.PluralNoun))
        {
            return lemma;
        }

        if (word[^1] != 's' || word[^2] is 's' or 'u' or '\'' || word.EndsWith("ics", StringComparison.Ordinal))
        {
            return word;
        }

        // "Tsunamis", "taxis" have a singular; "analysis" and "basis" are one.
        if (word[^2] == 'i')
        {
            var isSingular = known && entry.Tags.First == PartOfSpeech.Noun;
            return !isSingular && word.Length > 4 && EnglishLexicon.Instance.TryFind(word.AsSpan(0, word.Length - 1), out var one) && one.Tags.First == PartOfSpeech.Noun ? word[..^1] : word;
        }

        if (known && entry.Tags.First == PartOfSpeech.Noun && !entry.Tags.Contains(PartOfSpeech.PluralNoun))
        {
            return word;
        }

        // "Kubernetes", "datos", "redes": what is no English word and has an ending that names and other languages have too stays as it is.
        if (!IsAscii(word) || (!known && word[^2] is 'e' or 'o' or 'a' && !IsEnglishPlural(word)))
        {
            return word;
        }

        return Regular(word);
    }

    private static bool IsAscii(string word) => System.Text.Ascii.IsValid(word);

    /// <summary>Whether the lexicon has the singular, or a word that it ends with ("microservices").</summary>
    private static bool IsEnglishPlural(string word)
    {
        var lexicon = EnglishLexicon.Instance;
        var singular = Regular(word);
        for (var start = 0; start <= singular.Length - 4; start += start == 0 ? 3 : 1)
        {
            if (lexicon.TryFind(singular.AsSpan(start), out var entry) && (entry.Tags.Contains(PartOfSpeech.Noun) || entry.Tags.Contains(PartOfSpeech.Verb)))
            {
                return true;
            }
        }

        return lexicon.TryFind(singular, out _);
    }

    private static string Regular(string word)
    {
        var lexicon = EnglishLexicon.Instance;
        if (word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4)
        {
            // "movies" has "movie"; "batteries" has "battery", though dancers know a "batterie".
            return lexicon.TryFind(word.AsSpan(0, word.Length - 1), out var shorter) && !(lexicon.TryFind(word[..^3] + "y", out var usual) && usual.Frequency > shorter.Frequency) ? word[..^1] : word[..^3] + "y";
        }

        if (word.EndsWith("es", StringComparison.Ordinal) && word.Length > 3)
        {
            var stem = word.AsSpan(0, word.Length - 2);
            // "caches" has "cache", "boxes" has "box": the lexicon tells, else the sound before the ending does.
            if (lexicon.TryFind(word.AsSpan(0, word.Length - 1), out _))
            {
                return word[..^1];
            }

            if (stem[^1] is 'x' or 'z' || stem.EndsWith("sh") || stem.EndsWith("ch") || stem.EndsWith("ss") || (stem[^1] == 'o' && lexicon.TryFind(stem, out _))
                || (stem[^1] == 's' && lexicon.TryFind(stem, out _)))
            {
                return stem.ToString();
            }
        }

        return word[..^1];
    }

    /// <summary>
    /// Finds the entry of the base that <paramref name="word"/> without <paramref name="ending"/> comes from: as it is, with an "e", undoubled, or "y" for "i". Where several are words it is the commonest verb of them: "making" is no form of "mak".
    /// </summary>
    public static bool TryFindBase(ReadOnlySpan<char> word, int ending, out LexiconEntry entry)
    {
        entry = default;
        var length = word.Length - ending;
        if (length < 2 || length > 60)
        {
            return false;
        }

        Span<char> stem = stackalloc char[64];
        word[..length].CopyTo(stem);
        var found = Prefer(stem[..length], ref entry, false);
        stem[length] = 'e';
        found = Prefer(stem[..(length + 1)], ref entry, found);
        if (stem[length - 1] == stem[length - 2])
        {
            found = Prefer(stem[..(length - 1)], ref entry, found);
        }

        if (stem[length - 1] == 'i')
        {
            stem[length - 1] = 'y';
            found = Prefer(stem[..length], ref entry, found);
        }

        return found;
    }

    private static bool Prefer(ReadOnlySpan<char> stem, ref LexiconEntry entry, bool found)
    {
        if (!EnglishLexicon.Instance.TryFind(stem, out var other) || other.Tags.IsEmpty)
        {
            return found;
        }

        var isVerb = other.Tags.Contains(PartOfSpeech.Verb);
        if (!found || (isVerb && (!entry.Tags.Contains(PartOfSpeech.Verb) || other.Frequency > entry.Frequency)))
        {
            entry = other;
        }

        return true;
    }
}
