using System.Text;
using CsCheck;

namespace Itori.Text.Tests;

/// <summary>Whatever text comes, extraction ends with a defined result: spans lie within the text, keys are normal forms, relations join concepts that are there.</summary>
public sealed class OddInputTests
{
    private static readonly ConceptExtractor Extractor = new();

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String,
        Choice.Of("neural network", "Neural-Networks", "LLM", "(LLM)", "large language model", "is a", "causes", ".", ", ", "\n", "\n\n", "the", "of", "\u200B", "\uFEFF", "\uD83D", "\uDE00",
            "שלום עולם", "مرحبا بالعالم", "``` x", "`", "D_V_D_", "it's", "recognition'll", "l'école", "C#", ".NET", "TCP/IP", "http://a.b/c", "_", "'", "’", "-", "--", "ﬁ", "İstanbul", "é", "人工智能", "1990s").Array[0, 40]
            .Select(parts => string.Join(' ', parts)),
        Choice.Of('a', 'B', '-', '\'', '.', '_', ' ', '\n', '`', '<', '>', '&', '@', '/', '\uD800', '\uDC00', '\u0301', '\u200D', '9', 'é', '。').Array[0, 200].Select(chars => new string(chars)));

    private static void CheckInvariants(string text)
    {
        var extraction = Extractor.Extract(text);
        var keys = extraction.Concepts.Select(concept => concept.Key).ToList();
        Assert.Equal(keys.Distinct(), keys);
        foreach (var concept in extraction.Concepts)
        {
            Assert.NotEqual("", concept.Key);
            Assert.NotEqual("", concept.Label);
            Assert.InRange(concept.Score, 0, 1);
            Assert.NotEmpty(concept.Mentions);
            var end = 0;
            foreach (var mention in concept.Mentions)
            {
                Assert.True(mention.Start >= end && mention.Length > 0 && mention.End <= text.Length, $"{mention} after {end} of {text.Length}");
                end = mention.End;
            }
        }

        foreach (var relation in extraction.Relations)
        {
            Assert.Contains(relation.SourceKey, keys);
            Assert.Contains(relation.TargetKey, keys);
            Assert.NotEqual(relation.SourceKey, relation.TargetKey);
            Assert.True(relation.Weight is > 0 and <= 1);
            Assert.True(relation.Span.Start >= 0 && relation.Span.End <= text.Length);
        }
    }

    [Fact]
    public void Any_text_gives_a_defined_result() => Text.Sample(CheckInvariants, iter: 3000);

    [Fact]
    public void Key_of_a_concept_is_the_normal_form_of_its_label() =>
        Text.Sample(text => Assert.All(Extractor.Extract(text).Concepts, concept => Assert.Equal(ConceptKey.Of(concept.Label), concept.Key)), iter: 2000);

    [Fact]
    public void Normal_form_of_a_normal_form_is_itself() =>
        Text.Sample(text => Assert.Equal(ConceptKey.Of(text), ConceptKey.Of(ConceptKey.Of(text))), iter: 2000);

    [Fact]
    public void One_word_a_million_times_is_one_concept()
    {
        var concept = Assert.Single(Extractor.Extract(string.Concat(Enumerable.Repeat("oscillator ", 1_000_000)), TestContext.Current.CancellationToken).Concepts);

        Assert.Equal("oscillator", concept.Key);
        Assert.Equal(1000, concept.Mentions.Count);
    }

    [Fact]
    public void A_hundred_thousand_words_of_no_language_hold_no_concept()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 100_000; i++)
        {
            text.Append("zor").Append((char)('a' + (i % 26))).Append((char)('a' + (i / 26 % 26))).Append((char)('a' + (i / 676 % 26))).Append((char)('a' + (i / 17576))).Append("ik ");
        }

        var extraction = Extractor.Extract(text.ToString(), TestContext.Current.CancellationToken);

        Assert.Equal("und", extraction.Language);
        Assert.Empty(extraction.Concepts);
    }

    [Fact]
    public void A_whole_dictionary_stays_within_the_limits()
    {
        using var packed = typeof(ConceptExtractor).Assembly.GetManifestResourceStream("english.lexicon.br")!;
        using var reader = new StreamReader(new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionMode.Decompress));
        var words = reader.ReadToEnd().Split('\n').Select(line => line.Split('\t')[0]);

        var extraction = Extractor.Extract(string.Join(' ', words), TestContext.Current.CancellationToken);

        Assert.Equal("en", extraction.Language);
        Assert.InRange(extraction.Concepts.Count, 1, new ExtractionOptions().MaxConcepts);
        Assert.InRange(extraction.Relations.Count, 0, new ExtractionOptions().MaxRelations);
    }

    [Fact]
    public void A_megabyte_without_a_space_holds_no_concept()
    {
        Assert.Empty(Extractor.Extract(new string('x', 1 << 20), TestContext.Current.CancellationToken).Concepts);
        Assert.Empty(Extractor.Extract(new string('/', 1 << 20), TestContext.Current.CancellationToken).Concepts);
        Assert.Empty(Extractor.Extract(new string('<', 1 << 20), TestContext.Current.CancellationToken).Concepts);
        Assert.Empty(Extractor.Extract(new string('`', 1 << 20), TestContext.Current.CancellationToken).Concepts);
        Assert.Empty(Extractor.Extract(new string('(', 1 << 20), TestContext.Current.CancellationToken).Concepts);
    }

    [Fact]
    public void Invisible_characters_do_not_make_another_concept()
    {
        var plain = Extractor.Extract("A neural network learns.", TestContext.Current.CancellationToken).Concepts[0];
        var hidden = Extractor.Extract("A \u200Bneu\u00ADral\u2060 net\u200Bwork\u200F learns.", TestContext.Current.CancellationToken).Concepts[0];

        Assert.Equal(plain.Key, hidden.Key);
        Assert.Equal("neural network", hidden.Label);
    }

    [Fact]
    public void Lone_surrogates_and_stacked_combining_marks_are_ends_of_words_and_parts_of_words()
    {
        Assert.Equal("neural network", Extractor.Extract("A neural network \uD83D learns \uDE00.", TestContext.Current.CancellationToken).Concepts[0].Key);
        Assert.Empty(Extractor.Extract(string.Concat(Enumerable.Repeat("\uD83D", 10_000)), TestContext.Current.CancellationToken).Concepts);
        Assert.Empty(Extractor.Extract("Z" + new string('\u0301', 100_000), TestContext.Current.CancellationToken).Concepts);
        Assert.Equal(ConceptKey.Of("Caf\u00E9"), ConceptKey.Of("Cafe\u0301"));
        var directed = Extractor.Extract("A \u202Eneural network\u202C learns.", TestContext.Current.CancellationToken).Concepts[0];
        Assert.Equal(("neural network", "neural network"), (directed.Key, directed.Label));
    }

    [Fact]
    public void Right_to_left_text_is_extracted_from_as_any_other()
    {
        var extraction = Extractor.Extract("الذكاء الاصطناعي يغير الطب في كل مكان. الذكاء الاصطناعي هو من العلوم.", TestContext.Current.CancellationToken);

        Assert.Equal("ar", extraction.Language);
        Assert.NotEmpty(extraction.Concepts);
    }
}
