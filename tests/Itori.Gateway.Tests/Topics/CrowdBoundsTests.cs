using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Topics;

using Microsoft.Extensions.Time.Testing;

namespace Itori.Gateway.Tests.Topics;

/// <summary>Where everybody hears of everybody, what a crowd costs is bounded.</summary>
public sealed class CrowdBoundsTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void Few_are_all_named()
    {
        var few = Presence(3) with { Joined = ["u2"], Left = ["gone"] };
        Assert.Same(few, few.Naming(3));
        Assert.Null(few.Count);
    }

    [Fact]
    public void Of_a_crowd_those_who_are_here_longest_are_named_and_the_others_counted()
    {
        var crowd = (Presence(5) with { Joined = ["u1", "u4"], Left = ["a", "b", "c"] }).Naming(2);
        Assert.Equal(["u0", "u1"], crowd.Users.Select(user => user.UserId));
        Assert.Equal(5, crowd.Count);
        Assert.Equal(["u1"], crowd.Joined);
        Assert.Equal(["a", "b"], crowd.Left);
    }

    [Fact]
    public void A_crowd_that_went_is_told_of_in_part()
    {
        var rest = (Presence(1) with { Left = [.. Enumerable.Range(0, 100).Select(i => $"gone{i}")] }).Naming(10);
        Assert.Null(rest.Count);
        Assert.Equal(10, rest.Left.Count);
    }

    [Fact]
    public void A_few_cursors_are_passed_on_at_the_least_interval()
    {
        var pace = Pace(movers: 3);
        Assert.Equal(TimeSpan.FromMilliseconds(40), pace.Interval(watching: 600));
        Assert.Equal(TimeSpan.FromMilliseconds(60), pace.Interval(watching: 1000));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    [InlineData(700)]
    public void However_many_move_no_more_is_delivered_than_the_bound(int people)
    {
        var interval = Pace(people).Interval(people);
        Assert.Equal(50_000, people * people / interval.TotalSeconds, 1.0);
    }

    [Fact]
    public void Who_has_stopped_to_move_slows_nobody_after_a_while()
    {
        var pace = Pace(movers: 500);
        clock.Advance(TimeSpan.FromSeconds(11));
        pace.Moved("c0");
        Assert.Equal(TimeSpan.FromSeconds(5), pace.Interval(500));
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(TimeSpan.FromMilliseconds(40), pace.Interval(500));
        Assert.Equal(TimeSpan.FromSeconds(10), Pace(movers: 10_000).Interval(10_000));
    }

    private CursorPace Pace(int movers)
    {
        var pace = new CursorPace(new GatewayOptions(), clock);
        for (var i = 0; i < movers; i++)
        {
            pace.Moved($"c{i}");
            pace.Moved($"c{i}");
        }

        return pace;
    }

    private static PresenceChanged Presence(int users) => new()
    {
        Timestamp = 1,
        Users = [.. Enumerable.Range(0, users).Select(i => new PresentUser { UserId = $"u{i}", Name = $"User {i}", Since = i })],
    };
}
