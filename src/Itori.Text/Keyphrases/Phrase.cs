namespace Itori.Text.Keyphrases;

/// <summary>A stretch of tokens that may name a concept.</summary>
/// <param name="First">Index of the first token.</param>
/// <param name="End">Index after the last token.</param>
/// <param name="Sentence">Index of the sentence.</param>
internal readonly record struct Phrase(int First, int End, int Sentence)
{
    public int Count => End - First;
}
