using Itori.Gateway.Topics;

namespace Itori.Gateway.Tests.Topics;

/// <summary>What a connection's subscriptions know of the sessions that it watches.</summary>
public sealed class WatchedSessionsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(40)]
    public void Each_is_found_as_long_as_it_is_watched_and_no_other(int count)
    {
        var sessions = new WatchedSessions();
        var places = Enumerable.Range(0, count).ToDictionary(i => $"s{i}", _ => new Progress());
        foreach (var (session, progress) in places)
        {
            sessions.Set(session, new Progress());
            sessions.Set(session, progress);
        }

        Assert.All(places, place => Assert.Same(place.Value, sessions.Find(new Cause(place.Key, 1))));
        Assert.Null(sessions.Find(new Cause("another", 1)));
        Assert.Null(sessions.Find(default));
        foreach (var session in places.Keys)
        {
            sessions.Set(session, null);
            Assert.Null(sessions.Find(new Cause(session, 1)));
        }
    }

    [Fact]
    public void An_effect_waits_until_its_cause_is_there_or_nobody_watches_for_it()
    {
        var sessions = new WatchedSessions();
        var progress = new Progress { Position = 1 };
        sessions.Set("s", progress);
        Assert.True(sessions.IsAhead(new Cause("s", 2)));
        progress.Position = 2;
        Assert.False(sessions.IsAhead(new Cause("s", 2)));
        Assert.True(sessions.IsAhead(new Cause("s", 3)));
        progress.End();
        Assert.False(sessions.IsAhead(new Cause("s", 3)));
    }
}
