using System.Diagnostics;

using Itori.Gateway.Connections;

namespace Itori.Gateway.Tests.Connections;

/// <summary>A flush loop that keeps up never waits; one that is always at it waits a little, so that events come together.</summary>
public sealed class RoundPaceTests
{
    private RoundPace pace;
    private long now = 1_000_000;

    [Fact]
    public void Rounds_that_are_followed_by_a_gap_are_not_waited_for()
    {
        for (var i = 0; i < 100; i++)
        {
            Round(7);
            pace.Gap();
            Assert.True(Rest() <= 0);
        }
    }

    [Fact]
    public void The_third_long_round_without_a_gap_is_followed_by_half_its_time()
    {
        Round(8);
        Assert.Equal(0, Rest());
        Round(8);
        Assert.Equal(0, Rest());
        Round(8);
        Assert.Equal(4, Rest(), 3);
        Pass(3);
        Assert.Equal(1, Rest(), 3);
        Pass(3);
        Assert.True(Rest() <= 0);
        Round(6);
        Assert.Equal(3, Rest(), 3);
    }

    [Fact]
    public void A_gap_begins_the_count_anew()
    {
        Round(8);
        Round(8);
        Round(8);
        pace.Gap();
        Round(8);
        Round(8);
        Assert.Equal(0, Rest());
    }

    [Fact]
    public void Short_rounds_are_not_waited_for_however_many_there_are()
    {
        for (var i = 0; i < 100; i++)
        {
            Round(0.9);
            Assert.Equal(0, Rest());
        }
    }

    [Fact]
    public void A_round_that_took_very_long_is_followed_by_ten_milliseconds()
    {
        Round(500);
        Round(500);
        Round(500);
        Assert.Equal(10, Rest(), 3);
    }

    private void Round(double milliseconds)
    {
        pace.Begin(now);
        Pass(milliseconds);
        pace.End(now);
    }

    private void Pass(double milliseconds) => now += (long)(milliseconds * Stopwatch.Frequency / 1000);

    private double Rest() => pace.Rest(now).TotalMilliseconds;
}
