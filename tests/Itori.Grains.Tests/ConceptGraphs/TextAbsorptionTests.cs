using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.ConceptGraphs;

public sealed class TextAbsorptionTests
{
    [Fact]
    public void What_a_message_names_arrives_with_its_provenance()
    {
        var graph = new GraphUnderTest();
        var delta = graph.Hear(Texts.Of(Texts.Concept("Pulsar", 0.8, mentions: 2), Texts.Concept("Neutron star", 0.4)), "talk")!;

        Assert.Equal(["pulsar", "neutron-star"], delta.Added.Select(concept => concept.ConceptId));
        Assert.Equal(("message", "talk", 1L), (delta.Cause.Kind, delta.Cause.Session, delta.Cause.MessageSeq));
        Assert.Equal(2, graph["pulsar"].Mentions);
        Assert.Equal([new ConceptSource { Session = "talk", Seq = 1, Start = 0, Length = 6 }, new ConceptSource { Session = "talk", Seq = 1, Start = 10, Length = 6 }], graph["pulsar"].Sources);
        Assert.NotNull(graph.Between("pulsar", "neutron-star"));
        Assert.Equal(1, graph.Graph.AbsorbedThrough("talk"));
    }

    [Fact]
    public void Weights_grow_with_every_mention_and_never_pass_one()
    {
        var graph = new GraphUnderTest();
        var last = 0.0;
        for (var i = 0; i < 200; i++)
        {
            graph.Hear(Texts.Of(Texts.Concept("Tide", 1), Texts.Concept("Moon", 1)));
            Assert.True(graph["tide"].Weight > last || (i > 90 && graph["tide"].Weight >= last)); // A double ends near one.
            last = graph["tide"].Weight;
        }

        Assert.InRange(last, 0.999, 1);
        Assert.InRange(graph.Between("tide", "moon")!.Weight, 0.99, 1);
    }

    [Fact]
    public void An_abbreviation_that_a_text_introduces_names_the_concept_from_then_on()
    {
        var graph = new GraphUnderTest();
        graph.Hear(Texts.Of(Texts.Concept("Large language model", aliases: "LLM")));
        graph.Hear(Texts.Naming("LLMs"));
        Assert.Equal(2, Assert.Single(graph.Graph.Concepts.Values).Mentions);
    }

    [Fact]
    public void A_long_name_introduced_for_a_known_abbreviation_is_the_same_concept()
    {
        var graph = new GraphUnderTest();
        graph.Hear(Texts.Naming("LLM"));
        graph.Hear(Texts.Of(Texts.Concept("Large language model", aliases: "LLM")));
        graph.Hear(Texts.Naming("Large language models"));
        Assert.Equal(3, Assert.Single(graph.Graph.Concepts.Values).Mentions);
    }

    [Fact]
    public void Abbreviations_beyond_the_names_that_a_concept_may_have_are_not_kept()
    {
        var graph = new GraphUnderTest();
        graph.Options.AliasesPerConcept = 2;
        graph.Hear(Texts.Of(Texts.Concept("Large language model", aliases: "LLM")));
        graph.Hear(Texts.Of(Texts.Concept("Large language model", aliases: ["LaLaMo", "BigLM"])));
        Assert.Equal(["llm", "lalamo"], Assert.Single(graph.Graph.Concepts.Values).Aliases);
    }

    [Fact]
    public void Only_the_latest_places_are_kept()
    {
        var graph = new GraphUnderTest(new ConceptGraphOptions { SourcesPerConcept = 4 });
        for (var i = 0; i < 6; i++)
        {
            graph.Hear(Texts.Of(Texts.Concept("Tide", mentions: 9)));
        }

        Assert.Equal([5L, 6, 6, 6], graph["tide"].Sources.Select(source => source.Seq!.Value));
        Assert.Equal(54, graph["tide"].Mentions);
    }

    [Fact]
    public void A_text_that_names_nothing_leaves_no_event()
    {
        var graph = new GraphUnderTest();
        Assert.Null(graph.Hear(Texts.Of()));
        Assert.Equal(0, graph.Graph.Seq);
    }

    [Fact]
    public void Beyond_the_limit_the_faintest_leave_and_the_pinned_stay()
    {
        var graph = new GraphUnderTest(new ConceptGraphOptions { MaxConcepts = 3 });
        graph.Hear(Texts.Of(Texts.Concept("Faint", 0.01)));
        graph.Hear(Texts.Of(Texts.Concept("Pinned", 0.001)));
        graph.Do(new PinConcept { ConceptId = "pinned", Pinned = true });
        graph.Hear(Texts.Of(Texts.Concept("Strong", 1)));
        var delta = graph.Hear(Texts.Of(Texts.Concept("Fresh", 0.5)))!;

        Assert.Equal(["faint"], delta.Removed);
        Assert.Equal(["fresh", "pinned", "strong"], graph.Graph.Concepts.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Time_makes_concepts_fade()
    {
        var graph = new GraphUnderTest(new ConceptGraphOptions { MaxConcepts = 2, FadeHalfLife = TimeSpan.FromHours(1) });
        graph.Hear(Texts.Of(Texts.Concept("Old and strong", 1)));
        graph.Now += (long)TimeSpan.FromHours(10).TotalMilliseconds;
        graph.Hear(Texts.Of(Texts.Concept("Young and weak", 0.1)));
        Assert.Equal(["old-and-strong"], graph.Hear(Texts.Naming("Third"))!.Removed);
    }

    [Fact]
    public void One_text_that_names_more_than_a_graph_holds_leaves_its_best()
    {
        var graph = new GraphUnderTest(new ConceptGraphOptions { MaxConcepts = 10 });
        graph.Hear(Texts.Of([.. Enumerable.Range(0, 30).Select(i => Texts.Concept($"Thing {(char)('a' + i)}x", 1 - (i / 40.0)))]));
        Assert.Equal(10, graph.Graph.Concepts.Count);
        Assert.Equal(Enumerable.Range(0, 10), graph.Graph.Concepts.Values.Select(concept => concept.Label[6] - 'a').Order());
    }

    [Fact]
    public void Beyond_the_limit_of_relations_the_weakest_co_occurrences_leave()
    {
        var graph = new GraphUnderTest(new ConceptGraphOptions { MaxRelations = 2 });
        graph.Do(new UpsertConcept { Label = "A" }, new UpsertConcept { Label = "B" }, new LinkConcepts { Source = "a", Target = "b", Weight = 0.001 });
        graph.Hear(Texts.Naming("C", "D"));
        graph.Hear(Texts.Naming("C", "D"));
        graph.Hear(Texts.Naming("E", "F"));
        Assert.Equal(["a~related~b", "e~co_occurs~f"], graph.Graph.Relations.Keys.Order(StringComparer.Ordinal));
    }
}
