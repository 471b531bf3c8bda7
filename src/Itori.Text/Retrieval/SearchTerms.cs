using Itori.Text.Lexicon;
using Itori.Text.Tokens;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace Itori.Text.Retrieval;

/// <summary>Turns text into the terms that are indexed: words without case, hyphens and function words, stemmed (Porter 1980).</summary>
internal sealed class SearchTerms
{
    private readonly PorterStemmer _stemmer = new();
    private readonly List<Token> _tokens = [];
    private readonly Dictionary<string, string> _stems = new(StringComparer.Ordinal);

    // Stems of this many words are remembered, then forgotten together: a bound, at the price of stemming the common ones again.
    private const int RememberedStems = 20_000;

    public void Append(string text, TextSpan span, List<string> terms)
    {
        var words = new WordTable();
        var nextHidden = 0;
        _tokens.Clear();
        Tokenizer.Append(text, span, [], ref nextHidden, words, _tokens);
        foreach (var token in _tokens)
        {
            if (token.Word >= 0)
            {
                foreach (var part in words.Resolve(token.Word).Parts)
                {
                    if (!IsFunctionWord(words[part].Lower))
                    {
                        terms.Add(Stem(words[part].Lower));
                    }
                }
            }
            else if (token.Kind == TokenKind.Number)
            {
                terms.Add(text.Substring(token.Start, token.Length));
            }
        }
    }

    private string Stem(string lower)
    {
        if (_stems.TryGetValue(lower, out var stem))
        {
            return stem;
        }

        if (_stems.Count >= RememberedStems)
        {
            _stems.Clear();
        }

        _stemmer.SetCurrent(lower);
        _stemmer.Stem();
        return _stems[lower] = _stemmer.Current;
    }

    private static bool IsFunctionWord(string lower) =>
        EnglishLexicon.Instance.TryFind(lower, out var entry) && entry.Closed;
}
