using Itori.Text.Lexicon;
using Itori.Text.Tokens;

namespace Itori.Text.Keyphrases;

/// <summary>
/// Candidate concepts of English text: the noun phrases <c>(adjective | participle | noun)* noun</c> without the words on their left that only praise,
/// point or count.
/// </summary>
internal sealed class NounPhrases(ParsedText parsed, int maxWords, IReadOnlySet<string> longForms)
{
    // Frequency (see LexiconEntry) from which a verb is everyday.
    private const int CommonVerb = 12;

    // Frequency below which a short word of spoken text is more likely a half-word.
    private const int RareWord = 4;

    // Within so many tokens a speaker says a broken-off word again.
    private const int NearRepair = 4;
    private const int FarRepair = 7;

    private readonly EnglishLexicon _lexicon = EnglishLexicon.Instance;
    private HashSet<int>? _brokenOff;

    public List<Phrase> Find()
    {
        var phrases = new List<Phrase>();
        for (var sentence = 0; sentence < parsed.Sentences.Count; sentence++)
        {
            var range = parsed.Sentences[sentence];
            var at = range.First;
            while (at < range.End)
            {
                if (!CanStart(at))
                {
                    at++;
                    continue;
                }

                var end = at + 1;
                while (end < range.End && CanFollow(at, end))
                {
                    end++;
                }

                AddTrimmed(phrases, at, end, sentence);
                at = end;
            }
        }

        return phrases;
    }

    private bool CanStart(int at)
    {
        var token = parsed.Tokens[at];
        return token.Kind == TokenKind.Word && IsUsable(at) && token.Tag switch
        {
            PartOfSpeech.Adjective or PartOfSpeech.Gerund or PartOfSpeech.Participle when IsOnlyVerb(at) => false,
            PartOfSpeech.Adjective or PartOfSpeech.Gerund when IsProgressive(at) || IsBegunAct(at) => false,
            PartOfSpeech.Adjective or PartOfSpeech.Gerund or PartOfSpeech.Noun when HasDescribedObject(at) => false,
            PartOfSpeech.Noun or PartOfSpeech.PluralNoun or PartOfSpeech.ProperNoun or PartOfSpeech.Adjective => true,
            PartOfSpeech.Participle or PartOfSpeech.Gerund => Modifies(at),
            _ => false,
        };
    }

    private bool CanFollow(int first, int at)
    {
        var token = parsed.Tokens[at];
        if (token.Kind != TokenKind.Word || !IsUsable(at) || token.Word == parsed.Tokens[at - 1].Word)
        {
            return false;
        }

        var previous = parsed.Tokens[at - 1].Tag;
        return token.Tag switch
        {
            PartOfSpeech.Noun when HasDescribedObject(at) => false,
            PartOfSpeech.Noun or PartOfSpeech.PluralNoun or PartOfSpeech.ProperNoun => true,
            PartOfSpeech.Adjective => previous != PartOfSpeech.PluralNoun && (!IsNoun(previous) || FollowedByNoun(at)),
            PartOfSpeech.Participle or PartOfSpeech.Gerund => !IsNoun(previous) && Modifies(at),
            _ => false,
        };
    }

    /// <summary>
    /// "smothering young corals", "solving nonlinear equations": an adjective that describes stands before a participle that does, so what comes after this one is the object of a verb. "A growing young coral" has an article and one meaning.
    /// </summary>
    private bool HasDescribedObject(int at) =>
        at + 1 < parsed.Tokens.Count && parsed.Tokens[at + 1].Tag == PartOfSpeech.Adjective && IsVerbsForm(at)
        && (parsed.Tokens[at].Tag != PartOfSpeech.Noun || IsUncountedVerb(parsed.Words[parsed.Tokens[at].Word]))
        && (at == 0 || parsed.Tokens[at - 1].Tag is not (PartOfSpeech.Determiner or PartOfSpeech.Adjective));

    /// <summary>
    /// "asking questions", "called concepts": a form of an everyday verb that counts of running text never have as a noun or an adjective of its own, as they have "running", "missing" or "limited". After an article it describes all the same.
    /// </summary>
    private bool IsOnlyVerb(int at)
    {
        var word = parsed.Words[parsed.Tokens[at].Word];
        return word.Entry is { Curated: true, Frequency: 0 } && word.Tags.First is PartOfSpeech.Gerund or PartOfSpeech.Participle or PartOfSpeech.PastVerb
            && (at == 0 || parsed.Tokens[at - 1].Tag is not (PartOfSpeech.Determiner or PartOfSpeech.Adjective))
            && Inflection.TryFindBase(word.Lower, word.Lower.EndsWith("ing", StringComparison.Ordinal) ? 3 : 2, out var verb) && verb.Frequency >= CommonVerb;
    }

