using Itori.Contracts;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.ConceptGraphs;

public sealed class SlotEpochsTests
{
    [Fact]
    public void When_most_slots_are_holes_all_are_numbered_anew_under_the_next_epoch()
    {
        var graph = new GraphUnderTest();
        graph.Do(Enumerable.Range(0, 100).Select(ConceptOperation (i) => new UpsertConcept { ConceptId = $"c{i:000}", Label = $"Concept number {i}" }).ToArray());
        for (var i = 0; i < 95 && graph.Graph.Epoch == 1; i++)
        {
            graph.Do(new RemoveConcept { ConceptId = $"c{i:000}" });
        }

        var delta = graph.Deltas[^1];
        Assert.Equal(2, delta.Epoch);
        Assert.Equal(Enumerable.Range(0, graph.Graph.Concepts.Count), graph.Graph.ToSnapshot().Concepts.Select(concept => concept.Slot));
        Assert.Equal(graph.Graph.Concepts.Keys.Order(StringComparer.Ordinal), delta.Changed.Select(change => change.ConceptId).Order(StringComparer.Ordinal));
        Assert.All(delta.Changed, change => Assert.Equal(graph[change.ConceptId].Slot, change.Slot));
        Assert.Equal(graph.Graph.Concepts.Count, graph.Graph.NextSlot);
        Assert.Equal(graph.Graph.Concepts.Keys.Order(StringComparer.Ordinal), graph.Graph.ToSnapshot().Concepts.Select(concept => concept.ConceptId)); // The order stays.
    }

    [Fact]
    public void A_concept_added_by_the_delta_that_begins_an_epoch_is_numbered_with_the_others()
    {
        var graph = new GraphUnderTest();
        graph.Do(Enumerable.Range(0, 100).Select(ConceptOperation (i) => new UpsertConcept { ConceptId = $"c{i:000}", Label = $"Concept number {i}" }).ToArray());
        var delta = graph.Do([.. Enumerable.Range(1, 99).Select(ConceptOperation (i) => new RemoveConcept { ConceptId = $"c{i:000}" }), new UpsertConcept { Label = "New" },
            new MoveConcept { ConceptId = "c000", X = 1, Y = 1 }]);

        Assert.Equal(2, delta.Epoch);
        Assert.Equal(("c000", 0), (Assert.Single(delta.Changed).ConceptId, delta.Changed[0].Slot));
        Assert.Equal(1.0, delta.Changed[0].X);
        Assert.Equal(1, Assert.Single(delta.Added).Slot);
        Assert.Equal(2, graph.Graph.NextSlot);
    }

    [Fact]
    public void Few_holes_are_left_alone()
    {
        var graph = new GraphUnderTest();
        graph.Do(new UpsertConcept { Label = "A" }, new UpsertConcept { Label = "B" });
        graph.Do(new RemoveConcept { ConceptId = "a" });
        graph.Do(new UpsertConcept { Label = "C" });
        Assert.Equal(1, graph.Graph.Epoch);
        Assert.Equal(2, graph["c"].Slot);
    }
}
