using Itori.Text.Lexicon;
using Itori.Text.Tokens;

namespace Itori.Text.Keyphrases;

/// <summary>Chooses how a concept is shown: its most frequent written form, without a capital that only the start of a sentence or a headline gave.</summary>
internal sealed class Labels(ParsedText parsed)
{
    // Enough mentions to know how a concept is written.
    private const int Looked = 50;

    public string Of(Candidate candidate)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        string? best = null;
        foreach (var mention in candidate.Mentions.Take(Looked))
        {
            if (mention.Count == 1 && candidate.Path.Length > 1)
            {
                // An abbreviation is the alias, unless the long form is nowhere mentioned as a phrase.
                if (parsed.Words.Resolve(parsed.Tokens[mention.First].Word).Parts.Length == 1)
                {
                    continue;
                }
            }

            var form = Form(mention);
            var count = counts[form] = counts.GetValueOrDefault(form) + 1;
            if (best is null || count > counts[best])
            {
                best = form;
            }
        }

        return best ?? ConceptKey.Join(parsed.Words, candidate.Path);
    }

    private string Form(Phrase mention)
    {
        var headline = IsHeadline(parsed.Sentences[mention.Sentence]);
        var form = new System.Text.StringBuilder();
        for (var at = mention.First; at < mention.End; at++)
        {
            var token = parsed.Tokens[at];
            if (token.Kind != TokenKind.Word)
            {
                continue;
            }

            form.Append(form.Length > 0 ? " " : "");
            var starts = at == parsed.Sentences[mention.Sentence].First || (at > 0 && parsed.Tokens[at - 1].Kind == TokenKind.Punctuation && parsed.Text[parsed.Tokens[at - 1].Start] is ':' or '"' or '“' or '#' or '*' or '-');
            var small = headline || (starts && !IsCapitalised(at + 1, mention));
            if (small && (IsCommonWord(token) || (starts && IsForeignModifier(token, mention))))
            {
                form.Append(parsed.Words[token.Word].Lower);
            }
            else
            {
                foreach (var c in parsed.Written(token))
                {
                    form.Append(c == '_' || Tokenizer.IsInvisible(c) ? "" : c.ToString());
                }
            }
        }

        return form.ToString();
    }

    private bool IsCapitalised(int at, Phrase mention) => at < mention.End && char.IsUpper(parsed.Text[parsed.Tokens[at].Start]) && parsed.Language == Languages.English;

    /// <summary>The first word of a longer phrase at the start of a sentence, in a language whose dictionary is not at hand: "Neuronale Netze".</summary>
    private bool IsForeignModifier(in Token token, Phrase mention) =>
        parsed.Language != Languages.English && mention.Count > 1 && token.Length > 1 && char.IsLower(parsed.Text[token.Start + 1]);

    /// <summary>A word that the dictionary writes small, with a capital (or all capitals, when it is a longer word).</summary>
    private bool IsCommonWord(in Token token)
    {
        var word = parsed.Words[token.Word];
        var written = parsed.Written(token);
        if (!char.IsUpper(written[0]))
        {
            return false;
        }

        var inner = written[1..].IndexOfAnyInRange('A', 'Z') >= 0;
        var shouted = inner && written.Length > 4 && written.IndexOfAnyInRange('a', 'z') < 0;
        // "Bayesian", "Boolean": the lexicon has no capitals; after a person's name, or near enough.
        var ofName = word.Lower.EndsWith("ian", StringComparison.Ordinal) || word.Lower.EndsWith("ean", StringComparison.Ordinal);
        return (!inner || shouted) && !(ofName && word.Tags.First == PartOfSpeech.Adjective) && word.IsKnown && word.Tags.First != PartOfSpeech.ProperNoun && token.Tag != PartOfSpeech.ProperNoun;
    }

    private bool IsHeadline(TokenRange sentence)
    {
        int words = 0, capitals = 0;
        for (var at = sentence.First; at < sentence.End; at++)
        {
            var token = parsed.Tokens[at];
            if (token.Kind == TokenKind.Word && token.Length > 3)
            {
                words++;
                capitals += char.IsUpper(parsed.Text[token.Start]) ? 1 : 0;
            }
        }

        return words > 2 && capitals * 10 >= words * 9;
    }
}
