using CsCheck;

namespace Itori.Text.Tests;

public sealed class DocumentPiecesTests
{
    [Fact]
    public void Pieces_put_together_are_the_document_and_none_is_too_long() =>
        Gen.Select(Gen.OneOf(Gen.String, Choice.Of("A sentence. ", "word ", "\n\n", "😀", "x").Array[0, 80].Select(string.Concat)), Gen.Int[2, 40]).Sample((text, length) =>
        {
            var pieces = DocumentPieces.Split(text, length).ToList();

            Assert.Equal(text, string.Concat(pieces.Select(piece => piece.Text)));
            Assert.All(pieces, piece => Assert.InRange(piece.Text.Length, 1, length));
            Assert.All(pieces, piece => Assert.Equal(piece.Text, text.Substring(piece.Start, piece.Text.Length)));
            Assert.All(pieces.Skip(1), piece => Assert.False(char.IsLowSurrogate(piece.Text[0]) && char.IsHighSurrogate(text[piece.Start - 1])));
        });

    [Fact]
    public void Pieces_end_at_paragraphs_before_sentences_before_words()
    {
        Assert.Equal(["One two. Three.\n\n", "Four five six."], DocumentPieces.Split("One two. Three.\n\nFour five six.", 20).Select(piece => piece.Text));
        Assert.Equal(["One two three. ", "Four five six."], DocumentPieces.Split("One two three. Four five six.", 20).Select(piece => piece.Text));
        Assert.Equal(["one two three ", "four five six"], DocumentPieces.Split("one two three four five six", 16).Select(piece => piece.Text));
    }

    [Fact]
    public void A_length_that_cannot_hold_a_surrogate_pair_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DocumentPieces.Split("text", 1));
}
