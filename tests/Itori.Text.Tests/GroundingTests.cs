namespace Itori.Text.Tests;

/// <summary>What somebody says of a text counts where the text says it too.</summary>
public sealed class GroundingTests
{
    private const string Text = "Large Language Models (LLMs) hallucinate. Retrieval grounds an LLM, and vector search powers retrieval. Smoking brings lung cancer.";

    private static Extraction Ground(ProposedConcept[] concepts, params ProposedRelation[] relations) =>
        Grounding.Of(Text, concepts, relations, new ExtractionOptions(), TestContext.Current.CancellationToken);

    private static ProposedConcept Concept(string label, double score = 0.5, params string[] aliases) => new(label, score, aliases);

    [Fact]
    public void Only_what_the_text_says_is_found_with_its_places()
    {
        var found = Ground([Concept("large language model", 0.9, "LLM", "GPT"), Concept("unicorns", 1), Concept("Vector Search", 0.4)]);

        Assert.Equal(["large language model", "vector search"], found.Concepts.Select(concept => concept.Key));
        Assert.Equal(["Large Language Models", "LLMs", "LLM"], found.Concepts[0].Mentions.Select(mention => mention.In(Text).ToString()));
        Assert.Equal(["llm"], found.Concepts[0].Aliases);
        Assert.Equal((2, 3), (found.Concepts[0].Windows, found.Windows));
        Assert.All(found.Concepts, concept => Assert.Equal(concept.Key, ConceptKey.Of(concept.Label)));
    }

    [Fact]
    public void A_stated_relation_needs_a_sentence_that_holds_both_ends()
    {
        var concepts = new[] { Concept("smoking"), Concept("lung cancer"), Concept("retrieval"), Concept("vector search") };
        var found = Ground(
            concepts,
            new ProposedRelation("Smoking", "lung cancers", "causes"),
            new ProposedRelation("retrieval", "lung cancer", "causes"),
            new ProposedRelation("retrieval", "vector search", "adores"),
            new ProposedRelation("retrieval", "retrieval", "uses"),
            new ProposedRelation("retrieval", "vector search", "uses"),
            new ProposedRelation("retrieval", "vector search", "uses"));

        Assert.Equal(
            [("smoking", "causes", "lung cancer"), ("retrieval", "uses", "vector search")],
            found.Relations.Where(relation => relation.Kind != RelationKinds.CoOccurs).Select(relation => (relation.SourceKey, relation.Kind, relation.TargetKey)));
        Assert.Equal("Smoking brings lung cancer", found.Relations.Single(relation => relation.Kind == "causes").Span.In(Text).ToString());
    }

    [Fact]
    public void Scores_are_clamped_and_twins_are_one()
    {
        var found = Ground([Concept("retrieval", 7), Concept("Retrievals", 0.1), Concept("smoking", -3), Concept("lung cancer", double.NaN)]);
        Assert.Equal([("retrieval", 1), ("lung cancer", 0.5), ("smoking", 0)], found.Concepts.Select(concept => (concept.Key, concept.Score)));
    }

    [Fact]
    public void Names_that_are_none_are_passed_over() =>
        Assert.Empty(Ground([Concept(""), Concept(" - "), Concept(new string('x', 5000)), Concept(string.Join(' ', Enumerable.Repeat("retrieval", 50))), Concept("\uD83D")]).Concepts);

    [Fact]
    public void Nothing_proposed_is_nothing_found()
    {
        Assert.Empty(Ground([]).Concepts);
        Assert.Empty(Grounding.Of("", [Concept("retrieval")], [], new ExtractionOptions(), TestContext.Current.CancellationToken).Concepts);
    }
}
