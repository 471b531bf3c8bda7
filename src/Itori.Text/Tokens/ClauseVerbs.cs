using System.Collections.Frozen;
using Itori.Text.Lexicon;

namespace Itori.Text.Tokens;

/// <summary>
/// Finds the verb that a clause must have and that a first-order model took for a noun: "gradient descent works", "GNNs use message passing", "how does the remote control work".
/// </summary>
internal static class ClauseVerbs
{
    // Frequency (see LexiconEntry) from which a verb is everyday.
    private const int EverydayVerb = 12;

    // Nouns without an ending of their own for many: a bare verb may follow them ("fish keep", "police stop").
    private static readonly FrozenSet<string> SameForMany = FrozenSet.Create(
        StringComparer.Ordinal, "aircraft", "cattle", "crew", "deer", "fish", "livestock", "offspring", "personnel", "police", "poultry", "salmon", "sheep", "shrimp", "spacecraft", "species", "staff", "swine", "trout", "youth");

    // Their third person is the verb wherever it can be one: nobody says "drought causes" of causes.
    private static readonly FrozenSet<string> Effects = FrozenSet.Create(StringComparer.Ordinal, "causes", "uses", "triggers", "induces", "requires");

    // Words whose "to" leads to a thing and not to an act.
    private static readonly FrozenSet<string> TakeThingAfterTo = FrozenSet.Create(
        StringComparer.Ordinal, "lead", "leads", "led", "leading", "due", "contribute", "contributes", "contributed", "contributing", "according", "owing", "relates", "related", "refers", "belongs", "corresponds", "exposure",
        "exposed", "resistance", "resistant", "vulnerable", "susceptible", "addicted", "thanks", "compared", "converted", "converts");

    // After these what somebody or something does stands bare.
    private static readonly FrozenSet<string> TakesBareVerb = FrozenSet.Create(
        StringComparer.Ordinal, "let", "lets", "letting", "make", "makes", "made", "making", "have", "has", "had", "having", "help", "helps", "helped", "helping", "see", "sees", "saw", "seen", "seeing", "watch", "watched", "watching",
        "hear", "heard", "feel", "felt", "notice", "noticed", "do", "does", "did", "don't", "doesn't", "didn't", "recommend", "suggest", "require", "requires", "insist", "insists", "that");

