using System.Runtime.InteropServices;
using Itori.Text.Lexicon;

namespace Itori.Text.Tokens;

/// <summary>
/// Tags the tokens of a sentence with the most likely sequence of parts of speech under a first-order hidden Markov model (Viterbi, 1967):
/// <see cref="TagStatistics"/> with the lexicon's ranked tags. Linear in the sentence's length.
/// </summary>
internal sealed class Tagger(ParsedText parsed)
{
    private const int MaxTags = 6;

    private float[] _scores = new float[64 * MaxTags];
    private byte[] _back = new byte[64 * MaxTags];
    private TagSet[] _tags = new TagSet[64];

    public void Tag(TokenRange sentence)
    {
        var tokens = CollectionsMarshal.AsSpan(parsed.Tokens)[sentence.First..sentence.End];
        if (_tags.Length < tokens.Length)
        {
            _tags = new TagSet[tokens.Length * 2];
            _scores = new float[_tags.Length * MaxTags];
            _back = new byte[_tags.Length * MaxTags];
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            _tags[i] = Candidates(tokens, i);
            Extend(i);
        }

        Trace(tokens);
        Refine(tokens);
        ClauseVerbs.Mend(parsed, tokens, _tags, IsStatement(sentence));
    }

    /// <summary>Whether the sentence ends with a mark and does not stand first, as a title does. Of what is spoken many sentences are none.</summary>
    private bool IsStatement(TokenRange sentence)
    {
        var last = parsed.Tokens[sentence.End - 1];
        return !parsed.IsSpoken && last.Kind == TokenKind.Punctuation && parsed.Text[last.Start] is '.' or '!' or '?' && (sentence.First > 0 || parsed.Sentences.Count < 3);
    }

    private void Extend(int i)
    {
        var tags = _tags[i];
        var count = tags.Count;
        var before = i == 0 ? TagSet.Of(PartOfSpeech.None) : _tags[i - 1];
        var beforeCount = i == 0 ? 1 : before.Count;
        for (var t = 0; t < count; t++)
        {
            var tag = tags[t];
            var best = float.NegativeInfinity;
            byte from = 0;
            for (var p = 0; p < beforeCount; p++)
            {
                var score = (i == 0 ? 0 : _scores[((i - 1) * MaxTags) + p]) + TagStatistics.Transition(before[p], tag);
                if (score > best)
                {
                    best = score;
                    from = (byte)p;
                }
            }

            _scores[(i * MaxTags) + t] = best + (count == 1 ? 0 : TagStatistics.Emission(t, tag));
            _back[(i * MaxTags) + t] = from;
        }
    }

    private void Trace(Span<Token> tokens)
    {
        var last = tokens.Length - 1;
        var best = 0;
        for (var t = 1; t < _tags[last].Count; t++)
        {
            if (_scores[(last * MaxTags) + t] > _scores[(last * MaxTags) + best])
            {
                best = t;
            }
        }

        for (var i = last; i >= 0; i--)
        {
            tokens[i].Tag = _tags[i][best];
            best = _back[(i * MaxTags) + best];
        }
    }

    /// <summary>What a first-order model cannot see: a gerund that heads a phrase is a noun; in "elastic and plastic deformations" both words describe.</summary>
    private void Refine(Span<Token> tokens)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            var next = i + 1 < tokens.Length ? tokens[i + 1].Tag : PartOfSpeech.Punctuation;
            var previous = i > 0 ? tokens[i - 1].Tag : PartOfSpeech.None;
            if (tokens[i].Tag == PartOfSpeech.Gerund)
            {
                var heads = next is PartOfSpeech.Punctuation or PartOfSpeech.Conjunction or PartOfSpeech.Verb or PartOfSpeech.VerbThirdPerson or PartOfSpeech.PastVerb
                    or PartOfSpeech.Modal or PartOfSpeech.WhWord or PartOfSpeech.Preposition;
                if (heads && _tags[i].Contains(PartOfSpeech.Noun) && previous is PartOfSpeech.Noun or PartOfSpeech.Adjective or PartOfSpeech.ProperNoun)
                {
                    tokens[i].Tag = PartOfSpeech.Noun;
                }
            }
            else if (tokens[i].Tag == PartOfSpeech.Noun && next == PartOfSpeech.Conjunction && i + 2 < tokens.Length
                && tokens[i + 2].Tag == PartOfSpeech.Adjective && _tags[i].Contains(PartOfSpeech.Adjective))
            {
                tokens[i].Tag = PartOfSpeech.Adjective;
            }
        }
    }

    private TagSet Candidates(ReadOnlySpan<Token> tokens, int i)
    {
        ref readonly var token = ref tokens[i];
        switch (token.Kind)
        {
            case TokenKind.Number:
                return TagSet.Of(PartOfSpeech.Number);
            case TokenKind.Punctuation or TokenKind.Hidden:
                return TagSet.Of(PartOfSpeech.Punctuation);
        }

        var word = parsed.Words[token.Word];
        var written = parsed.Written(token);
        if (written.Length > 1 && char.IsUpper(written[0]))
        {
            if (IsAcronym(written))
            {
                // "US", "IT" and "WHO" are names where they stand in capitals among small letters; shouting is not.
                var shouting = (i > 0 && IsShouted(tokens[i - 1])) || (i + 1 < tokens.Length && IsShouted(tokens[i + 1]));
                if (!shouting && word.Tags.First is not (PartOfSpeech.Interjection or PartOfSpeech.Conjunction or PartOfSpeech.Determiner))
                {
                    return TagSet.Of(PartOfSpeech.ProperNoun, PartOfSpeech.Noun);
                }
            }

            if (!word.IsKnown)
            {
                return written[^1] is 's' && word.Tags.First == PartOfSpeech.PluralNoun
                    ? TagSet.Of(PartOfSpeech.ProperNoun, PartOfSpeech.PluralNoun)
                    : TagSet.Of(PartOfSpeech.ProperNoun).With(word.Tags.First);
            }

            // "Gaussian", "Bayesian" keep their tag; a capital within a sentence makes a name more likely than a verb.
            if (i > 0 && tokens[i - 1].Kind == TokenKind.Word && !word.Entry.Closed
                && word.Tags.First is PartOfSpeech.Verb or PartOfSpeech.VerbThirdPerson && word.Entry.Frequency < 8)
            {
                return TagSet.Of(PartOfSpeech.ProperNoun).With(word.Tags.First);
            }
        }

        return word.Tags;
    }

    private bool IsShouted(in Token token) => token.Kind == TokenKind.Word && token.Length > 3 && IsAcronym(parsed.Written(token)) && parsed.Words[token.Word].IsKnown;

    private static bool IsAcronym(ReadOnlySpan<char> written)
    {
        foreach (var c in written)
        {
            if (char.IsLower(c))
            {
                return false;
            }
        }

        return true;
    }
}
