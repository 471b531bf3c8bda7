using Itori.Numerics.Communities;

namespace Itori.Numerics.Tests.Communities;

public sealed class ClusterWatchTests
{
    private static readonly CommunityKnit Good = new(0.1, 0.8, 0.9);
    private static readonly CommunityKnit Strained = Good with { Margin = -0.5 };
    private static readonly CommunityKnit Torn = new(0.3, 0.001, -0.5);

    [Fact]
    public void Two_signs_for_three_observations_are_an_alarm()
    {
        var watch = new ClusterWatch(new());
        See(watch, 10, Good, 0.95);
        Assert.Empty(See(watch, 2, Torn, 0.95));
        var alarm = Assert.Single(See(watch, 1, Torn, 0.95));
        Assert.Equal((7, ClusterSigns.MarginGone | ClusterSigns.WeakInside, 0.95), (alarm.Cluster, alarm.Signs, alarm.Coherence));
        Assert.Equal(12, alarm.StepsToCritical); // It stands well: not within the horizon.
    }

    [Fact]
    public void One_sign_is_none() => Assert.Empty(See(new ClusterWatch(new()), 50, Strained, 0.95));

    [Fact]
    public void A_sign_that_comes_and_goes_does_not_add_up()
    {
        var watch = new ClusterWatch(new());
        for (var i = 0; i < 20; i++)
        {
            Assert.Empty(See(watch, 2, Torn, 0.95));
            Assert.Empty(See(watch, 1, Good, 0.95));
        }
    }

    [Fact]
    public void An_alarm_stays_until_the_signs_are_clearly_gone()
    {
        var watch = new ClusterWatch(new());
        See(watch, 5, Torn, 0.95);
        Assert.Single(See(watch, 20, Torn with { Margin = 0.15 }, 0.95)); // Above the floor of 0.1, not above 0.2.
        Assert.Single(See(watch, 2, Good, 0.95));
        Assert.Empty(See(watch, 1, Good, 0.95));
        Assert.Empty(See(watch, 20, Torn with { Margin = 0.15 }, 0.95));
    }

    [Fact]
    public void Falling_coherence_is_a_sign_and_its_end_is_foreseen()
    {
        var watch = new ClusterWatch(new());
        See(watch, 40, Strained, 0.95);
        IReadOnlyList<ClusterAlarm> alarms = [];
        var coherence = 0.95;
        while (alarms.Count == 0)
        {
            coherence -= 0.05;
            Assert.True(coherence > 0, "It fell all the way unseen.");
            alarms = See(watch, 1, Strained, coherence);
        }

        var alarm = Assert.Single(alarms);
        Assert.Equal(ClusterSigns.MarginGone | ClusterSigns.Falling, alarm.Signs);
        Assert.True(alarm.Forecast < alarm.Coherence);
        Assert.InRange(alarm.StepsToCritical, 1, 11);
        Assert.Equal(0, Assert.Single(See(watch, 6, Strained, 0.2)).StepsToCritical);
    }

    [Fact]
    public void A_cluster_that_went_away_is_forgotten_and_each_has_its_own_state()
    {
        var watch = new ClusterWatch(new());
        See(watch, 5, Torn, 0.95);
        Assert.Empty(watch.Observe([]));
        Assert.Empty(See(watch, 2, Torn, 0.95));
        watch.Observe([new(7, Torn, 0.9), new(3, Good, 0.9)]);
        Assert.Equal([7], watch.Observe([new(7, Torn, 0.9), new(3, Good, 0.9)]).Select(alarm => alarm.Cluster));
        Assert.Throws<ArgumentException>(() => watch.Observe([new(1, Good, 1), new(1, Good, 1)]));
    }

    private static IReadOnlyList<ClusterAlarm> See(ClusterWatch watch, int times, CommunityKnit knit, double coherence)
    {
        IReadOnlyList<ClusterAlarm> alarms = [];
        for (var i = 0; i < times; i++)
        {
            alarms = watch.Observe([new ClusterObservation(7, knit, coherence)]);
        }

        return alarms;
    }
}
