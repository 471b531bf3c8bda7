using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.ConceptGraphs;

/// <summary>Variants are one concept; what people merge or unlink stays so, whatever the machine finds, and across restarts.</summary>
public sealed class SamenessTests
{
    [Fact]
    public async Task Merge_and_unlink_by_people_win_over_the_machine_across_restarts()
    {
        await using var host = new GrainHost();
        await host.InitializeAsync();
        await Say(host, 1, "The spiral galaxy has a stellar nursery. A spiral galaxy near the stellar nursery.");
        await Say(host, 2, "The pinwheel nebula surrounds the spiral galaxy.");
        var graph = host.Graph("g");
        Assert.Null((await graph.Apply(new ApplyOperations
        {
            User = People.Ada,
            Operations = [new UnlinkConcepts { Source = "spiral-galaxy", Target = "stellar-nursery" }, new MergeConcepts { Source = "pinwheel-nebula", Target = "spiral-galaxy" }],
        })).Refusal);

        await host.Restart();
        await Say(host, 3, "The spiral galaxy and the stellar nursery. The Pinwheel Nebulas and the stellar nursery.");

        var after = await host.Graph("g").GetSnapshot();
        Assert.Equal(["spiral-galaxy", "stellar-nursery"], after.Concepts.Select(concept => concept.ConceptId).Order(StringComparer.Ordinal));
        Assert.Empty(after.Relations);
        Assert.Equal(6, after.Concepts.Single(concept => concept.ConceptId == "spiral-galaxy").Mentions);
    }

    [Fact]
    public async Task Variants_of_case_number_hyphen_and_an_abbreviation_of_an_earlier_message_are_one_concept()
    {
        await using var host = new GrainHost();
        await host.InitializeAsync();
        await Say(host, 1, "Large Language Models (LLMs) hallucinate.");
        await Say(host, 2, "An LLM needs retrieval.");
        await Say(host, 3, "A large-language-model is expensive, large language models are slow.");

        await host.Restart();
        await Say(host, 4, "LLMs again.");

        var concept = (await host.Graph("g").GetSnapshot()).Concepts.Single(concept => concept.Label.Contains("anguage", StringComparison.Ordinal));
        Assert.True(concept.Mentions >= 5, $"{concept.Mentions} mentions of {concept.Label}");
    }

    [Fact]
    public void What_was_unlinked_stays_apart_when_a_concept_leaves_and_comes_again()
    {
        var graph = new GraphUnderTest();
        graph.Hear(Texts.Naming("Tide", "Moon"));
        graph.Do(new UnlinkConcepts { Source = "tide", Target = "moon" });
        graph.Do(new RemoveConcept { ConceptId = "tide" });
        graph.Hear(Texts.Naming("Tide", "Moon"));
        Assert.Null(graph.Between("tide", "moon"));
        graph.Do(new LinkConcepts { Source = "tide", Target = "moon" });
        Assert.NotNull(graph.Between("tide", "moon"));
    }

    [Fact]
    public void A_concept_into_which_people_merged_another_does_not_leave_a_full_graph()
    {
        var graph = new GraphUnderTest(new ConceptGraphOptions { MaxConcepts = 3 });
        graph.Hear(Texts.Of(Texts.Concept("Car", 0.01), Texts.Concept("Automobile", 0.01)));
        graph.Do(new MergeConcepts { Source = "car", Target = "automobile" });
        for (var i = 0; i < 10; i++)
        {
            graph.Hear(Texts.Naming($"Strong{(char)('a' + i)}x"));
        }

        graph.Hear(Texts.Naming("Cars"));
        Assert.Contains("automobile", graph.Graph.Concepts.Keys);
        Assert.DoesNotContain("car", graph.Graph.Concepts.Keys);
    }

    [Fact]
    public void Unlinked_pairs_are_bounded()
    {
        var graph = new GraphUnderTest(new ConceptGraphOptions { MaxRelations = 10 });
        for (var i = 0; i < 10; i++)
        {
            graph.Do(new UpsertConcept { Label = $"A{i}" }, new UpsertConcept { Label = $"B{i}" }, new LinkConcepts { Source = $"a{i}", Target = $"b{i}" });
            graph.Do(new UnlinkConcepts { Source = $"a{i}", Target = $"b{i}" });
        }

        graph.Do(new LinkConcepts { Source = "a0", Target = "b1" });
        Assert.Equal("too_large", graph.Try(new UnlinkConcepts { Source = "a0", Target = "b1" })?.Reason);
    }

    private static async Task Say(GrainHost host, long seq, string text)
    {
        await host.Session("s").PostMessage(new PostMessage { User = People.Ada, Text = text, Assistant = false, Graph = "g" });
        await Wait.Until(async () => await host.Graph("g").AbsorbedThrough("s") >= seq, "the message in the graph");
    }
}