    /// <summary>"we're incorporating voice recognition", "they are melting glaciers": after a pronoun and "be" it says what they do. Without a pronoun it may be what they are: "Linux and Windows are operating systems".</summary>
    private bool IsProgressive(int at)
    {
        if (at == 0 || parsed.Tokens[at - 1].Word < 0 || !IsVerbsForm(at))
        {
            return false;
        }

        return parsed.Words[parsed.Tokens[at - 1].Word].Lower switch
        {
            "i'm" or "we're" or "you're" or "they're" or "he's" or "she's" or "it's" or "who's" => true,
            "am" or "are" or "is" or "was" or "were" or "'m" or "'re" or "'s" => at > 1 && parsed.Tokens[at - 2].Tag == PartOfSpeech.Pronoun,
            _ => false,
        };
    }

    /// <summary>
    /// "keep pressing buttons", "spend their time pressing buttons": after verbs that take an act, and after what was spent, a gerund has the plural after it for its object. What is a noun before all else is none ("start training sessions").
    /// </summary>
    private bool IsBegunAct(int at)
    {
        if (at == 0 || at + 1 >= parsed.Tokens.Count || parsed.Tokens[at - 1].Word < 0 || parsed.Words[parsed.Tokens[at].Word].Tags.First != PartOfSpeech.Gerund
            || parsed.Tokens[at + 1].Tag is not (PartOfSpeech.PluralNoun or PartOfSpeech.Adjective))
        {
            return false;
        }

        var before = parsed.Words[parsed.Tokens[at - 1].Word].Lower;
        return _lexicon.TakesAct.Contains(before) || (_lexicon.Spent.Contains(before) && IsSpent(at - 1));
    }

