using Microsoft.Extensions.Time.Testing;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics.Filters;

namespace Itori.Gateway.Tests.Filters;

/// <summary>What equal filters share, and how they slow down what comes too fast.</summary>
public sealed class FilterGroupTests
{
    private static readonly SlotKey Slot = new(TopicName.Field("g"), MessageTypes.PhaseFrame);

    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void Filters_that_say_the_same_are_equal_and_others_are_not()
    {
        Assert.Equal(new Filter(["delta", "presence"], ConceptChoice.Of(["a", "b"]), 2).Key, new Filter(["presence", "delta", "delta"], ConceptChoice.Of(["b", "a", "b"]), 2.0).Key);
        string[] keys =
        [
            new Filter(null, null, 2).Key,
            new Filter(["delta"], null, 2).Key,
            new Filter(null, ConceptChoice.Of(["a", "b"]), null).Key,
            new Filter(null, ConceptChoice.Of(["a1:b"]), null).Key,
            new Filter(null, ConceptChoice.Near("a", 1), null).Key,
            new Filter(null, ConceptChoice.Near("a", 2), null).Key,
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void What_is_let_pass_is_made_once_and_says_what_came_before_it()
    {
        using var group = new FilterGroup("graph:g", new Filter(null, ConceptChoice.Of(["c1"]), null), view: null, told: 10, clock, () => { });
        Assert.Null(group.Next(Weight("c2", 11)));
        var passed = group.Next(Weight("c1", 12));
        Assert.NotNull(passed);
        Assert.Same(passed, group.Next(Weight("c1", 12)));
        Assert.Same(passed.In(Codec.MessagePack), passed.In(Codec.MessagePack));
        Assert.Equal(10, System.Text.Json.JsonDocument.Parse(passed.In(Codec.Json)).RootElement.GetProperty("prev").GetInt64());
        Assert.Equal(12, group.Told);
    }

    [Fact]
    public void Where_nothing_matches_for_a_while_it_is_told_how_far_the_topic_is()
    {
        using var group = new FilterGroup("graph:g", new Filter(["presence"], null, null), view: null, told: 0, clock, () => { });
        Assert.Null(group.Next(Weight("c1", 1)));
        clock.Advance(TimeSpan.FromSeconds(1));
        var progress = System.Text.Encoding.UTF8.GetString(group.Next(Weight("c1", 2))!.In(Codec.Json));
        Schemas.CheckServer(progress);
        Assert.Contains("\"seq\":2", progress, StringComparison.Ordinal);
        Assert.Null(group.Next(Weight("c1", 3)));
        Assert.Equal(2, group.Told);
    }

    [Fact]
    public void A_rate_holds_the_latest_back_until_its_time_has_come()
    {
        var due = 0;
        using var gate = new RateGate(2, clock, () => due++);
        var (first, second, third) = (Message(1), Message(2), Message(3));
        Assert.True(gate.Admits(Slot, first, null));
        Assert.False(gate.Admits(Slot, second, null));
        clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.False(gate.Admits(Slot, third, "c"));
        Assert.Empty(gate.Due());
        Assert.Equal(0, due);
        clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(1, due);
        Assert.Equal([new RateGate.Held(Slot, third, "c")], gate.Due());
        Assert.Empty(gate.Due());
        Assert.False(gate.Admits(Slot, first, null));
        Assert.True(gate.Admits(Slot with { Detail = "another" }, first, null));
    }

    [Fact]
    public void A_rate_is_kept_over_any_length_of_time()
    {
        var passed = 0;
        RateGate? gate = null;
        using (gate = new RateGate(10, clock, () => passed += gate!.Due().Count))
        {
            for (var i = 0; i < 1000; i++)
            {
                passed += gate.Admits(Slot, Message(i), null) ? 1 : 0;
                clock.Advance(TimeSpan.FromMilliseconds(20));
            }
        }

        Assert.InRange(passed, 150, 201);
    }

    [Fact]
    public void More_slots_than_are_remembered_pass_as_they_come()
    {
        using var gate = new RateGate(0.01, clock, () => { });
        for (var i = 0; i < 2000; i++)
        {
            Assert.True(gate.Admits(Slot with { Detail = $"{i}" }, Message(i), null));
        }
    }

    private static SharedMessage Message(int text) => new(_ => [(byte)text]);

    private static GraphDelta Weight(string concept, long seq) => new()
    {
        Timestamp = 1,
        Seq = seq,
        Epoch = 1,
        Changed = [new ConceptChange { ConceptId = concept, Weight = 0.5 }],
        Cause = new GraphCause { Kind = "concept_op", User = new UserRef { Id = "u1", Name = "Ada" } },
    };
}
