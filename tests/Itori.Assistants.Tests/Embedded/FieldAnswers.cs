using CsCheck;
using Itori.Contracts;
using Itori.Grains.Assistants.Context;
using Itori.Grains.Assistants.Embedded;
using Itori.Text;

namespace Itori.Assistants.Tests.Embedded;

public sealed class FieldAnswers
{
    [Fact]
    public void Concepts_in_phase_are_named_in_groups_even_across_the_turn_of_the_circle()
    {
        var answer = Four(6.2f, 0.1f, 3.0f, 3.2f).Ask("Which concepts are in phase?");
        Assert.Contains("**a-one** and **a-two**", answer, StringComparison.Ordinal);
        Assert.Contains("**b-one** and **b-two**", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_none_are_in_phase_it_says_so() =>
        Assert.Contains("No two concepts are in phase", Four(0f, 1.5f, 3f, 4.5f).Ask("which concepts are in phase?"), StringComparison.Ordinal);

    [Fact]
    public void Two_concepts_are_compared()
    {
        Assert.StartsWith("Yes", Four(0f, 0.2f, 3f, 4.5f).Ask("Is a-one in phase with a-two?"), StringComparison.Ordinal);
        Assert.StartsWith("No", Four(0f, 0.2f, 3f, 4.5f).Ask("Are a-one and b-one in phase?"), StringComparison.Ordinal);
    }

    [Fact]
    public void Coherence_is_read_from_the_field()
    {
        var answer = Four(1f, 1f, 1f, 1f).Ask("How coherent is the field?");
        Assert.Contains("r = 1.00", answer, StringComparison.Ordinal);
        Assert.Contains("nearly all", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_of_another_epoch_has_no_phases_of_this_graph()
    {
        var frame = new PhaseFrame { Timestamp = 0, Graph = "g", Epoch = 2, Frame = 1, T = 0, OrderParameter = 0, MeanPhase = 0, Phases = [0f, 0f] };
        Assert.Empty(PhaseGroup.Of(new Scene().Concept("x").Concept("y").Turn("?").Graph, frame));
    }

    [Fact]
    public void Groups_are_disjoint_lie_within_the_tolerance_and_do_not_depend_on_where_the_circle_begins() =>
        Gen.Select(Gen.Float[0f, 6.28f].Array[0, 30], Gen.Double[0, Math.Tau]).Sample((phases, turn) =>
        {
            var groups = Groups(phases);
            var ids = groups.SelectMany(group => group.Concepts).Select(concept => concept.ConceptId).ToArray();
            var turned = Groups([.. phases.Select(phase => (float)((phase + turn) % Math.Tau))]);
            return ids.Distinct().Count() == ids.Length
                && groups.All(group => group.Spread <= PhaseGroup.Tolerance && group.Concepts.Count >= 2 && group.OrderParameter is >= 0 and <= 1.0000001)
                && Math.Abs(turned.Sum(group => group.Concepts.Count) - ids.Length) <= 2;
        });

    private static List<PhaseGroup> Groups(float[] phases)
    {
        var concepts = phases.Select((_, i) => new ConceptState { ConceptId = "c" + i, Label = "c" + i, Key = "c" + i, Slot = i, Weight = 0.5, Phase = 0, Mentions = 1, CreatedAt = 0, LastSeen = 0 }).ToArray();
        var graph = new GraphView(new GraphSnapshot { Graph = "g", Epoch = 1, Seq = 1, Concepts = concepts, Relations = [] }, ConceptKey.Of);
        return PhaseGroup.Of(graph, new PhaseFrame { Timestamp = 0, Graph = "g", Epoch = 1, Frame = 1, T = 0, OrderParameter = 0, MeanPhase = 0, Phases = phases });
    }

    private static Scene Four(params float[] phases)
    {
        var scene = new Scene().Concept("a-one").Concept("a-two").Concept("b-one").Concept("b-two");
        scene.Phases = phases;
        return scene;
    }
}
