using Itori.Evaluation;

namespace Itori.Numerics.Tests.Communities;

/// <summary>A cluster that is pulled apart at a known moment is seen, and no other. The evaluation prints the figures of more such fields.</summary>
public sealed class PulledApartTests
{
    private const int Fields = 8;

    [Fact]
    public void The_right_cluster_is_named_and_little_else()
    {
        // 90 of 90 pulls were found in other seeds, with no false alarm: with 95 % confidence at most 1 in 30 is missed. Of 24 then at least 21 are found in 99 runs of 100, and as seldom are there more than 3 false ones.
        var pulls = new[] { Pull.Frequencies, Pull.Relations, Pull.Both };
        var scores = pulls.SelectMany(pull => Enumerable.Range(1000, Fields).Select(seed => (pull, seed))).AsParallel().Select(run => PulledApart.Run(run.seed, run.pull, new())).ToArray();
        var (hits, wrong) = (scores.Count(score => score.Hit), scores.Sum(score => score.False));
        Assert.True(hits >= 21 && wrong <= 3, $"{hits} of {scores.Length} found, {wrong} false alarms.");
    }

    [Fact]
    public void What_its_relations_can_carry_is_no_alarm()
    {
        var wrong = Enumerable.Range(1000, Fields).AsParallel().Sum(seed => PulledApart.Run(seed, Pull.Nothing, new()).False);
        Assert.True(wrong <= 1, $"{wrong} false alarms in {Fields} fields.");
    }

    [Fact]
    public void A_watch_that_asks_for_all_three_signs_misses_what_two_would_show() =>
        Assert.False(PulledApart.Run(1000, Pull.Frequencies, new() { Agreement = 3 }).Hit);
}