    /// <summary>"spend their time", "have no trouble": not the time of "real time operating systems".</summary>
    private bool IsSpent(int at)
    {
        for (var before = at - 1; before >= Math.Max(0, at - 4); before--)
        {
            if (parsed.Tokens[before].Word >= 0 && parsed.Words[parsed.Tokens[before].Word].Lower is "spend" or "spends" or "spent" or "spending" or "waste" or "wastes" or "wasted" or "wasting" or "have" or "has" or "had" or "having" or "lose" or "lost")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is a gerund, or a word in "-ing" that comes from a verb though dictionaries have it as an adjective ("smothering").</summary>
    private bool IsVerbsForm(int at)
    {
        var word = parsed.Words[parsed.Tokens[at].Word].Lower;
        return parsed.Tokens[at].Tag == PartOfSpeech.Gerund || (word.EndsWith("ing", StringComparison.Ordinal) && Inflection.TryFindBase(word, 3, out var verb) && verb.Tags.Contains(PartOfSpeech.Verb));
    }

    /// <summary>"grazing": a noun by the dictionary alone, that no running text was seen to use as one.</summary>
    private static bool IsUncountedVerb(Word word) => word.Entry is { Curated: false, Frequency: 0 } && !word.Tags.Contains(PartOfSpeech.Gerund);

    /// <summary>Whether a participle describes the noun after it ("saturated porous media"), and is not a verb with an object ("solving equations").</summary>
    private bool Modifies(int at)
    {
        if (!FollowedByNoun(at))
        {
            return false;
        }

        var token = parsed.Tokens[at];
        var tags = parsed.Words[token.Word].Tags;
        if (token.Tag == PartOfSpeech.Participle)
        {
            return at == 0 || !IsNoun(parsed.Tokens[at - 1].Tag);
        }

        var previous = at == 0 ? PartOfSpeech.None : parsed.Tokens[at - 1].Tag;
        if (previous is PartOfSpeech.Determiner or PartOfSpeech.Adjective)
        {
            return true;
        }

        // "for storing state": the lexicon knows it as a verb's form before all else, and what it leads in is an act.
        if (previous == PartOfSpeech.Preposition && tags.First == PartOfSpeech.Gerund && parsed.Words[parsed.Tokens[at - 1].Word].Lower is "for" or "by" or "without" or "before" or "after" or "while" or "when"
            && !tags.Contains(PartOfSpeech.Adjective) && parsed.Words[token.Word].Entry.Frequency < RareWord)
        {
            return false;
        }

        // "learning algorithm" against "sending messages": a plural after it is its object, unless the word is as good as an adjective.
        return tags.Contains(PartOfSpeech.Adjective)
            || (tags.Contains(PartOfSpeech.Noun) && (parsed.Tokens[at + 1].Tag != PartOfSpeech.PluralNoun || !IsEverydayVerb(parsed.Words[token.Word].Lower)));
    }

    /// <summary>"sending", "making", but not "cascading".</summary>
    private static bool IsEverydayVerb(string gerund) => Inflection.TryFindBase(gerund, 3, out var verb) && verb.Frequency >= CommonVerb / 2;

    private bool FollowedByNoun(int at)
    {
        var next = at + 1;
        return next < parsed.Tokens.Count && parsed.Tokens[next].Kind == TokenKind.Word
            && (IsNoun(parsed.Tokens[next].Tag) || parsed.Tokens[next].Tag == PartOfSpeech.Adjective || (parsed.Tokens[next].Tag is PartOfSpeech.Gerund or PartOfSpeech.Participle));
    }

    private bool IsUsable(int at)
    {
        var token = parsed.Tokens[at];
        var word = parsed.Words[token.Word];
        var written = parsed.Written(token);
        if (word.Entry.Closed)
        {
            // "IT" and "US" in capitals were tagged as names.
            return token.Tag == PartOfSpeech.ProperNoun;
        }

        if (word.Lower.Length == 1)
        {
            return !char.IsAscii(word.Lower[0]) || (char.IsUpper(written[0]) && !parsed.IsSpoken && word.Lower is not ("a" or "i" or "o"));
        }

        if (word.Lower.Length == 2)
        {
            return !char.IsAscii(word.Lower[0]) || !written.ContainsAnyInRange('a', 'z') || _lexicon.ShortNames.Contains(word.Lower);
        }

        return !IsDrawnOut(word) && (!parsed.IsSpoken || !(IsFragment(at, word, written) || BrokenOff().Contains(token.Word)));
    }

    /// <summary>"hhh", "nnn", "ooo": a sound and no word.</summary>
    private static bool IsDrawnOut(Word word) => !word.IsKnown && word.Lower.AsSpan().IndexOfAnyExcept(word.Lower[0]) < 0 && char.IsAsciiLetter(word.Lower[0]) && word.Lower[0] is not ('x' or 'w' or 'i');

    /// <summary>Words nobody knows that the speaker is seen to break off once: they are half-words wherever they stand ("sti I still think the sti the battery").</summary>
    private HashSet<int> BrokenOff()
    {
        if (_brokenOff is not null)
        {
            return _brokenOff;
        }

        _brokenOff = [];
        for (var at = 0; at < parsed.Tokens.Count; at++)
        {
            if (parsed.Tokens[at] is { Kind: TokenKind.Word, Word: >= 0 } token && parsed.Words[token.Word] is { IsKnown: false, Lower.Length: > 1 and <= 4 } word
                && !parsed.Written(token).ContainsAnyInRange('A', 'Z') && IsRepaired(at, word.Lower, rare: true))
            {
                _brokenOff.Add(token.Word);
            }
        }

        return _brokenOff;
    }

    /// <summary>
    /// A word that the speaker broke off: the next words begin with it ("targ target groups") or as it does ("con components"), or it is no word but the beginning of one, and does not come again.
    /// </summary>
    private bool IsFragment(int at, Word word, ReadOnlySpan<char> written)
    {
        var lower = word.Lower;
        var rare = !word.IsKnown || (lower.Length <= 4 && word.Entry.Frequency < RareWord && !word.Entry.Curated);
        if (IsRepaired(at, lower, rare))
        {
            return true;
        }

        if (rare && IsBeforeDash(at))
        {
            return true;
        }

        if (char.IsUpper(written[0]))
        {
            return false;
        }

        return word.Count == 1 && !lower.Contains('-', StringComparison.Ordinal)
            && (word.IsKnown ? lower.Length <= 3 && rare && word.Entry.Frequency == 0 : lower.Length <= 4 || _lexicon.IsBeginning(lower));
    }

    private bool IsRepaired(int at, string lower, bool rare)
    {
        for (var next = at + 1; next < Math.Min(parsed.Tokens.Count, at + (rare ? FarRepair : NearRepair)); next++)
        {
            if (parsed.Tokens[next].Word < 0)
            {
                continue;
            }

            var later = parsed.Words[parsed.Tokens[next].Word].Lower;
            if (later.Length > lower.Length && later.StartsWith(lower, StringComparison.Ordinal) && later != lower + "s")
            {
                return true;
            }

            if (rare && next == at + 1 && lower.Length is > 1 and <= 4 && later.Length > lower.Length && later.AsSpan(0, 2).SequenceEqual(lower.AsSpan(0, 2)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"Anyth - any other", "multi - band": what nobody knows before a dash is broken off, or belongs to what comes after.</summary>
    private bool IsBeforeDash(int at) =>
        at >= 0 && at + 1 < parsed.Tokens.Count && parsed.Tokens[at + 1].Kind == TokenKind.Punctuation && parsed.Text[parsed.Tokens[at + 1].Start] is '-' or '–' or '—';

    private void AddTrimmed(List<Phrase> phrases, int first, int end, int sentence)
    {
        while (end > first && (!IsNoun(parsed.Tokens[end - 1].Tag) || (parsed.IsSpoken && end - first > 1 && IsTrailing(end - 1))))
        {
            end--;
        }

        while (first < end && ((IsStripped(first, end) && !IsLongForm(first, end)) || IsVerbWithObject(first, end, sentence)))
        {
            first++;
        }

        if (first == end || IsEmpty(end - 1))
        {
            return;
        }

        if (end - first > 2 * maxWords)
        {
            // So many nouns in a row are no phrase but a list of words.
            for (var at = first; at < end; at++)
            {
                if (IsNoun(parsed.Tokens[at].Tag))
                {
                    AddOne(phrases, at, at + 1, sentence);
                }
            }

            return;
        }

        AddOne(phrases, Math.Max(first, end - maxWords), end, sentence);
    }

    private void AddOne(List<Phrase> phrases, int first, int end, int sentence)
    {
        var head = parsed.Words[parsed.Tokens[end - 1].Word].Lower;
        if (end - first == 1 && (head.Length < 2 || _lexicon.Generic.Contains(head) || IsEmpty(first) || _lexicon.GenericAdjectives.Contains(head)))
        {
            return;
        }

        if (end - first == 1 && parsed.IsSpoken && IsLoneQuality(first, sentence))
        {
            return;
        }

        if (end - first == 1 && (IsAction(parsed.Words[parsed.Tokens[first].Word]) || IsBareVerb(first, sentence)))
        {
            return;
        }

        if (IsSpelled(first, end))
        {
            return;
        }

        phrases.Add(new(first, end, sentence));
    }

    /// <summary>"keep the context open", "the remote control close": what follows the noun in speech is seldom part of its name.</summary>
    private bool IsTrailing(int at)
    {
        var word = parsed.Words[parsed.Tokens[at].Word];
        return word.Entry.Curated && word.Entry.Frequency >= CommonVerb && !IsNoun(word.Tags[0]) && !IsNoun(word.Tags[1]) && IsNoun(parsed.Tokens[at - 1].Tag);
    }

    /// <summary>
    /// "use Hugin", "take constructions": an everyday verb in the base form where a verb may stand, with its object. What is an adjective besides ("just hang disks", "and call Adam") looks like one that describes the object.
    /// Where another verb follows it has a subject before it: "sleep deprivation impairs memory".
    /// </summary>
    private bool IsVerbWithObject(int first, int end, int sentence)
    {
        var mayLeadObject = parsed.Tokens[first].Tag == PartOfSpeech.Noun || (parsed.IsSpoken && parsed.Tokens[first].Tag == PartOfSpeech.Adjective);
        if (end - first < 2 || !mayLeadObject || !MayBeVerb(first, sentence)
            || (!parsed.IsSpoken && first == parsed.Sentences[sentence].First && end < parsed.Tokens.Count && parsed.Tokens[end].Tag is PartOfSpeech.VerbThirdPerson or PartOfSpeech.Modal))
        {
            return false;
        }

        var word = parsed.Words[parsed.Tokens[first].Word];
        return word.Tags.First == PartOfSpeech.Verb && (parsed.IsSpoken || word.Entry.Frequency >= CommonVerb);
    }

    /// <summary>"Real cheap", "a bit dependent": what is an adjective before all else is a thing only after an article or a preposition ("the derivative", "in Italian").</summary>
    private bool IsLoneQuality(int at, int sentence)
    {
        var word = parsed.Words[parsed.Tokens[at].Word];
        return word.Entry.Curated && word.Tags.First == PartOfSpeech.Adjective && parsed.Tokens[at].Tag == PartOfSpeech.Noun
            && (at == parsed.Sentences[sentence].First || (parsed.Tokens[at - 1].Tag is not (PartOfSpeech.Determiner or PartOfSpeech.Preposition) && !IsBeforeDash(at - 2)));
    }

    /// <summary>A lone word that is mostly a verb, where a verb may stand: "I think", "to tie", "wait".</summary>
    private bool IsBareVerb(int at, int sentence)
    {
        var word = parsed.Words[parsed.Tokens[at].Word];
        return word.Entry.Curated && word.Tags.First is PartOfSpeech.Verb or PartOfSpeech.VerbThirdPerson && (parsed.IsSpoken || word.Entry.Frequency >= CommonVerb)
            && MayBeVerb(at, sentence);
    }

    private bool MayBeVerb(int at, int sentence)
    {
        if (at == parsed.Sentences[sentence].First)
        {
            return true;
        }

        return parsed.Tokens[at - 1].Tag is PartOfSpeech.Pronoun or PartOfSpeech.Modal or PartOfSpeech.To or PartOfSpeech.Adverb or PartOfSpeech.Conjunction or PartOfSpeech.Interjection
            or PartOfSpeech.WhWord or PartOfSpeech.Punctuation or PartOfSpeech.PluralNoun or PartOfSpeech.Verb or PartOfSpeech.VerbThirdPerson or PartOfSpeech.PastVerb;
    }

    /// <summary>Letters that somebody spelled, "P Z".</summary>
    private bool IsSpelled(int first, int end)
    {
        for (var at = first; at < end; at++)
        {
            if (parsed.Words[parsed.Tokens[at].Word].Lower.Length > 1)
            {
                return false;
            }
        }

        return end - first > 1;
    }

    /// <summary>A lone "-ing" form of a common verb ("talking", "making") says what somebody did, not what the text is about.</summary>
    private static bool IsAction(Word word) =>
        word.Lower.EndsWith("ing", StringComparison.Ordinal) && word.Tags.Contains(PartOfSpeech.Gerund) && word.Tags.First == PartOfSpeech.Gerund
        && Inflection.TryFindBase(word.Lower, 3, out var verb) && verb.Frequency >= CommonVerb && word.Entry.Frequency < CommonVerb / 2;

    /// <summary>Whether the text introduces an abbreviation for just these words: they are a name as they stand.</summary>
    private bool IsLongForm(int first, int end)
    {
        if (longForms.Count == 0)
        {
            return false;
        }

        var start = parsed.Tokens[first].Start;
        return longForms.Contains(ConceptKey.Of(parsed.Text[start..parsed.Tokens[end - 1].End]));
    }

    /// <summary>"Thing", and "host" in "a host of problems".</summary>
    private bool IsEmpty(int at)
    {
        var word = parsed.Words[parsed.Tokens[at].Word].Lower;
        return _lexicon.Empty.Contains(word)
            || (_lexicon.EmptyBeforeOf.Contains(word) && at + 1 < parsed.Tokens.Count && parsed.Tokens[at + 1].Word >= 0 && parsed.Words[parsed.Tokens[at + 1].Word].Lower == "of"
                && at > 0 && parsed.Tokens[at - 1].Word >= 0 && parsed.Words[parsed.Tokens[at - 1].Word].Lower is "a" or "in" or "whole");
    }

    private bool IsStripped(int first, int end)
    {
        var token = parsed.Tokens[first];
        var remaining = end - first;
        var word = parsed.Words[token.Word];
        return (_lexicon.GenericAdjectives.Contains(word.Lower) && !(remaining > 1 && _lexicon.KeptPairs.Contains(word.Lower + "_" + parsed.Words[parsed.Tokens[first + 1].Word].Lower)))
            || (remaining > 1 && IsEmpty(first))
            || (token.Tag == PartOfSpeech.Adjective && remaining == 1);
    }

    private static bool IsNoun(PartOfSpeech tag) => tag is PartOfSpeech.Noun or PartOfSpeech.PluralNoun or PartOfSpeech.ProperNoun;
}
