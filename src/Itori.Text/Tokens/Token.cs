using Itori.Text.Lexicon;

namespace Itori.Text.Tokens;

internal enum TokenKind : byte
{
    Word,
    Number,

    /// <summary>A mark that ends any phrase.</summary>
    Punctuation,

    /// <summary>Something that is not prose, or no word: code, an address, an endless string.</summary>
    Hidden,
}

/// <summary>One token of a sentence.</summary>
/// <param name="Start">UTF-16 index in the text.</param>
/// <param name="Length">UTF-16 code units.</param>
/// <param name="Word">Index in the <see cref="WordTable"/>; −1 for what is no word.</param>
/// <param name="Kind">What it is.</param>
internal record struct Token(int Start, int Length, int Word, TokenKind Kind)
{
    public PartOfSpeech Tag { get; set; }

    public readonly int End => Start + Length;
}
