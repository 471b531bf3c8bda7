using CsCheck;

using Itori.Contracts;
using Itori.Gateway.Exchange;

namespace Itori.Gateway.Tests.Exchange;

/// <summary>What is written is read again as it was, in every format, whatever the labels are and however the file comes in.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Formats() => ["json", "graphml", "gexf"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_graph_that_is_written_and_read_is_the_same(string name)
    {
        var format = GraphFormats.Of(name)!.Value;
        await Gen.Select(Graphs.Any, Gen.Int[1, 40]).SampleAsync(
            async (graph, pieceBytes) =>
            {
                var file = await Graphs.Read(format, await Graphs.Written(format, graph), pieceBytes: pieceBytes);
                Assert.Equal(graph.Concepts.Select(Shown), file.Concepts.Select(Shown));
                Assert.Equal(
                    graph.Relations.Select(relation => (relation.Source, relation.Target, (double?)relation.Weight, (string?)relation.Kind)),
                    file.Relations.Select(relation => (file.Concepts[relation.Source].ConceptId!, file.Concepts[relation.Target].ConceptId!, relation.Weight, relation.Kind)));
            },
            iter: 150);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Half_a_surrogate_pair_becomes_the_replacement_character(string name)
    {
        var format = GraphFormats.Of(name)!.Value;
        var graph = Graphs.Large(1, 0);
        var file = await Graphs.Read(format, await Graphs.Written(format, graph with { Concepts = [graph.Concepts[0] with { Label = "a\uD800b", Key = "a\uDC00b" }] }));
        Assert.Equal(("a\uFFFDb", "a\uFFFDb"), (file.Concepts[0].Label, file.Concepts[0].Key));
    }

    private static string Shown(ConceptState c) => FormattableString.Invariant(
        $"{c.ConceptId}|{c.Label}|{string.Join("¦", c.Aliases.Prepend(c.Key))}|{c.Weight:R}|{c.X:R}|{c.Y:R}|{c.Pinned}|{c.Arranged}|{c.Cluster}|{c.Mentions}|{c.CreatedAt}|{c.LastSeen}");

    private static string Shown(ImportedConcept c) => FormattableString.Invariant(
        $"{c.ConceptId}|{c.Label}|{string.Join("¦", c.Aliases.Prepend(c.Key))}|{c.Weight:R}|{c.X:R}|{c.Y:R}|{c.Pinned}|{c.Arranged}|{c.Cluster}|{c.Mentions}|{c.CreatedAt}|{c.LastSeen}");
}
