using CsCheck;
using Itori.Contracts;
using Itori.Grains.Fields;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Fields;

public sealed class FieldSimulationTests
{
    private static readonly FieldOptions Options = new();
    private readonly GraphUnderTest graph = new();

    [Fact]
    public void An_empty_field_turns_in_silence()
    {
        var field = Loaded();
        field.Advance(10);
        var frame = field.Frame("g", 1, 5);
        Assert.Empty(frame.Phases);
        Assert.Equal((0.0, 0.0, 0.2), (frame.OrderParameter, frame.MeanPhase, Math.Round(frame.T, 12)));

        var spectral = field.BeginSpectral().Compute(Options, 5, TestContext.Current.CancellationToken).State;
        Assert.Equal((0.0, 0.0, 0), (spectral.Coherence, spectral.OrderParameter, spectral.Connectivity.ComponentCount));
        Assert.Empty(spectral.Eigenvalues);
    }

    [Fact]
    public void A_concept_begins_with_its_own_phase()
    {
        graph.Do(Concept("A"), Concept("B"));
        Assert.Equal([(float)graph["a"].Phase, (float)graph["b"].Phase], Loaded().Frame("g", 1, 5).Phases);
    }

    [Fact]
    public void A_connected_field_at_rest_falls_in_step()
    {
        graph.Do([.. Names(8).Select(Concept), .. Names(8).Zip(Names(8).Skip(1)).Select(pair => new LinkConcepts { Source = pair.First, Target = pair.Second })]);
        var field = Loaded();
        Assert.True(field.Frame("g", 0, 5).OrderParameter < 0.9);
        field.Advance(10_000);
        var frame = field.Frame("g", 1, 5);
        Assert.InRange(frame.OrderParameter, 0.999, 1);

        var spectral = field.BeginSpectral().Compute(Options, 5, TestContext.Current.CancellationToken).State;
        Assert.InRange(spectral.Coherence, 0.999, 1);
        Assert.False(spectral.DriftDetected);
    }

    [Fact]
    public void Concepts_without_relations_keep_their_distance()
    {
        graph.Do(Concept("A"), Concept("B"));
        var field = Loaded();
        var before = field.Frame("g", 0, 5).OrderParameter;
        field.Advance(1_000);
        Assert.Equal(before, field.Frame("g", 1, 5).OrderParameter, 1e-9);
    }

    [Fact]
    public void A_concept_that_is_talked_about_runs_ahead_and_pulls_the_others_along()
    {
        graph.Hear(Texts.Naming("Alpha", "Beta"));
        var field = Loaded();
        field.Advance(5_000);
        var before = Lead(field);
        Assert.Equal(0, before, 1e-6);

        graph.Hear(Texts.Of(Texts.Concept("Alpha", mentions: 3)));
        field.Apply(graph.Deltas[^1]);
        field.Advance(50);
        Assert.True(Lead(field) > 0.05);

        field.Advance(50_000);
        Assert.Equal(0, Lead(field), 1e-3);
    }

    [Fact]
    public void Two_fields_of_the_same_deltas_agree_bit_for_bit_however_time_is_cut() => Gen.Select(
        Gen.Int[0, 11].Array[1, 4].Array[1, 12],
        Gen.Int[1, 40].Array[12],
        Gen.Int[1, 7]).Sample(
        (texts, pauses, piece) =>
        {
            var source = new GraphUnderTest();
            var (one, other) = (new FieldSimulation(Options), new FieldSimulation(Options));
            one.Load(source.Graph.ToSnapshot());
            other.Load(source.Graph.ToSnapshot());
            for (var i = 0; i < texts.Length; i++)
            {
                var delta = source.Hear(Texts.Naming([.. texts[i].Distinct().Select(n => $"Thing {(char)('a' + n)}x")]))!;
                one.Apply(delta);
                other.Apply(delta);
                one.Advance(pauses[i]);
                for (var left = pauses[i]; left > 0; left -= piece)
                {
                    other.Advance(Math.Min(piece, left));
                }
            }

            Assert.Equal(Bits(one), Bits(other));
            Assert.Equal(one.Frame("g", 1, 5).OrderParameter, other.Frame("g", 1, 5).OrderParameter);
        },
        iter: 60);

