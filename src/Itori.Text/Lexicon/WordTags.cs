namespace Itori.Text.Lexicon;

/// <summary>The parts of speech that a lower-case English word can have: from the lexicon, from the base it is inflected from, or from its ending.</summary>
internal static class WordTags
{
    private static readonly (string Ending, TagSet Tags)[] Endings =
    [
        ("ization", TagSet.Of(PartOfSpeech.Noun)), ("isation", TagSet.Of(PartOfSpeech.Noun)), ("ations", TagSet.Of(PartOfSpeech.PluralNoun)),
        ("tion", TagSet.Of(PartOfSpeech.Noun)), ("sion", TagSet.Of(PartOfSpeech.Noun)), ("ment", TagSet.Of(PartOfSpeech.Noun)), ("ness", TagSet.Of(PartOfSpeech.Noun)),
        ("ship", TagSet.Of(PartOfSpeech.Noun)), ("ability", TagSet.Of(PartOfSpeech.Noun)), ("ity", TagSet.Of(PartOfSpeech.Noun)), ("ism", TagSet.Of(PartOfSpeech.Noun)),
        ("logy", TagSet.Of(PartOfSpeech.Noun)), ("graphy", TagSet.Of(PartOfSpeech.Noun)), ("ics", TagSet.Of(PartOfSpeech.Noun)), ("ance", TagSet.Of(PartOfSpeech.Noun)), ("ence", TagSet.Of(PartOfSpeech.Noun)),
        ("like", TagSet.Of(PartOfSpeech.Adjective)), ("able", TagSet.Of(PartOfSpeech.Adjective)), ("ible", TagSet.Of(PartOfSpeech.Adjective)), ("ical", TagSet.Of(PartOfSpeech.Adjective)),
        ("ial", TagSet.Of(PartOfSpeech.Adjective)), ("ual", TagSet.Of(PartOfSpeech.Adjective)), ("onal", TagSet.Of(PartOfSpeech.Adjective)), ("ular", TagSet.Of(PartOfSpeech.Adjective)),
        ("less", TagSet.Of(PartOfSpeech.Adjective)), ("ical", TagSet.Of(PartOfSpeech.Adjective)), ("istic", TagSet.Of(PartOfSpeech.Adjective)), ("ous", TagSet.Of(PartOfSpeech.Adjective)),
        ("ful", TagSet.Of(PartOfSpeech.Adjective)), ("ive", TagSet.Of(PartOfSpeech.Adjective, PartOfSpeech.Noun)), ("ic", TagSet.Of(PartOfSpeech.Adjective, PartOfSpeech.Noun)), ("al", TagSet.Of(PartOfSpeech.Adjective, PartOfSpeech.Noun)),
        ("ary", TagSet.Of(PartOfSpeech.Adjective, PartOfSpeech.Noun)), ("ory", TagSet.Of(PartOfSpeech.Adjective, PartOfSpeech.Noun)), ("ly", TagSet.Of(PartOfSpeech.Adverb)),
        ("izing", TagSet.Of(PartOfSpeech.Gerund)), ("ising", TagSet.Of(PartOfSpeech.Gerund)), ("ized", TagSet.Of(PartOfSpeech.Participle, PartOfSpeech.PastVerb)),
        ("ised", TagSet.Of(PartOfSpeech.Participle, PartOfSpeech.PastVerb)), ("ize", TagSet.Of(PartOfSpeech.Verb)), ("ify", TagSet.Of(PartOfSpeech.Verb)),
        ("ing", TagSet.Of(PartOfSpeech.Noun, PartOfSpeech.Gerund)), ("ed", TagSet.Of(PartOfSpeech.Participle, PartOfSpeech.PastVerb, PartOfSpeech.Adjective)),
    ];

    private static readonly string[] Prefixes = ["non", "un", "re", "pre", "multi", "inter", "sub", "super", "micro", "macro", "hyper", "over", "under", "co", "anti", "semi", "auto", "meta", "pseudo", "bio", "neuro", "geo", "electro", "nano", "tele", "cyber", "counter", "trans", "intra", "mis", "dis", "post", "self"];

