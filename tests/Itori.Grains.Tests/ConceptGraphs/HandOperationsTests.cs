using Itori.Contracts;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.ConceptGraphs;

public sealed class HandOperationsTests
{
    private readonly GraphUnderTest graph = new();

    private string[] Ids => [.. graph.Graph.Concepts.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Upsert_with_a_label_makes_a_concept_that_can_be_seen()
    {
        graph.Do(new UpsertConcept { Label = " Phase locking " });

        var concept = graph["phase-locking"];
        Assert.Equal("Phase locking", concept.Label);
        Assert.Equal("phase locking", concept.Key);
        Assert.Equal(0, concept.Slot);
        Assert.Equal(0.5, concept.Weight);
        Assert.InRange(concept.Phase, 0, 2 * Math.PI);
        Assert.Equal(graph.Now, concept.CreatedAt);
    }

    [Theory]
    [InlineData("neural networks")]
    [InlineData("Neural-Network")]
    [InlineData("  NEURAL   NETWORK ")]
    public void Upsert_finds_a_concept_by_any_variant_of_its_label(string variant)
    {
        graph.Do(new UpsertConcept { Label = "Neural network" });
        graph.Do(new UpsertConcept { Label = variant, Weight = 0.9 });

        var concept = Assert.Single(graph.Graph.Concepts.Values);
        Assert.Equal(variant.Trim(), concept.Label);
        Assert.Equal(0.9, concept.Weight);
        Assert.Empty(graph.Deltas[^1].Added);
    }

    [Fact]
    public void Upsert_leaves_as_it_is_what_it_does_not_name()
    {
        graph.Do(new UpsertConcept { Label = "A", Weight = 0.7, X = 1, Y = 2, Pinned = true });
        var delta = graph.Do(new UpsertConcept { ConceptId = "a", X = 5 });

        var change = Assert.Single(delta.Changed);
        Assert.Equal(new ConceptChange { ConceptId = "a", X = 5 }, change);
        Assert.Equal((5.0, 2.0, 0.7, true), (graph["a"].X, graph["a"].Y, graph["a"].Weight, graph["a"].Pinned));
    }

    [Fact]
    public void A_renamed_concept_is_found_by_both_names()
    {
        graph.Do(new UpsertConcept { Label = "Fireflies" });
        graph.Do(new UpsertConcept { ConceptId = "firefly", Label = "Lampyridae" });

        graph.Do(new UpsertConcept { Label = "firefly", Weight = 0.25 }, new UpsertConcept { Label = "lampyridae", X = 3 });
        var concept = Assert.Single(graph.Graph.Concepts.Values);
        Assert.Equal((0.25, 3.0), (concept.Weight, concept.X));
    }

    [Fact]
    public void Upsert_with_an_id_that_is_not_there_makes_the_concept_of_that_id()
    {
        graph.Do(new UpsertConcept { ConceptId = "mine", Label = "Something" });
        Assert.Equal("Something", graph["mine"].Label);
    }

    [Fact]
    public void Remove_takes_the_relations_too_and_lists_them()
    {
        graph.Do(Concept("A"), Concept("B"), Concept("C"), Link("a", "b"), Link("b", "c"), Link("a", "c"));
        var delta = graph.Do(new RemoveConcept { ConceptId = "b" });

        Assert.Equal(["b"], delta.Removed);
        Assert.Equal(["a~related~b", "b~related~c"], delta.RelationsRemoved.Order(StringComparer.Ordinal));
        Assert.Equal(["a", "c"], Ids);
        Assert.Equal("a~related~c", Assert.Single(graph.Graph.Relations.Keys));
    }

    [Fact]
    public void Link_without_a_weight_begins_at_a_half_and_keeps_what_it_has_later()
    {
        graph.Do(Concept("A"), Concept("B"), Link("b", "a"));
        Assert.Equal(0.5, graph.Between("a", "b")!.Weight);
        Assert.Equal(("a", "b"), (graph.Between("a", "b")!.Source, graph.Between("a", "b")!.Target));

        graph.Do(new LinkConcepts { Source = "a", Target = "b", Weight = 0.8 });
        graph.Do(Link("a", "b"));
        Assert.Equal(0.8, graph.Between("a", "b")!.Weight);
    }

    [Fact]
    public void A_kind_that_has_a_direction_keeps_it()
    {
        graph.Do(Concept("A"), Concept("B"), new LinkConcepts { Source = "b", Target = "a", Kind = "causes" }, new LinkConcepts { Source = "a", Target = "b", Kind = "causes" });
        Assert.Equal(["a>causes>b", "b>causes>a"], graph.Graph.Relations.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Unlink_is_for_good_against_the_machine_and_until_a_person_links_again()
    {
        graph.Hear(Texts.Naming("Alpha", "Beta"));
        Assert.NotNull(graph.Between("alpha", "beta"));
        graph.Do(new UnlinkConcepts { Source = "beta", Target = "alpha" });
        graph.Hear(Texts.Naming("Alpha", "Beta"));
        Assert.Null(graph.Between("alpha", "beta"));

        graph.Do(Link("alpha", "beta"));
        graph.Hear(Texts.Naming("Alpha", "Beta"));
        Assert.Equal(2, graph.Graph.Relations.Count);
    }

    [Fact]
    public void Unlink_takes_relations_of_every_kind_and_direction()
    {
        graph.Do(Concept("A"), Concept("B"), Link("a", "b"), new LinkConcepts { Source = "b", Target = "a", Kind = "causes" });
        graph.Do(new UnlinkConcepts { Source = "a", Target = "b" });
        Assert.Empty(graph.Graph.Relations);
    }

    [Fact]
    public void Merge_is_for_good_what_is_said_of_the_first_counts_for_the_second()
    {
        graph.Hear(Texts.Of(Texts.Concept("Car", mentions: 2), Texts.Concept("Wheel")));
        graph.Hear(Texts.Of(Texts.Concept("Automobile", mentions: 3), Texts.Concept("Engine")));
        graph.Do(new MergeConcepts { Source = "automobile", Target = "car" });

        Assert.Equal(5, graph["car"].Mentions);
        Assert.NotNull(graph.Between("car", "engine"));
        Assert.NotNull(graph.Between("car", "wheel"));

        graph.Hear(Texts.Naming("Automobiles"));
        Assert.Equal(["car", "engine", "wheel"], Ids);
        Assert.Equal(6, graph["car"].Mentions);
    }

    [Fact]
    public void A_concept_has_only_so_many_other_names()
    {
        graph.Options.AliasesPerConcept = 2;
        graph.Do([.. "abcd".Select(label => new UpsertConcept { Label = label.ToString() })]);
        graph.Do(new MergeConcepts { Source = "b", Target = "a" }, new UpsertConcept { ConceptId = "a", Label = "Another" });

        Assert.Equal(("too_large", "payload.ops[0].target"), Told(new MergeConcepts { Source = "c", Target = "a" }));
        Assert.Equal(("too_large", "payload.ops[0].label"), Told(new UpsertConcept { ConceptId = "a", Label = "Third" }));
        Assert.Equal(("too_large", "payload.ops[0].target"), Told(new MergeConcepts { Source = "a", Target = "d" })); // Its own name and those it had.
        graph.Do(new UpsertConcept { ConceptId = "a", Label = "B" }); // A name that it has.
        Assert.Equal(["another", "b"], graph["a"].Aliases.Order());

        (string?, string?) Told(ConceptOperation operation)
        {
            var refusal = graph.Try(operation);
            return (refusal?.Reason, refusal?.Details);
        }
    }

    [Fact]
    public void Merge_joins_parallel_relations_and_drops_the_one_between_the_two()
    {
        graph.Do(Concept("A"), Concept("B"), Concept("C"), Link("a", "b"), Link("a", "c", 0.4), Link("b", "c", 0.4));
        graph.Do(new MergeConcepts { Source = "a", Target = "b" });

        var relation = Assert.Single(graph.Graph.Relations.Values);
        Assert.Equal(("b", "c"), (relation.Source, relation.Target));
        Assert.Equal(1 - (0.6 * 0.6), relation.Weight, 1e-12); // Evidence adds up: 1 − (1 − 0.4)².
    }

    [Fact]
    public void Merge_does_not_bring_back_what_a_person_unlinked()
    {
        graph.Do(Concept("A"), Concept("B"), Concept("C"), Link("a", "c"), Link("b", "c"));
        graph.Do(new UnlinkConcepts { Source = "b", Target = "c" });
        graph.Do(new MergeConcepts { Source = "a", Target = "b" });
        Assert.Empty(graph.Graph.Relations);
        Assert.True(graph.Graph.IsUnlinked("b", "c"));
    }

    [Fact]
    public void What_a_person_unlinked_from_a_concept_stays_so_for_the_one_it_is_merged_into()
    {
        graph.Do(Concept("A"), Concept("B"), Concept("C"), Link("a", "c"));
        graph.Do(new UnlinkConcepts { Source = "a", Target = "c" });
        graph.Do(new MergeConcepts { Source = "a", Target = "b" });
        graph.Hear(Texts.Naming("A", "C"));
        Assert.Null(graph.Between("b", "c"));
    }

    [Fact]
    public void Move_and_pin_change_nothing_else()
    {
        graph.Do(Concept("A"));
        Assert.Equal(new ConceptChange { ConceptId = "a", X = -1.5, Y = 2 }, Assert.Single(graph.Do(new MoveConcept { ConceptId = "a", X = -1.5, Y = 2 }).Changed));
        Assert.Equal(new ConceptChange { ConceptId = "a", Pinned = true }, Assert.Single(graph.Do(new PinConcept { ConceptId = "a", Pinned = true }).Changed));
        graph.Do(new PinConcept { ConceptId = "a", Pinned = false });
        Assert.False(graph["a"].Pinned);
    }

    [Fact]
    public void Later_operations_see_earlier_ones_of_the_same_command()
    {
        var delta = graph.Do(Concept("A"), Concept("B"), Link("a", "b"), new RemoveConcept { ConceptId = "a" }, Concept("C"), Link("b", "c"));
        Assert.Equal(["b", "c"], delta.Added.Select(concept => concept.ConceptId));
        Assert.Equal(["b~related~c"], delta.RelationsAdded.Select(relation => relation.RelationId));
        Assert.Empty(delta.Removed);
        Assert.Empty(delta.RelationsRemoved);
    }

    [Fact]
    public void A_command_that_changes_nothing_still_leaves_an_event()
    {
        graph.Do(Concept("A"));
        var delta = graph.Do(new PinConcept { ConceptId = "a", Pinned = false });
        Assert.Equal(2, delta.Seq);
        Assert.Empty(delta.Changed);
    }

    [Fact]
    public void An_id_that_this_command_removed_cannot_be_made_again_by_it()
    {
        graph.Do(Concept("A"));
        Refused(ItoriError.Conflict, "payload.ops[1].id", new RemoveConcept { ConceptId = "a" }, new UpsertConcept { ConceptId = "a", Label = "Other" });
        graph.Do(new RemoveConcept { ConceptId = "a" });
        graph.Do(new UpsertConcept { ConceptId = "a", Label = "Other" });
        Assert.Equal("other", graph["a"].Key);
    }

    [Fact]
    public void A_label_freed_by_this_command_makes_a_concept_of_another_id()
    {
        graph.Do(Concept("A"));
        var delta = graph.Do(new RemoveConcept { ConceptId = "a" }, Concept("A"));
        Assert.Equal(["a"], delta.Removed);
        Assert.Equal(["a-2"], Ids);
        Assert.Equal("a-2", graph.Graph.FindIdByKey("a"));
    }

    [Fact]
    public void An_unlinked_pair_goes_with_its_concepts()
    {
        graph.Do(Concept("A"), Concept("B"), Link("a", "b"), new UnlinkConcepts { Source = "a", Target = "b" }, new RemoveConcept { ConceptId = "a" });
        Assert.Empty(graph.Graph.ToBody().Unlinked);
    }

    public static TheoryData<string, string, ConceptOperation> Wrong() => new()
    {
        { "bad_field", "label", new UpsertConcept { Label = " " } },
        { "bad_field", "label", new UpsertConcept { Label = "---" } },
        { "bad_field", "label", new UpsertConcept { Label = new string('x', 201) } },
        { "bad_field", "label", new UpsertConcept { Weight = 0.5 } },
        { "bad_field", "weight", new UpsertConcept { Label = "New", Weight = 0 } },
        { "bad_field", "weight", new UpsertConcept { Label = "New", Weight = 1.0001 } },
        { "bad_field", "weight", new UpsertConcept { Label = "New", Weight = double.NaN } },
        { "bad_field", "x", new UpsertConcept { Label = "New", X = double.PositiveInfinity } },
        { "bad_field", "x", new UpsertConcept { Label = "New", Y = double.NaN } },
        { "bad_field", "id", new UpsertConcept { ConceptId = "", Label = "New" } },
        { "bad_field", "id", new UpsertConcept { ConceptId = "a\nb", Label = "New" } },
        { "bad_field", "id", new UpsertConcept { ConceptId = "a>b", Label = "New" } },
        { "bad_field", "id", new UpsertConcept { ConceptId = "a~b", Label = "New" } },
        { "bad_field", "id", new UpsertConcept { ConceptId = new string('i', 129), Label = "New" } },
        { "no_such_concept", "id", new UpsertConcept { ConceptId = "none", Weight = 0.5 } },
        { "conflict", "label", new UpsertConcept { ConceptId = "new", Label = "a" } },
        { "conflict", "label", new UpsertConcept { ConceptId = "b", Label = "A" } },
        { "no_such_concept", "id", new RemoveConcept { ConceptId = "none" } },
        { "no_such_concept", "source", new LinkConcepts { Source = "none", Target = "a" } },
        { "no_such_concept", "target", new LinkConcepts { Source = "a", Target = "none" } },
        { "bad_field", "target", new LinkConcepts { Source = "a", Target = "a" } },
        { "bad_field", "weight", new LinkConcepts { Source = "a", Target = "b", Weight = 0 } },
        { "bad_field", "weight", new LinkConcepts { Source = "a", Target = "b", Weight = double.NaN } },
        { "bad_field", "kind", new LinkConcepts { Source = "a", Target = "b", Kind = "" } },
        { "bad_field", "kind", new LinkConcepts { Source = "a", Target = "b", Kind = "is a" } },
        { "bad_field", "kind", new LinkConcepts { Source = "a", Target = "b", Kind = "x>y" } },
        { "bad_field", "kind", new LinkConcepts { Source = "a", Target = "b", Kind = new string('k', 41) } },
        { "no_such_concept", "target", new UnlinkConcepts { Source = "a", Target = "none" } },
        { "no_such_relation", "", new UnlinkConcepts { Source = "a", Target = "b" } },
        { "bad_field", "target", new UnlinkConcepts { Source = "a", Target = "a" } },
        { "no_such_concept", "source", new MergeConcepts { Source = "none", Target = "a" } },
        { "bad_field", "target", new MergeConcepts { Source = "a", Target = "a" } },
        { "no_such_concept", "id", new MoveConcept { ConceptId = "none", X = 0, Y = 0 } },
        { "bad_field", "x", new MoveConcept { ConceptId = "a", X = double.NaN, Y = 0 } },
        { "bad_field", "x", new MoveConcept { ConceptId = "a", X = 0, Y = 1e10 } },
        { "no_such_concept", "id", new PinConcept { ConceptId = "none", Pinned = true } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_operation_that_cannot_be_done_refuses_the_whole_command(string reason, string field, ConceptOperation wrong)
    {
        graph.Do(Concept("A"), Concept("B"));
        Refused(ItoriError.Of(reason), "payload.ops[1]" + (field.Length > 0 ? "." + field : ""), Concept("C"), wrong);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(ApplyOperations.MaxOperations + 1)]
    public void A_command_has_between_one_and_a_thousand_operations(int count) =>
        Refused(ItoriError.BadField, "payload.ops", Enumerable.Range(0, count).Select(ConceptOperation (i) => Concept($"c{i}")).ToArray());

    private static UpsertConcept Concept(string label) => new() { Label = label };

    private static LinkConcepts Link(string source, string target, double? weight = null) => new() { Source = source, Target = target, Weight = weight };

    private void Refused(ItoriError error, string details, params ConceptOperation[] operations)
    {
        var (before, seq) = (GraphStates.Canonical(graph.Graph), graph.Graph.Seq);
        var refusal = graph.Try(operations);
        Assert.NotNull(refusal);
        Assert.Equal((error.Reason, details), (refusal.Reason, refusal.Details));
        Assert.Equal(before, GraphStates.Canonical(graph.Graph));
        Assert.Equal(seq, graph.Graph.Seq);
    }
}
