using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.ConceptGraphs;

public sealed class DocumentIngestTests
{
    private static readonly ConceptGraphOptions Options = new() { MaxDocumentLength = 1_000 };

    [Theory]
    [InlineData("  \n ", null, "bad_field", "payload.text")]
    [InlineData("text", " ", "bad_field", "payload.source")]
    [InlineData("text", "two\nlines", "bad_field", "payload.source")]
    public void A_document_has_a_text_and_its_name_is_one_line(string text, string? source, string reason, string details)
    {
        var refusal = DocumentIngest.Check(Document(text, source), Options);
        Assert.Equal((reason, details), (refusal?.Reason, refusal?.Details));
    }

    [Fact]
    public void Lengths_are_bounded_exactly()
    {
        Assert.Null(DocumentIngest.Check(Document(new string('x', 1_000), new string('s', 200)), Options));
        Assert.Equal("too_large", DocumentIngest.Check(Document(new string('x', 1_001)), Options)?.Reason);
        Assert.Equal("bad_field", DocumentIngest.Check(Document("x", new string('s', 201)), Options)?.Reason);
    }

    [Theory]
    [InlineData("The tide\nrises.", "The tide")]
    [InlineData("\r\n  Short  \r\n more", "Short")]
    [InlineData("A sentence that goes on for quite a while before it comes to its end, as some do.", "A sentence that goes on for quite a while before it comes…")]
    public void A_document_without_a_name_is_called_by_its_first_words(string text, string name) => Assert.Equal(name, DocumentIngest.SourceOf(Document(text)));

    [Fact]
    public void A_name_is_not_cut_within_a_character() =>
        Assert.Equal(new string('a', 59) + "…", DocumentIngest.SourceOf(Document(new string('a', 59) + "\U0001F30A" + new string('b', 20))));

    [Fact]
    public void The_same_text_under_the_same_name_is_the_same_document()
    {
        Assert.Equal(DocumentIngest.IdOf(Document("text", "a")), DocumentIngest.IdOf(Document("text", " a ")));
        Assert.NotEqual(DocumentIngest.IdOf(Document("text", "a")), DocumentIngest.IdOf(Document("text", "b")));
        Assert.NotEqual(DocumentIngest.IdOf(Document("text", "a")), DocumentIngest.IdOf(Document("text.", "a")));
    }

    private static IngestDocument Document(string text, string? source = null) => new() { User = People.Ada, Text = text, Source = source };
}