    /// <summary>The tags of <paramref name="word"/>; never empty. <paramref name="entry"/> is what the lexicon knows of it or of its base.</summary>
    public static TagSet Of(ReadOnlySpan<char> word, out LexiconEntry entry)
    {
        var lexicon = EnglishLexicon.Instance;
        var found = lexicon.TryFind(word, out entry) && !entry.Tags.IsEmpty;
        if (found && entry.Curated)
        {
            return entry.Tags;
        }

        var tags = found ? entry.Tags : default;
        var inflected = Inflected(word, out var baseEntry);
        if (!inflected.IsEmpty)
        {
            // A dictionary's "saturated" (adjective) is also the participle of "saturate".
            for (var rank = 0; rank < inflected.Count; rank++)
            {
                tags = tags.With(inflected[rank]);
            }

            entry = found ? entry : baseEntry with { Lemma = null };
        }

        if (!tags.IsEmpty)
        {
            return tags;
        }

        var hyphen = word.LastIndexOf('-');
        if (hyphen > 0 && hyphen < word.Length - 1)
        {
            return Compound(Of(word[(hyphen + 1)..], out _));
        }

        foreach (var prefix in Prefixes)
        {
            if (word.Length > prefix.Length + 3 && word.StartsWith(prefix, StringComparison.Ordinal))
            {
                var rest = word[prefix.Length..];
                if (lexicon.TryFind(rest, out var restEntry) && !restEntry.Tags.IsEmpty)
                {
                    return restEntry.Tags;
                }

                if (Inflected(rest, out _) is { IsEmpty: false } restTags)
                {
                    return restTags;
                }
            }
        }

        return ByEnding(word);
    }

    private static TagSet Compound(TagSet last) => last.First switch
    {
        // "object-oriented", "time-varying" and "long-term" describe; "trade-off" and "feed-forward" are what their last part does not tell.
        PartOfSpeech.Noun => TagSet.Of(PartOfSpeech.Noun, PartOfSpeech.Adjective),
        PartOfSpeech.PluralNoun => TagSet.Of(PartOfSpeech.PluralNoun),
        PartOfSpeech.Preposition => TagSet.Of(PartOfSpeech.Noun, PartOfSpeech.Adjective),
        PartOfSpeech.Verb => TagSet.Of(PartOfSpeech.Adjective, PartOfSpeech.Noun, PartOfSpeech.Verb),
        _ => TagSet.Of(PartOfSpeech.Adjective, PartOfSpeech.Noun),
    };

    private static TagSet Inflected(ReadOnlySpan<char> word, out LexiconEntry entry)
    {
        entry = default;
        if (word.Length < 4)
        {
            return default;
        }

        if (word[^1] == 's' && word[^2] != 's')
        {
            if (!Inflection.TryFindBase(word, 1, out entry) && !(word[^2] == 'e' && Inflection.TryFindBase(word, 2, out entry)))
            {
                return default;
            }

            var tags = default(TagSet);
            for (var rank = 0; rank < entry.Tags.Count; rank++)
            {
                tags = tags.With(entry.Tags[rank] switch
                {
                    PartOfSpeech.Noun or PartOfSpeech.Gerund => PartOfSpeech.PluralNoun,
                    PartOfSpeech.Verb => PartOfSpeech.VerbThirdPerson,
                    PartOfSpeech.ProperNoun => PartOfSpeech.ProperNoun,
                    _ => PartOfSpeech.None,
                });
            }

            return tags.IsEmpty && entry.Tags.Contains(PartOfSpeech.Adjective) ? TagSet.Of(PartOfSpeech.PluralNoun) : tags;
        }

        if (word.EndsWith("ing", StringComparison.Ordinal) && Inflection.TryFindBase(word, 3, out entry) && entry.Tags.Contains(PartOfSpeech.Verb))
        {
            return TagSet.Of(PartOfSpeech.Gerund, PartOfSpeech.Noun);
        }

        if (word.EndsWith("ed", StringComparison.Ordinal) && Inflection.TryFindBase(word, 2, out entry))
        {
            return entry.Tags.Contains(PartOfSpeech.Verb) ? TagSet.Of(PartOfSpeech.Participle, PartOfSpeech.PastVerb) : TagSet.Of(PartOfSpeech.Adjective);
        }

        if (word.EndsWith("ly", StringComparison.Ordinal) && Inflection.TryFindBase(word, 2, out entry) && entry.Tags.Contains(PartOfSpeech.Adjective))
        {
            return TagSet.Of(PartOfSpeech.Adverb);
        }

        if ((word.EndsWith("er", StringComparison.Ordinal) || word.EndsWith("est", StringComparison.Ordinal))
            && Inflection.TryFindBase(word, word[^1] == 'r' ? 2 : 3, out entry))
        {
            if (entry.Tags.First == PartOfSpeech.Adjective)
            {
                return TagSet.Of(PartOfSpeech.Adjective);
            }

            return entry.Tags.Contains(PartOfSpeech.Verb) && word[^1] == 'r' ? TagSet.Of(PartOfSpeech.Noun) : default;
        }

        entry = default;
        return default;
    }

    private static TagSet ByEnding(ReadOnlySpan<char> word)
    {
        foreach (var (ending, tags) in Endings)
        {
            if (word.Length > ending.Length + 1 && word.EndsWith(ending, StringComparison.Ordinal))
            {
                return tags;
            }
        }

        return word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i')
            ? TagSet.Of(PartOfSpeech.PluralNoun)
            : TagSet.Of(PartOfSpeech.Noun);
    }
}
