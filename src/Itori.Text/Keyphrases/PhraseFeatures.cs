using Itori.Text.Lexicon;
using Itori.Text.Tokens;

namespace Itori.Text.Keyphrases;

/// <summary>
/// What <see cref="PhraseScore"/> knows of a candidate. All values are finite. In an abstract nearly every phrase comes once and its place tells most; in a paper what matters comes again and again, so repetition and rarity
/// (frequency times inverse document frequency, in logarithms) count more the longer a text is.
/// </summary>
internal sealed class PhraseFeatures(ParsedText parsed)
{
    public static readonly string[] Names =
    [
        "bias", "words=1", "words=2", "words=3", "words=4", "words>=5", "log count", "log first word", "first sentence", "commonness mean", "commonness head",
        "unknown share", "nested", "name", "adjective first", "participle first", "generic head", "log word frequency", "single known", "single log count", "spread",
    ];

    // Up to so many words a text says most of its concepts once or twice, and how often tells little.
    private const double ShortText = 200;

    // How much more repetition and rarity count with every doubling of a longer text.
    private const double LengthGain = 0.35;

    private readonly EnglishLexicon _lexicon = EnglishLexicon.Instance;
    private readonly double _excess = Math.Max(1, parsed.Tokens.Count / ShortText);

    private double Gain => 1 + (LengthGain * Math.Log2(_excess));

    /// <summary>Writes the features of <paramref name="candidate"/>, in the order of <see cref="Names"/>.</summary>
    public void Write(Candidate candidate, Span<double> features)
    {
        features.Clear();
        var first = candidate.Mentions[0];
        var words = first.Count;
        var length = candidate.Path.Length;
        features[0] = 1;
        features[Math.Clamp(Math.Min(words, length), 1, 5)] = 1;
        features[6] = Gain * Math.Log2(candidate.Count);
        features[7] = Math.Log2(1 + first.First) / 10;
        features[8] = first.Sentence == 0 ? 1 : 0;

        double commonness = 0, unknown = 0, frequency = 0;
        foreach (var id in candidate.Path)
        {
            var word = parsed.Words[id];
            commonness += Commonness(word.Lower);
            unknown += _lexicon.TryFind(word.Lower, out _) ? 0 : 1;
            frequency += Math.Log2(1 + (word.Count / _excess));
        }

        features[9] = Gain * commonness / length / 20;
        features[10] = Gain * Commonness(parsed.Words[candidate.Path[^1]].Lower) / 20;
        features[11] = unknown / length;
        features[12] = (double)candidate.NestedCount / (candidate.NestedCount + candidate.Count);
        features[13] = IsName(first) ? 1 : 0;
        features[14] = words > 1 && parsed.Tokens[first.First].Tag == PartOfSpeech.Adjective ? 1 : 0;
        features[15] = words > 1 && parsed.Tokens[first.First].Tag is PartOfSpeech.Participle or PartOfSpeech.Gerund ? 1 : 0;
        features[16] = _lexicon.Generic.Contains(parsed.Words[candidate.Path[^1]].Lower) ? 1 : 0;
        features[17] = frequency / length / 3;
        features[18] = words == 1 ? commonness / length / 20 : 0;
        features[19] = words == 1 ? Math.Log2(candidate.Count) : 0;
        features[20] = candidate.SentenceCount > 1 ? 1 : 0;
    }

    private double Commonness(string lower) => _lexicon.TryFind(lower, out var entry) ? entry.Frequency : 0;

    private bool IsName(Phrase phrase)
    {
        for (var at = phrase.First; at < phrase.End; at++)
        {
            if (parsed.Tokens[at].Tag == PartOfSpeech.ProperNoun)
            {
                return true;
            }
        }

        return false;
    }
}
