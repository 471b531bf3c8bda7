using CsCheck;
using Itori.Contracts;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.ConceptGraphs;

/// <summary>A message that is taken back leaves the graph as if it had never been said, but for what others or people gave.</summary>
public sealed class TextWithdrawalTests
{
    [Fact]
    public void What_only_the_message_supported_goes_and_the_rest_loses_its_part()
    {
        var graph = new GraphUnderTest();
        graph.Hear(Texts.Naming("Tide", "Moon"));
        var before = graph["moon"];
        var heard = graph.Hear(Texts.Naming("Moon", "Crater"))!;
        var delta = graph.Withdraw(heard);

        Assert.Equal(["crater"], delta.Removed);
        Assert.Equal(["crater~co_occurs~moon"], delta.RelationsRemoved);
        Assert.Equal((1L, before.Sources.Count), (graph["moon"].Mentions, graph["moon"].Sources.Count));
        Assert.Equal(before.Weight, graph["moon"].Weight, 9);
        Assert.NotNull(graph.Between("tide", "moon"));
        Assert.Equal(("deletion", "s", 3L), (delta.Cause.Kind, delta.Cause.Session, delta.Cause.MessageSeq));
    }

    [Fact]
    public void Taking_back_all_messages_in_any_order_leaves_nothing() =>
        Gen.Select(Gen.Int[0, 6].Array[1, 4].Array[1, 12], Gen.Int[0, 1_000_000]).Sample((texts, seed) =>
        {
            var graph = new GraphUnderTest();
            var heard = new List<GraphDelta>();
            foreach (var text in texts)
            {
                graph.Now += 60_000;
                heard.Add(graph.Hear(Texts.Naming([.. text.Distinct().Select(i => $"Concept{(char)('a' + i)}x")]))!);
            }

            var order = new Random(seed);
            foreach (var delta in heard.OrderBy(_ => order.Next()).ToArray())
            {
                graph.Now += 60_000;
                graph.Withdraw(delta);
            }

            Assert.Empty(graph.Graph.Concepts);
            Assert.Empty(graph.Graph.Relations);
            Assert.Equal(0, graph.Graph.Windows, 6);
        }, iter: 200);

    [Fact]
    public void What_people_gave_stays()
    {
        var graph = new GraphUnderTest();
        var heard = graph.Hear(Texts.Naming("Pinned", "Weighed", "Linked", "Placed", "Bare"))!;
        graph.Do(
            new PinConcept { ConceptId = "pinned", Pinned = true },
            new UpsertConcept { ConceptId = "weighed", Weight = 0.9 },
            new UpsertConcept { Label = "Mine" },
            new LinkConcepts { Source = "linked", Target = "mine" },
            new MoveConcept { ConceptId = "placed", X = 1, Y = 2 });

        Assert.Equal(["bare"], graph.Withdraw(heard).Removed);
        Assert.Equal(["linked~related~mine"], graph.Graph.Relations.Keys);
    }

    [Fact]
    public void What_was_merged_since_is_taken_back_from_where_it_went()
    {
        var graph = new GraphUnderTest();
        graph.Hear(Texts.Naming("Automobile"));
        var heard = graph.Hear(Texts.Naming("Car", "Road"))!;
        graph.Do(new MergeConcepts { Source = "car", Target = "automobile" });
        Assert.Equal(2, graph["automobile"].Mentions);

        graph.Withdraw(heard);

        Assert.Equal(1, graph["automobile"].Mentions);
        Assert.Equal(["automobile"], graph.Graph.Concepts.Keys);
        Assert.Empty(graph.Graph.Relations);
    }

    [Fact]
    public void A_concept_that_left_and_came_again_keeps_what_it_has()
    {
        var graph = new GraphUnderTest();
        var heard = graph.Hear(Texts.Naming("Tide", "Moon"))!;
        graph.Do(new RemoveConcept { ConceptId = "tide" });
        graph.Now += 1000;
        graph.Hear(Texts.Naming("Tide", "Sea"));
        graph.Withdraw(heard);
        Assert.Equal(1, graph["tide"].Mentions);
        Assert.NotNull(graph.Between("tide", "sea"));
    }
}
