using Itori.Text.Lexicon;

namespace Itori.Text.Tokens;

/// <summary>A sentence as a range of tokens.</summary>
internal readonly record struct TokenRange(int First, int End)
{
    public int Count => End - First;
}

/// <summary>A text cut into sentences and tokens. The tokens of an English text are tagged.</summary>
internal sealed class ParsedText
{
    private ParsedText(string text)
    {
        Text = text;
    }

    public string Text { get; }

    public WordTable Words { get; } = new();

    public List<Token> Tokens { get; } = [];

    public List<TokenRange> Sentences { get; } = [];

    /// <summary>ISO 639-1 code, "und" where it cannot be told.</summary>
    public string Language { get; private set; } = Languages.Unknown;

    /// <summary>Whether fillers ("um", "yeah"), words said twice ("we we") or marks that stand alone (" , ") show that the text was spoken: half-words are then expected.</summary>
    public bool IsSpoken { get; private set; }

    public static ParsedText Parse(string text, CancellationToken cancellationToken)
    {
        var parsed = new ParsedText(text);
        var hidden = Markup.Find(text);
        var nextHidden = 0;
        foreach (var sentence in Itori.Text.Sentences.Split(text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var first = parsed.Tokens.Count;
            Tokenizer.Append(text, sentence, hidden, ref nextHidden, parsed.Words, parsed.Tokens);
            if (parsed.Tokens.Count > first)
            {
                parsed.Sentences.Add(new(first, parsed.Tokens.Count));
            }
        }

        parsed.Count();
        parsed.Language = Languages.Guess(parsed);
        if (parsed.Language == Languages.English)
        {
            parsed.Tag(cancellationToken);
        }

        return parsed;
    }

    public ReadOnlySpan<char> Written(in Token token) => Text.AsSpan(token.Start, token.Length);

    private void Count()
    {
        foreach (var token in Tokens)
        {
            if (token.Word >= 0)
            {
                Words[token.Word].Count++;
            }
        }
    }

    /// <summary>A function word said twice in a row, or a comma or full stop between spaces, which only transcripts have.</summary>
    private bool HasMarksOfSpeech()
    {
        for (var i = 1; i < Tokens.Count; i++)
        {
            var (previous, token) = (Tokens[i - 1], Tokens[i]);
            if (token.Kind == TokenKind.Punctuation && Text[token.Start] is ',' or '.' && char.IsWhiteSpace(Text[token.Start - 1])
                && (token.End == Text.Length || char.IsWhiteSpace(Text[token.End])))
            {
                return true;
            }

            if (token.Word >= 0 && token.Word == previous.Word && Words[token.Word].Entry.Closed && Words[token.Word].Lower is not ("that" or "had" or "very"))
            {
                return true;
            }
        }

        return false;
    }

    private void Tag(CancellationToken cancellationToken)
    {
        var fillers = 0;
        for (var id = 0; id < Words.Count; id++)
        {
            var word = Words[id];
            word.Tags = WordTags.Of(word.Lower, out var entry);
            word.Entry = entry;
            if (word.Tags.First == PartOfSpeech.Interjection)
            {
                fillers += word.Count;
            }
        }

        IsSpoken = fillers > 1 || fillers * 20 > Tokens.Count || HasMarksOfSpeech();
        var tagger = new Tagger(this);
        foreach (var sentence in Sentences)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tagger.Tag(sentence);
        }
    }
}
