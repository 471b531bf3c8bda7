using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.ConceptGraphs;

/// <summary>A relation weighs by how often its ends are said together, against how often chance would have it, and by how lately.</summary>
public sealed class RelationWeightTests
{
    [Fact]
    public void A_pair_that_only_meets_each_other_outweighs_one_that_meets_everybody()
    {
        var graph = new GraphUnderTest();
        for (var i = 0; i < 12; i++)
        {
            graph.Hear(Texts.Naming("Pulsar", "Neutron star"));
            graph.Hear(Texts.Naming("Team", "Budget"));
            graph.Hear(Texts.Naming("Team", $"Matter{(char)('a' + i)}x"));
            graph.Hear(Texts.Naming("Budget", $"Affair{(char)('a' + i)}x"));
        }

        Assert.True(graph.Between("pulsar", "neutron-star")!.Weight > graph.Between("team", "budget")!.Weight);
        Assert.Equal(graph.Between("pulsar", "neutron-star")!.Evidence, graph.Between("team", "budget")!.Evidence, 9);
    }

    [Fact]
    public void One_meeting_is_little_and_every_further_one_is_more()
    {
        var graph = new GraphUnderTest();
        var last = 0.0;
        for (var i = 0; i < 30; i++)
        {
            graph.Hear(Texts.Naming("Tide", "Moon"));
            graph.Hear(Texts.Naming($"Other{(char)('a' + i)}x"));
            Assert.True(graph.Between("tide", "moon")!.Weight > last);
            last = graph.Between("tide", "moon")!.Weight;
        }

        Assert.InRange(graph.Deltas[0].RelationsAdded[0].Weight, 0.01, 0.25);
        Assert.InRange(last, 0.9, 1);
    }

    [Fact]
    public void What_was_said_long_ago_counts_less_when_the_pair_is_said_again()
    {
        var (lately, longAgo) = (Heard(TimeSpan.FromMinutes(1)), Heard(TimeSpan.FromDays(70)));
        Assert.True(lately > longAgo + 0.1, $"{lately} against {longAgo}");

        static double Heard(TimeSpan pause)
        {
            var graph = new GraphUnderTest();
            for (var i = 0; i < 8; i++)
            {
                graph.Hear(Texts.Naming("Tide", "Moon"));
            }

            graph.Now += (long)pause.TotalMilliseconds;
            graph.Hear(Texts.Naming("Tide", "Moon"));
            return graph.Between("tide", "moon")!.Weight;
        }
    }

    [Fact]
    public void A_text_changes_what_it_names_and_nothing_else()
    {
        var graph = new GraphUnderTest();
        graph.Hear(Texts.Naming("Tide", "Moon", "Orbit"));
        graph.Hear(Texts.Naming("Team", "Budget"));
        var delta = graph.Hear(Texts.Naming("Tide", "Moon"))!;

        Assert.Equal(["tide", "moon"], delta.Changed.Select(change => change.ConceptId));
        Assert.Equal(["moon~co_occurs~tide"], delta.RelationsChanged.Select(relation => relation.RelationId));
    }

    [Fact]
    public void The_same_texts_at_the_same_times_give_the_same_bits_also_from_the_deltas()
    {
        var (first, second) = (Run(), Run());
        Assert.Equal(Bits(first.Graph), Bits(second.Graph));
        var replayed = new ConceptGraph("g");
        foreach (var delta in first.Deltas)
        {
            replayed.Apply(delta);
        }

        Assert.Equal(Bits(first.Graph), Bits(replayed));

        static GraphUnderTest Run()
        {
            var graph = new GraphUnderTest();
            for (var i = 0; i < 40; i++)
            {
                graph.Now += 1000 * i * i;
                graph.Hear(Texts.Naming($"Concept{(char)('a' + (i % 5))}x", $"Concept{(char)('a' + (i % 7))}x", "Hub"));
            }

            return graph;
        }

        static string Bits(ConceptGraph graph) => string.Join('\n', graph.Relations.Values.OrderBy(relation => relation.RelationId, StringComparer.Ordinal)
            .Select(relation => $"{relation.RelationId} {BitConverter.DoubleToInt64Bits(relation.Weight)} {BitConverter.DoubleToInt64Bits(relation.Windows)}"));
    }

    [Fact]
    public void A_typed_relation_keeps_the_places_that_say_it()
    {
        var graph = new GraphUnderTest(new ConceptGraphOptions { SourcesPerRelation = 2 });
        for (var i = 0; i < 3; i++)
        {
            graph.Hear(Texts.Of(Texts.Concept("Smoking"), Texts.Concept("Cancer")) with
            {
                Relations = [Texts.CoOccurrence("smoking", "cancer") with { SourceKey = "smoking", TargetKey = "cancer", Kind = "causes", Span = new(3, 21) }],
            });
        }

        var relation = graph.Graph.Relations["smoking>causes>cancer"];
        Assert.Equal(
            [new ConceptSource { Session = "s", Seq = 2, Start = 3, Length = 21 }, new ConceptSource { Session = "s", Seq = 3, Start = 3, Length = 21 }],
            relation.Sources);
    }

    [Fact]
    public void Taking_in_a_message_allocates_as_much_in_a_large_graph_as_in_a_small_one()
    {
        var (small, large) = (Allocated(100), Allocated(20_000));
        Assert.True(large < (2 * small) + 4096, $"{small} bytes against {large}");

        static long Allocated(int concepts)
        {
            var graph = new GraphUnderTest(new ConceptGraphOptions { MaxConcepts = 50_000, MaxRelations = 1_000_000 });
            for (var i = 0; i < concepts; i += 50)
            {
                graph.Hear(Texts.Naming([.. Enumerable.Range(i, 50).Select(Name)]));
            }

            var text = Texts.Naming(Name(3), Name(4), Name(7), Name(8));
            graph.Hear(text);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                graph.Hear(text);
            }

            return (GC.GetAllocatedBytesForCurrentThread() - before) / 20;
        }

        static string Name(int i) => $"Concept {(char)('a' + (i % 26))}{(char)('a' + (i / 26 % 26))}{(char)('a' + (i / 676 % 26))}{(char)('a' + (i / 17576))}k";
    }
}