    /// <summary>Mends the tags of one sentence. <paramref name="isStatement"/>: it ends with a full stop, question mark or the like, so that it is no headline.</summary>
    public static void Mend(ParsedText parsed, Span<Token> tokens, ReadOnlySpan<TagSet> tags, bool isStatement)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            if (LeadsToVerb(parsed, tokens, tags, i))
            {
                tokens[i + 1].Tag = PartOfSpeech.Verb;
            }
            else if (LeadsToThirdPerson(parsed, tokens, i))
            {
                tokens[i + 1].Tag = PartOfSpeech.VerbThirdPerson;
            }
            else if (LeadsToThing(parsed, tokens, tags, i))
            {
                tokens[i + 2].Tag = PartOfSpeech.Noun;
            }
            else if (HasEffect(parsed, tokens, tags, i))
            {
                tokens[i].Tag = PartOfSpeech.VerbThirdPerson;
                tokens[i + 1].Tag = tags[i + 1].Contains(PartOfSpeech.Noun) ? PartOfSpeech.Noun : PartOfSpeech.ProperNoun;
            }
        }

        if (!parsed.IsSpoken)
        {
            MendSubjects(parsed, tokens, tags);
        }

        if (isStatement && !HasVerb(tokens))
        {
            MendClause(parsed, tokens, tags, 0, tokens.Length);
            return;
        }

        if (isStatement && MainClause(tokens) is > 3 and var main)
        {
            MendClause(parsed, tokens, tags, 0, main);
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            if (OpensClause(parsed, tokens[i]))
            {
                var end = ClauseEnd(parsed, tokens, i + 1);
                if (end - i > 2 && !HasVerb(tokens[(i + 1)..end]))
                {
                    MendClause(parsed, tokens, tags, i + 1, end);
                }
            }

            if (AsksForBase(parsed, tokens, i))
            {
                MendInversion(tokens, tags, i + 1, ClauseEnd(parsed, tokens, i + 1));
            }
        }
    }

    /// <summary>"models that use data", "it doesn't cause harm": a word that is as often a verb as a noun, where a verb must stand.</summary>
    private static bool LeadsToVerb(ParsedText parsed, ReadOnlySpan<Token> tokens, ReadOnlySpan<TagSet> tags, int at)
    {
        if (at + 1 >= tokens.Length || tokens[at].Word < 0 || tokens[at + 1].Tag is not (PartOfSpeech.Noun or PartOfSpeech.Gerund) || !tags[at + 1].Contains(PartOfSpeech.Verb))
        {
            return false;
        }

        switch (parsed.Words[tokens[at].Word].Lower)
        {
            case "don't" or "doesn't" or "didn't":
                return true;
            case "that" or "which" or "who":
                var noun = at > 0 && tokens[at - 1].Tag == PartOfSpeech.Punctuation ? at - 2 : at - 1;
                // After "who" no noun can stand; "that" and "which" may belong to one.
                return noun >= 0 && IsMany(parsed, tokens[noun], tags[noun])
                    && (parsed.Words[tokens[at].Word].Lower == "who" || parsed.Words[tokens[at + 1].Word].Entry.Frequency >= EverydayVerb);
            default:
                return false;
        }
    }

    /// <summary>"leads to soil erosion", "due to stock collapse": a thing, though it could be an act.</summary>
    private static bool LeadsToThing(ParsedText parsed, ReadOnlySpan<Token> tokens, ReadOnlySpan<TagSet> tags, int at) =>
        at + 2 < tokens.Length && tokens[at + 1].Tag == PartOfSpeech.To && tokens[at + 2].Tag == PartOfSpeech.Verb && tags[at + 2].Contains(PartOfSpeech.Noun)
        && tokens[at].Word >= 0 && TakeThingAfterTo.Contains(parsed.Words[tokens[at].Word].Lower)
        && (at + 3 == tokens.Length || tokens[at + 3].Tag is PartOfSpeech.Noun or PartOfSpeech.PluralNoun or PartOfSpeech.Punctuation or PartOfSpeech.Conjunction or PartOfSpeech.Gerund);

    /// <summary>"Drought causes crop failure", "the client uses React and Vite": not causes that crop, nor uses that react.</summary>
    private static bool HasEffect(ParsedText parsed, ReadOnlySpan<Token> tokens, ReadOnlySpan<TagSet> tags, int at)
    {
        if (at == 0 || at + 2 >= tokens.Length || tokens[at].Tag != PartOfSpeech.PluralNoun || tokens[at].Word < 0 || !Effects.Contains(parsed.Words[tokens[at].Word].Lower)
            || tokens[at - 1].Tag is not (PartOfSpeech.Noun or PartOfSpeech.ProperNoun or PartOfSpeech.Gerund) || tokens[at + 1].Tag != PartOfSpeech.Verb)
        {
            return false;
        }

        return IsName(parsed, tokens, at + 1) || (tags[at + 1].Contains(PartOfSpeech.Noun) && tokens[at + 2].Tag is PartOfSpeech.Noun or PartOfSpeech.PluralNoun);
    }

    /// <summary>
    /// Where what looks like a verb is part of the subject: "Sleep deprivation impairs memory", "that sleep loss harms memory", "React uses a DOM", because the verb comes later; and where it is part of what "a" stands before ("a data store"), because one thing
    /// would have another form of it.
    /// </summary>
    private static void MendSubjects(ParsedText parsed, Span<Token> tokens, ReadOnlySpan<TagSet> tags)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Tag != PartOfSpeech.Verb || tokens[i].Word < 0 || parsed.Words[tokens[i].Word].Entry.Closed)
            {
                continue;
            }

            if (i > 0 && !OpensClause(parsed, tokens[i - 1]) && !IsThat(parsed, tokens[i - 1]))
            {
                if (tags[i].Contains(PartOfSpeech.Noun) && IsOfOne(parsed, tokens, i))
                {
                    tokens[i].Tag = PartOfSpeech.Noun;
                }

                continue;
            }

            var at = i + 1;
            while (at < tokens.Length && tokens[at].Tag is PartOfSpeech.Noun or PartOfSpeech.PluralNoun)
            {
                at++;
            }

            var isName = at == i + 1 && IsName(parsed, tokens, i);
            if ((isName || (at > i + 1 && tags[i].Contains(PartOfSpeech.Noun))) && at < tokens.Length && tokens[at].Tag is PartOfSpeech.VerbThirdPerson or PartOfSpeech.Modal)
            {
                tokens[i].Tag = isName ? PartOfSpeech.ProperNoun : PartOfSpeech.Noun;
            }
        }
    }

    /// <summary>Whether only nouns and what describes them stand between "a" and this word, and no verb before that asks for a bare one ("let a user store data", "can a cell store").</summary>
    private static bool IsOfOne(ParsedText parsed, ReadOnlySpan<Token> tokens, int at)
    {
        var before = at - 1;
        if (tokens[before].Tag is not (PartOfSpeech.Noun or PartOfSpeech.PluralNoun))
        {
            return false;
        }

        while (before >= 0 && tokens[before].Tag is PartOfSpeech.Noun or PartOfSpeech.PluralNoun or PartOfSpeech.Adjective or PartOfSpeech.Participle)
        {
            before--;
        }

        if (before < 0 || tokens[before].Word < 0 || parsed.Words[tokens[before].Word].Lower is not ("a" or "an"))
        {
            return false;
        }

        for (before--; before >= 0 && tokens[before].Tag != PartOfSpeech.Punctuation; before--)
        {
            if (tokens[before].Tag == PartOfSpeech.Modal || (tokens[before].Word >= 0 && TakesBareVerb.Contains(parsed.Words[tokens[before].Word].Lower)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsName(ParsedText parsed, ReadOnlySpan<Token> tokens, int at) => char.IsUpper(parsed.Text[tokens[at].Start]) && !parsed.Words[tokens[at].Word].Entry.Closed;

    private static bool IsThat(ParsedText parsed, in Token token) => token.Word >= 0 && parsed.Words[token.Word].Lower == "that";

    /// <summary>"a muscle that pumps blood": after one thing and a relative word, what looks like a plural and comes from a verb is the verb that the clause has not got otherwise.</summary>
    private static bool LeadsToThirdPerson(ParsedText parsed, ReadOnlySpan<Token> tokens, int at)
    {
        if (at == 0 || at + 2 >= tokens.Length || tokens[at].Word < 0 || tokens[at + 1].Word < 0 || tokens[at + 1].Tag != PartOfSpeech.PluralNoun
            || parsed.Words[tokens[at].Word].Lower is not ("that" or "which" or "who"))
        {
            return false;
        }

        var noun = tokens[at - 1].Tag == PartOfSpeech.Punctuation && at > 1 ? at - 2 : at - 1;
        if (tokens[noun].Tag is not (PartOfSpeech.Noun or PartOfSpeech.ProperNoun)
            || tokens[at + 2].Tag is not (PartOfSpeech.Noun or PartOfSpeech.PluralNoun or PartOfSpeech.ProperNoun or PartOfSpeech.Determiner or PartOfSpeech.Adjective or PartOfSpeech.Pronoun))
        {
            return false;
        }

        var end = ClauseEnd(parsed, tokens, at + 1);
        return !HasVerb(tokens[(at + 1)..end]) && Inflection.TryFindBase(parsed.Words[tokens[at + 1].Word].Lower, 1, out var verb) && verb.Tags.Contains(PartOfSpeech.Verb);
    }

    /// <summary>Where a main clause without a verb ends, that stands before a relative one and has none after it either: "fish keep seaweed down, which would grow". 0 where there is none such.</summary>
    private static int MainClause(ReadOnlySpan<Token> tokens)
    {
        for (var i = 1; i + 1 < tokens.Length; i++)
        {
            if (tokens[i].Tag == PartOfSpeech.Punctuation && tokens[i + 1].Tag == PartOfSpeech.WhWord)
            {
                var after = i + 1;
                while (after < tokens.Length && tokens[after].Tag != PartOfSpeech.Punctuation)
                {
                    after++;
                }

                return HasVerb(tokens[..i]) || HasVerb(tokens[after..]) ? 0 : i;
            }
        }

        return 0;
    }

    private static bool HasVerb(ReadOnlySpan<Token> tokens)
    {
        foreach (var token in tokens)
        {
            if (token.Tag is PartOfSpeech.Verb or PartOfSpeech.VerbThirdPerson or PartOfSpeech.PastVerb or PartOfSpeech.Modal)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first noun that can be a verb and agrees with the noun before it; first with what follows no noun, then with any object.</summary>
    private static void MendClause(ParsedText parsed, Span<Token> tokens, ReadOnlySpan<TagSet> tags, int first, int end)
    {
        for (var i = first + 1; i < end; i++)
        {
            var next = i + 1 < end ? tokens[i + 1].Tag : PartOfSpeech.Punctuation;
            if (tokens[i].Tag == PartOfSpeech.PluralNoun && tags[i].Contains(PartOfSpeech.VerbThirdPerson)
                && tokens[i - 1].Tag is PartOfSpeech.Noun or PartOfSpeech.ProperNoun
                && next is PartOfSpeech.Punctuation or PartOfSpeech.Determiner or PartOfSpeech.Adverb or PartOfSpeech.To or PartOfSpeech.Adjective or PartOfSpeech.Pronoun or PartOfSpeech.Preposition)
            {
                tokens[i].Tag = PartOfSpeech.VerbThirdPerson;
                return;
            }

            if (tokens[i].Tag == PartOfSpeech.Noun && tags[i].Contains(PartOfSpeech.Verb)
                && IsMany(parsed, tokens[i - 1], tags[i - 1])
                && next is not (PartOfSpeech.Verb or PartOfSpeech.VerbThirdPerson or PartOfSpeech.PastVerb))
            {
                tokens[i].Tag = PartOfSpeech.Verb;
                return;
            }
        }

        var subjects = 0;
        for (var i = first + 1; i + 1 < end; i++)
        {
            subjects += tokens[i].Tag == PartOfSpeech.Conjunction ? 1 : 0;
            if (tokens[i].Word < 0 || tokens[i - 1].Tag is not (PartOfSpeech.Noun or PartOfSpeech.ProperNoun)
                || tokens[i + 1].Tag is not (PartOfSpeech.Noun or PartOfSpeech.PluralNoun or PartOfSpeech.ProperNoun or PartOfSpeech.Gerund))
            {
                continue;
            }

            // "The kelp forest shelters rockfish", "smoking and alcohol abuse cause liver disease".
            var word = parsed.Words[tokens[i].Word];
            if (tokens[i].Tag == PartOfSpeech.PluralNoun && Inflection.TryFindBase(word.Lower, 1, out var verb) && verb.Tags.Contains(PartOfSpeech.Verb))
            {
                tokens[i].Tag = PartOfSpeech.VerbThirdPerson;
                return;
            }

            if (subjects > 0 && tokens[i + 1].Tag != PartOfSpeech.Gerund && tokens[i].Tag == PartOfSpeech.Noun && tags[i].Contains(PartOfSpeech.Verb) && word.Entry.Frequency >= EverydayVerb)
            {
                tokens[i].Tag = PartOfSpeech.Verb;
                return;
            }
        }
    }

    private static bool IsMany(ParsedText parsed, in Token token, TagSet tags) => token.Tag switch
    {
        PartOfSpeech.PluralNoun => true,
        PartOfSpeech.ProperNoun => tags.Contains(PartOfSpeech.PluralNoun),
        PartOfSpeech.Noun => token.Word >= 0 && SameForMany.Contains(parsed.Words[token.Word].Lower),
        _ => false,
    };

    /// <summary>After "does", "can" and the like before their subject, the last word that can be a verb is the one.</summary>
    private static void MendInversion(Span<Token> tokens, ReadOnlySpan<TagSet> tags, int first, int end)
    {
        if (HasVerb(tokens[first..end]))
        {
            return;
        }

        for (var i = end - 1; i > first; i--)
        {
            if (tokens[i].Tag == PartOfSpeech.Noun && tags[i].Contains(PartOfSpeech.Verb) && tokens[i - 1].Tag is PartOfSpeech.Noun or PartOfSpeech.PluralNoun or PartOfSpeech.ProperNoun)
            {
                tokens[i].Tag = PartOfSpeech.Verb;
                return;
            }
        }
    }

    private static bool OpensClause(ParsedText parsed, in Token token) =>
        token.Word >= 0 && parsed.Words[token.Word].Lower is "how" or "when" or "why" or "where" or "whether" or "because" or "if" or "while" or "although" or "though" or "unless";

    private static bool AsksForBase(ParsedText parsed, ReadOnlySpan<Token> tokens, int at)
    {
        if (tokens[at].Word < 0
            || parsed.Words[tokens[at].Word].Lower is not ("do" or "does" or "did" or "don't" or "doesn't" or "didn't" or "can" or "could" or "will" or "would" or "should"))
        {
            return false;
        }

        return at == 0 || tokens[at - 1].Tag is PartOfSpeech.Punctuation or PartOfSpeech.WhWord or PartOfSpeech.Conjunction or PartOfSpeech.Interjection;
    }

    private static int ClauseEnd(ParsedText parsed, ReadOnlySpan<Token> tokens, int first)
    {
        var at = first;
        while (at < tokens.Length && tokens[at].Tag is not (PartOfSpeech.Punctuation or PartOfSpeech.WhWord or PartOfSpeech.Conjunction) && !OpensClause(parsed, tokens[at]))
        {
            at++;
        }

        return at;
    }
}