    [Fact]
    public void Whatever_happens_to_the_graph_every_concept_has_its_phase_at_its_slot() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 30], Gen.Int[0, 30]).Array[0, 60].Sample(
        steps =>
        {
            var source = new GraphUnderTest();
            var field = new FieldSimulation(Options);
            field.Load(source.Graph.ToSnapshot());
            foreach (var (kind, a, b) in steps)
            {
                var ids = source.Graph.Concepts.Keys.Order(StringComparer.Ordinal).Append("nobody").ToArray();
                ConceptOperation operation = kind switch
                {
                    0 => new RemoveConcept { ConceptId = ids[a % ids.Length] },
                    1 => new LinkConcepts { Source = ids[a % ids.Length], Target = ids[b % ids.Length] },
                    _ => new UpsertConcept { ConceptId = $"c{a}", Label = $"Concept c{a}" },
                };
                if (source.Try(operation) is null)
                {
                    field.Apply(source.Deltas[^1]);
                }

                field.Advance(1);
                var frame = field.Frame("g", 1, 5);
                Assert.Equal((source.Graph.Epoch, source.Graph.Seq), (frame.Epoch, field.Seq));
                Assert.Equal(
                    source.Graph.Concepts.Values.Select(concept => concept.Slot).Order(),
                    Enumerable.Range(0, frame.Phases.Length).Where(slot => !float.IsNaN(frame.Phases[slot])));
                Assert.All(frame.Phases.Where(phase => !float.IsNaN(phase)), phase => Assert.InRange(phase, 0, MathF.BitDecrement(2 * MathF.PI)));
            }
        },
        iter: 60);

    [Fact]
    public void Concepts_that_come_and_go_leave_the_phases_of_the_others()
    {
        graph.Do(Concept("A"), Concept("B"), Concept("C"));
        var field = Loaded();
        field.Advance(7);
        var before = field.Frame("g", 0, 5).Phases;

        graph.Do(new RemoveConcept { ConceptId = "a" }, Concept("D"));
        field.Apply(graph.Deltas[^1]);
        var after = field.Frame("g", 1, 5).Phases;
        Assert.Equal([float.NaN, before[1], before[2], (float)graph["d"].Phase], after);
    }

    [Fact]
    public void A_new_epoch_moves_every_phase_to_its_concepts_new_slot()
    {
        graph.Do([.. Enumerable.Range(0, 70).Select(i => new UpsertConcept { ConceptId = $"c{i:00}", Label = $"Concept c{i}" })]);
        var field = Loaded();
        field.Advance(3);
        var before = field.Frame("g", 0, 5).Phases;

        graph.Do([.. Enumerable.Range(0, 70).Where(i => i is not (5 or 40)).Select(i => new RemoveConcept { ConceptId = $"c{i:00}" })]);
        Assert.Equal(2, graph.Graph.Epoch);
        field.Apply(graph.Deltas[^1]);
        var frame = field.Frame("g", 1, 5);
        Assert.Equal(2, frame.Epoch);
        Assert.Equal([before[5], before[40]], frame.Phases);
    }

    [Fact]
    public void A_snapshot_keeps_the_phases_of_concepts_that_are_known()
    {
        graph.Do(Concept("A"), Concept("B"));
        var field = Loaded();
        field.Advance(9);
        var before = field.Frame("g", 0, 5).Phases;
        graph.Do(new RemoveConcept { ConceptId = "a" });
        graph.Do(Concept("C"));
        field.Load(graph.Graph.ToSnapshot());
        Assert.Equal([float.NaN, before[1], (float)graph["c"].Phase], field.Frame("g", 1, 5).Phases);
        Assert.Equal(3, field.Seq);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_delta_out_of_order_is_refused_and_changes_nothing(long seq)
    {
        graph.Do(Concept("A"));
        var field = Loaded();
        graph.Do(Concept("B"));
        Assert.Throws<InvalidOperationException>(() => field.Apply(graph.Deltas[^1] with { Seq = seq }));
        Assert.Equal((1L, 1), (field.Seq, field.Count));
        field.Apply(graph.Deltas[^1]);
        Assert.Equal((2L, 2), (field.Seq, field.Count));
    }

    private static UpsertConcept Concept(string label) => new() { Label = label };

    private static string[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => $"n{i}")];

    private static int[] Bits(FieldSimulation field) => [.. field.Frame("g", 1, 5).Phases.Select(BitConverter.SingleToInt32Bits)];

    private static double Lead(FieldSimulation field)
    {
        var phases = field.Frame("g", 1, 5).Phases;
        return Math.IEEERemainder(phases[0] - (double)phases[1], 2 * Math.PI);
    }

    private FieldSimulation Loaded()
    {
        var field = new FieldSimulation(Options);
        field.Load(graph.Graph.ToSnapshot());
        return field;
    }
}
