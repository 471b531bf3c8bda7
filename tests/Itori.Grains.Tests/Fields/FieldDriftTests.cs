using Itori.Contracts;
using Itori.Grains.Fields;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Fields;

public sealed class FieldDriftTests
{
    private static readonly string[] Music = ["Violin", "Orchestra", "Melody", "Concert"];
    private static readonly string[] Money = ["Budget", "Invoice", "Salary", "Margin"];
    private readonly GraphUnderTest graph = new();
    private readonly FieldSimulation field;
    private int said;

    public FieldDriftTests()
    {
        field = new FieldSimulation(new FieldOptions());
        field.Load(graph.Graph.ToSnapshot());
    }

    [Fact]
    public void Talk_that_turns_to_something_else_is_a_move_of_the_whole()
    {
        Talk(Music, 120);
        Assert.False(field.Drift.HasFieldMoved(field.Time));
        Talk(Money, 30);
        Assert.True(field.Drift.FieldMovedAt > 360);
    }

    [Fact]
    public void An_alarm_is_one_for_what_led_to_it_and_not_one_for_each_word_after_it()
    {
        Talk(Music, 120);
        while (double.IsNegativeInfinity(field.Drift.FieldMovedAt))
        {
            Talk(Money, 1);
        }

        // Begun anew, the test's first value is its own mean, from which it cannot have risen.
        var moved = field.Drift.FieldMovedAt;
        Talk(Money, 1);
        Assert.True(field.Time > moved);
        Assert.Equal(moved, field.Drift.FieldMovedAt);
    }

    [Fact]
    public void Talk_that_goes_on_is_none()
    {
        Talk(Music, 300);
        Assert.Equal(double.NegativeInfinity, field.Drift.FieldMovedAt);
        Assert.Empty(field.Drift.Moved(field.Time));
    }

    [Fact]
    public void A_concept_that_is_said_with_others_than_before_has_moved()
    {
        Talk(Music, 120, with: "Score");
        Assert.Empty(field.Drift.Moved(field.Time));
        for (var i = 0; i < 60 && !field.Drift.Moved(field.Time).Contains("score"); i++)
        {
            Talk(Money, 1, with: "Score");
        }

        Assert.Contains("score", field.Drift.Moved(field.Time));
        Assert.Contains("score", field.BeginSpectral().Moved);

        // It is shown for a while only.
        field.Advance(1001);
        Assert.DoesNotContain("score", field.Drift.Moved(field.Time));
    }

    [Fact]
    public void What_is_removed_is_forgotten()
    {
        Talk(Music, 60, with: "Score");
        graph.Do(new RemoveConcept { ConceptId = "score" });
        field.Apply(graph.Deltas[^1]);
        Talk(Money, 60, with: "Score");
        Assert.DoesNotContain("score", field.Drift.Moved(field.Time));
    }

    /// <summary>A text every three seconds, naming three of some words in turn.</summary>
    private void Talk(string[] words, int texts, string? with = null)
    {
        for (var i = 0; i < texts; i++, said++)
        {
            string[] named = [words[said % 4], words[(said + 1) % 4]];
            field.Apply(graph.Hear(Texts.Naming(with is null ? named : [named[0], with, named[1]]))!);
            field.Advance(150);
        }
    }
}
