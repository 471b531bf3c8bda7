using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Journaling;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;
using Itori.Numerics.Arrangements;

namespace Itori.Grains.Tests.ConceptGraphs;

public sealed class GraphArrangementTests
{
    private readonly ArrangedGraph graph = new();

    [Fact]
    public void Related_concepts_stand_near_each_other_and_none_upon_another()
    {
        graph.Talk(messages: 60);
        graph.Arrange();
        Assert.All(graph.Graph.Concepts.Values, concept => Assert.True(GraphArrangement.IsPlaced(concept) && concept.Arranged));
        Assert.InRange(graph.NeighboursByPairs(), 0.05, 0.5);
        Assert.InRange(graph.LeastDistance(), 0.25 * graph.Spacing(), graph.Spacing());
    }

    [Fact]
    public void Grown_message_by_message_it_is_nearly_as_good_as_arranged_at_once_and_little_moves_or_is_written_at_each()
    {
        var (bytes, said) = (0L, 0L);
        var moves = new List<double>();
        for (var message = 0; message < 120; message++)
        {
            var before = graph.Places();
            var heard = graph.Talk(messages: 1);
            var changes = graph.Arrange();
            if (message >= 20)
            {
                moves.Add(graph.MeanMove(before));
                bytes += Bytes(changes);
                said += heard;
            }
        }

        var anew = new ArrangedGraph();
        anew.Talk(messages: 120);
        anew.Arrange();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{graph.Graph.Concepts.Count} concepts, {graph.Graph.Relations.Count} relations: neighbours {graph.NeighboursByPairs():f3} (at once {anew.NeighboursByPairs():f3}), least distance {graph.LeastDistance() / graph.Spacing():f2} (at once {anew.LeastDistance() / anew.Spacing():f2}) "
            + $"of the spacing; a message moves a concept by {moves.Average():p2} of the radius, at most {moves.Max():p2}, and writes {bytes / moves.Count} bytes beside {said / moves.Count}");
        Assert.InRange(graph.NeighboursByPairs(), 0, 1.2 * anew.NeighboursByPairs());
        Assert.InRange(graph.LeastDistance(), 0.2 * graph.Spacing(), graph.Spacing());
        Assert.InRange(moves.Average(), 0, 0.02);
        Assert.InRange(moves.Max(), 0, 0.06);
        Assert.InRange(bytes, 0, said);
    }

    [Fact]
    public void One_more_concept_stands_beside_its_neighbour_and_moves_the_others_by_less_than_a_hundredth_of_the_radius()
    {
        graph.Talk(messages: 60);
        graph.Arrange();
        var (before, radius) = (graph.Places(), graph.Radius());
        var neighbour = graph.Graph.Concepts.Values.OrderByDescending(concept => concept.Weight).ElementAt(10).ConceptId;
        graph.Do(new UpsertConcept { ConceptId = "new", Label = "New" }, new LinkConcepts { Source = "new", Target = neighbour, Weight = 0.8 });
        graph.Arrange();
        var now = graph.Places();
        Assert.InRange(before.Average(entry => ArrangedGraph.Distance(entry.Value, now[entry.Key])), 0, 0.01 * radius);
        Assert.InRange(before.Max(entry => ArrangedGraph.Distance(entry.Value, now[entry.Key])), 0, 0.2 * radius);
        Assert.InRange(ArrangedGraph.Distance(now["new"], now[neighbour]), GraphArrangement.LeastMove, 0.5 * radius);
    }

    [Fact]
    public void Many_that_come_at_once_find_room_beside_what_stands()
    {
        graph.Talk(messages: 40);
        graph.Arrange();
        var (before, radius) = (graph.Places(), graph.Radius());
        var random = new Random(2);
        var anchor = before.Keys.Order(StringComparer.Ordinal).First();
        for (var group = 0; group < 12; group++)
        {
            string Id(int i) => $"g{group}-{i}";
            graph.Do(
            [
                .. Enumerable.Range(0, 30).Select(i => new UpsertConcept { ConceptId = Id(i), Label = Id(i) }),
                .. Enumerable.Range(1, 29).Select(i => new LinkConcepts { Source = Id(i), Target = Id(random.Next(i)), Weight = 0.6 }),
                new LinkConcepts { Source = Id(0), Target = group % 3 == 0 ? anchor : $"g{group - 1}-0", Weight = 0.3 },
            ]);
        }

        graph.Arrange();
        var now = graph.Places();
        TestContext.Current.TestOutputHelper!.WriteLine($"neighbours {graph.NeighboursByPairs():f3}, least distance {graph.LeastDistance() / graph.Spacing():f2} of the spacing, moved {before.Average(entry => ArrangedGraph.Distance(entry.Value, now[entry.Key])) / radius:p2} of the radius {radius:f0} (now {graph.Radius():f0})");
        Assert.InRange(graph.NeighboursByPairs(), 0, 0.35);
        Assert.InRange(graph.LeastDistance(), 0.1 * graph.Spacing(), graph.Spacing());
        Assert.InRange(before.Average(entry => ArrangedGraph.Distance(entry.Value, now[entry.Key])), 0, 0.1 * radius);
    }

    [Fact]
    public void The_same_graph_has_the_same_places_whichever_way_it_came_to_be()
    {
        graph.Talk(messages: 40);
        var there = new ConceptGraph("g");
        var body = graph.Graph.ToBody();
        there.Restore(body with { Concepts = [.. body.Concepts.Reverse()], Relations = [.. body.Relations.Reverse()] });
        var (found, again) = (graph.Search(), new GraphArrangement(there, new Dictionary<string, double>()).Find(TestContext.Current.CancellationToken));
        Assert.Equal(found.OrderBy(entry => entry.Key, StringComparer.Ordinal), again.OrderBy(entry => entry.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_new_moves_nothing()
    {
        Assert.Empty(graph.Arrange());
        graph.Talk(messages: 10);
        graph.Arrange();
        Assert.Empty(graph.Arrange());
    }

    [Fact]
    public void What_a_person_placed_or_pinned_stays_and_goes_again_when_the_pin_is_taken_out()
    {
        graph.Talk(messages: 20);
        graph.Arrange();
        string[] ids = [.. graph.Graph.Concepts.Keys.Order(StringComparer.Ordinal)];
        graph.Do(new MoveConcept { ConceptId = ids[0], X = 500, Y = 400 }, new PinConcept { ConceptId = ids[1], Pinned = true });
        Assert.False(graph[ids[0]].Arranged);
        var pinned = graph.Places()[ids[1]];
        graph.Talk(messages: 10);
        graph.Arrange();
        Assert.Equal(new Place(500, 400), graph.Places()[ids[0]]);
        Assert.Equal(pinned, graph.Places()[ids[1]]);

        // Taking out a pin that is not in lets a dragged concept go, too.
        graph.Do(new PinConcept { ConceptId = ids[0], Pinned = false }, new PinConcept { ConceptId = ids[1], Pinned = false });
        Assert.True(graph[ids[0]].Arranged && graph[ids[1]].Arranged);
        graph.Arrange();
        Assert.InRange(ArrangedGraph.Distance(graph.Places()[ids[0]], default), 0, 300);
    }

    [Fact]
    public void Another_change_by_hand_lets_nothing_go()
    {
        graph.Do(new UpsertConcept { ConceptId = "a", Label = "A", X = 30, Y = 40 }, new UpsertConcept { ConceptId = "a", Label = "Aa", Weight = 0.9 });
        Assert.False(graph["a"].Arranged);
        graph.Do(new UpsertConcept { ConceptId = "b", Label = "B" }, new LinkConcepts { Source = "a", Target = "b" });
        Assert.Equal(["b"], graph.Arrange().Select(change => change.ConceptId));
    }

    [Fact]
    public void A_person_who_moves_a_concept_while_places_are_looked_for_has_the_last_word()
    {
        graph.Talk(messages: 10);
        graph.Arrange();
        graph.Talk(messages: 5);
        var found = graph.Search();
        var moved = found.Keys.Order(StringComparer.Ordinal).First();
        graph.Do(new MoveConcept { ConceptId = moved, X = 1, Y = 2 });
        graph.Apply(GraphArrangement.Changes(graph.Graph, found));
        Assert.Equal(new Place(1, 2), graph.Places()[moved]);
        Assert.False(graph[moved].Arranged);
    }

    [Fact]
    public void Places_of_an_older_graph_are_a_persons()
    {
        graph.Do(new UpsertConcept { ConceptId = "a", Label = "A", X = 30, Y = 40 });
        Assert.Equal((30d, 40d, false), (graph["a"].X!.Value, graph["a"].Y!.Value, graph["a"].Arranged));
        Assert.Empty(graph.Arrange());
    }

    [Fact]
    public void Concepts_without_relations_stand_apart_and_a_concept_alone_in_the_middle()
    {
        graph.Do(new UpsertConcept { ConceptId = "a", Label = "A" });
        graph.Arrange();
        Assert.Equal(new Place(0, 0), graph.Places()["a"]);
        graph.Do([.. Enumerable.Range(0, 60).Select(i => new UpsertConcept { ConceptId = $"n{i}", Label = $"n{i}" })]);
        graph.Arrange();
        Assert.InRange(graph.LeastDistance(), 0.4 * graph.Spacing(), 1.5 * graph.Spacing());
    }

    [Fact]
    public void A_concept_that_nobody_says_any_more_leaves_though_it_has_a_place_but_not_where_a_person_put_it()
    {
        var talked = new GraphUnderTest();
        var heard = talked.Hear(Texts.Naming("quartz"))!;
        talked.Graph.Apply(new GraphDelta { Seq = talked.Graph.Seq + 1, Timestamp = talked.Now, Epoch = 1, Changed = [new ConceptChange { ConceptId = "quartz", X = 1, Y = 1, Arranged = true }], Cause = new GraphCause { Kind = GraphCause.Arrangement, User = People.Ada } });
        talked.Withdraw(heard);
        Assert.Empty(talked.Graph.Concepts);
    }

    [Fact]
    public void Places_of_a_file_are_a_persons_unless_it_says_otherwise_and_do_not_displace_one()
    {
        var imported = new GraphUnderTest();
        imported.Do(new UpsertConcept { ConceptId = "kept", Label = "kept", X = 5, Y = 6 });
        imported.Import(new ImportGraph
        {
            User = People.Ada,
            Concepts = [new ImportedConcept { Label = "given", X = 1, Y = 2 }, new ImportedConcept { Label = "found", X = 3, Y = 4, Arranged = true }, new ImportedConcept { Label = "kept", X = 7, Y = 8 }, new ImportedConcept { Label = "none", Arranged = true }],
            Relations = [],
        });
        Assert.Equal([("found", 3.0, true), ("given", 1.0, false), ("kept", 5.0, false), ("none", null, false)],
            imported.Graph.Concepts.Values.OrderBy(concept => concept.ConceptId, StringComparer.Ordinal).Select(concept => (concept.ConceptId, concept.X, concept.Arranged)));
    }

    [Fact]
    public async Task The_grain_stores_them_everybody_sees_the_same_and_they_outlive_it()
    {
        await using var host = await GrainHost.With(("Itori:Graphs:ArrangeDelay", "00:00:00.05"));
        var id = "places" + Guid.NewGuid().ToString("N");
        var inbox = await host.Subscribe(TopicName.Graph(id));
        var watched = new ConceptGraph(id);
        for (var step = 0; step < 6; step++)
        {
            Assert.Null((await host.Graph(id).Apply(new ApplyOperations { User = People.Ada, Operations = [.. Star(step)] })).Refusal);
            var last = $"n{step}-4";
            await inbox.Until<GraphDelta>(delta => delta.Cause.Kind == GraphCause.Arrangement && delta.Changed.Any(change => change.ConceptId == last));
        }

        await GrainHost.Deactivate(host.Graph(id));
        var opened = await host.Graph(id).GetSnapshot();
        await Wait.Until(() => Task.FromResult(inbox.Events.OfType<GraphDelta>().Max(delta => delta.Seq) >= opened.Seq), "all deltas");
        foreach (var delta in inbox.Events.OfType<GraphDelta>().Where(delta => delta.Seq <= opened.Seq).OrderBy(delta => delta.Seq))
        {
            watched.Apply(delta);
        }

        Assert.Equal(GraphStates.Canonical(opened), GraphStates.Canonical(watched.ToSnapshot()));
        Assert.All(opened.Concepts, concept => Assert.True(concept is { X: not null, Y: not null, Arranged: true }));
    }

    [Fact]
    public async Task What_an_activation_left_without_a_place_the_next_one_places()
    {
        await using var host = await GrainHost.With(("Itori:Graphs:ArrangeDelay", "00:00:02"));
        var id = "places" + Guid.NewGuid().ToString("N");
        Assert.Null((await host.Graph(id).Apply(new ApplyOperations { User = People.Ada, Operations = [.. Star(0)] })).Refusal);
        await GrainHost.Deactivate(host.Graph(id));
        await Wait.Until(async () => (await host.Graph(id).GetSnapshot()).Concepts.All(GraphArrangement.IsPlaced), "the places");
    }

    private static IEnumerable<ConceptOperation> Star(int step)
    {
        for (var i = 0; i < 5; i++)
        {
            yield return new UpsertConcept { ConceptId = $"n{step}-{i}", Label = $"n{step} {i}" };
        }

        for (var i = 1; i < 5; i++)
        {
            yield return new LinkConcepts { Source = $"n{step}-0", Target = $"n{step}-{i}" };
        }

        if (step > 0)
        {
            yield return new LinkConcepts { Source = $"n{step}-0", Target = $"n{step - 1}-1" };
        }
    }

    private static long Bytes(ConceptChange[] changes) =>
        changes.Length == 0 ? 0 : EventCodec.Encode(new GraphDelta { Seq = 1, Timestamp = 1, Epoch = 1, Changed = changes, Cause = new GraphCause { Kind = GraphCause.Arrangement, User = People.Ada } }).Body.Length;
}
