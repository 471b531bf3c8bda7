using CsCheck;
using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Journaling;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.ConceptGraphs;

/// <summary>What holds for a graph whatever is done to it, in whatever order.</summary>
public sealed class ConceptGraphProperties
{
    private static readonly string[] Labels = ["Alpha", "alphas", "Beta", "Gamma ray", "gamma-rays", "Delta", "Epsilon", "Zeta", "Eta of theta", "Etas of theta", "Iota", "Kappa"];

    // What a command or a message does: Kind picks the operation, A, B and C what it is done to, Weight how.
    private sealed record Step(int Kind, int A, int B, int C, double Weight);

    private static readonly Gen<Step> Steps =
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Double[0.001, 1], (kind, a, b, c, weight) => new Step(kind, a, b, c, weight));

    private static readonly Gen<Step[][]> Histories = Steps.Array[1, 4].Array[0, 40];

    [Fact]
    public void Every_history_leaves_a_graph_that_is_whole() => Histories.Sample(history => Whole(Run(history, new ConceptGraphOptions()).Graph), iter: 600);

    [Fact]
    public void A_graph_within_its_limits_is_whole_after_every_history() =>
        Histories.Sample(history => Whole(Run(history, new ConceptGraphOptions { MaxConcepts = 5, MaxRelations = 4, SourcesPerConcept = 2 }).Graph), iter: 600);

    [Fact]
    public void The_sum_of_the_deltas_is_the_graph() => Histories.Sample(
        history =>
        {
            var graph = Run(history, new ConceptGraphOptions { MaxConcepts = 8 });
            var copy = new ConceptGraph("g");
            foreach (var delta in graph.Deltas)
            {
                Assert.Equal(copy.Seq + 1, delta.Seq);
                copy.Apply((GraphDelta)EventCodec.Decode("graph:g", EventCodec.Encode(delta)));
            }

            Assert.Equal(GraphStates.Canonical(graph.Graph), GraphStates.Canonical(copy));
        },
        iter: 300);

    [Fact]
    public void A_snapshot_and_the_deltas_after_it_are_the_graph() => Gen.Select(Histories, Gen.Double.Unit).Sample(
        (history, share) =>
        {
            var graph = Run(history, new ConceptGraphOptions { MaxConcepts = 8 });
            var before = new ConceptGraph("g");
            var cut = (int)(share * graph.Deltas.Count);
            graph.Deltas.Take(cut).ToList().ForEach(before.Apply);

            var snapshot = GraphSnapshotCodec.Encode(cut, before.ToBody());
            var restored = new ConceptGraph("g");
            restored.Restore(GraphSnapshotCodec.Decode("graph:g", snapshot));
            Assert.Equal(GraphStates.Canonical(before), GraphStates.Canonical(restored));

            graph.Deltas.Skip(cut).ToList().ForEach(restored.Apply);
            Assert.Equal(GraphStates.Canonical(graph.Graph), GraphStates.Canonical(restored));
        },
        iter: 300);

    [Fact]
    public void No_slot_is_given_twice_within_an_epoch() => Histories.Sample(
        history =>
        {
            var owner = new Dictionary<(long Epoch, int Slot), string>();
            var epoch = 1L;
            foreach (var delta in Run(history, new ConceptGraphOptions { MaxConcepts = 5 }).Deltas)
            {
                foreach (var (conceptId, slot) in delta.Added.Select(concept => (concept.ConceptId, concept.Slot))
                    .Concat(delta.Changed.Where(change => change.Slot is not null).Select(change => (change.ConceptId, change.Slot!.Value))))
                {
                    Assert.True(owner.TryAdd((delta.Epoch, slot), conceptId));
                }

                Assert.True(delta.Epoch == epoch || delta.Epoch == epoch + 1);
                epoch = delta.Epoch;
            }
        },
        iter: 300);

    private static GraphUnderTest Run(Step[][] history, ConceptGraphOptions options)
    {
        var graph = new GraphUnderTest(options);
        foreach (var command in history)
        {
            graph.Now += 60_000;
            if (command[0].Kind >= 8)
            {
                graph.Hear(Texts.Of([.. command.Select(step => Texts.Concept(Labels[step.A % Labels.Length], step.Weight, 1 + (step.B % 3), Labels[step.C % Labels.Length]))
                    .DistinctBy(concept => concept.Key)]), "s" + (command[0].A % 3));
                continue;
            }

            var (before, seq) = (graph.Deltas.Count, graph.Graph.Seq);
            if (graph.Try([.. command.Select(step => Operation(graph.Graph, step))]) is not null)
            {
                Assert.Equal((before, seq), (graph.Deltas.Count, graph.Graph.Seq));
            }
        }

        return graph;
    }

    private static ConceptOperation Operation(ConceptGraph graph, Step step)
    {
        // By the state before the command, so that some operations of a command name what an earlier one removed.
        var ids = graph.Concepts.Keys.Order(StringComparer.Ordinal).Append("nobody").ToArray();
        var (a, b, label) = (ids[step.A % ids.Length], ids[step.B % ids.Length], Labels[step.C % Labels.Length]);
        return step.Kind switch
        {
            0 => new UpsertConcept { Label = label, Weight = step.Weight },
            1 => new UpsertConcept { ConceptId = a, Label = label },
            2 => new RemoveConcept { ConceptId = a },
            3 => new LinkConcepts { Source = a, Target = b, Weight = step.Weight, Kind = step.C % 2 == 0 ? null : "causes" },
            4 => new UnlinkConcepts { Source = a, Target = b },
            5 => new MergeConcepts { Source = a, Target = b },
            6 => new MoveConcept { ConceptId = a, X = step.Weight, Y = step.B },
            7 => new PinConcept { ConceptId = a, Pinned = step.C % 2 == 0 },
            _ => new UpsertConcept { ConceptId = "own" + (step.A % 4), Label = label },
        };
    }

    private static void Whole(ConceptGraph graph)
    {
        var concepts = graph.Concepts;
        Assert.Equal(concepts.Count, concepts.Values.Select(concept => concept.Slot).Distinct().Count());
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (conceptId, concept) in concepts)
        {
            Assert.Equal(conceptId, concept.ConceptId);
            Assert.InRange(concept.Slot, 0, graph.NextSlot - 1);
            Assert.True(concept.Weight is > 0 and <= 1);
            Assert.True(concept.Phase is >= 0 and < 2 * Math.PI);
            foreach (var name in concept.Aliases.Prepend(concept.Key))
            {
                Assert.True(names.Add(name), $"'{name}' names two concepts, or one twice.");
                Assert.Equal(conceptId, graph.FindIdByKey(name));
            }

            Assert.Equal(
                graph.Relations.Values.Where(relation => relation.Source == conceptId || relation.Target == conceptId).Select(relation => relation.RelationId).Order(StringComparer.Ordinal),
                graph.RelationsOf(conceptId).Order(StringComparer.Ordinal));
        }

        foreach (var label in Labels)
        {
            Assert.True(graph.FindIdByKey(Itori.Text.ConceptKey.Of(label)) is not { } found || concepts.ContainsKey(found));
        }

        foreach (var (relationId, relation) in graph.Relations)
        {
            Assert.Equal(relationId, relation.RelationId);
            Assert.True(concepts.ContainsKey(relation.Source) && concepts.ContainsKey(relation.Target) && relation.Source != relation.Target);
            Assert.True(relation.Weight is > 0 and <= 1);
            Assert.False(graph.IsUnlinked(relation.Source, relation.Target));
        }

        Assert.All(graph.ToBody().Unlinked, pair => Assert.True(string.CompareOrdinal(pair.A, pair.B) < 0));
    }
}
