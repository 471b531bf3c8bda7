using Itori.Contracts;
using Itori.Grains.Presence;

namespace Itori.Grains.Tests.Presence;

public sealed class PresenceRosterTests
{
    private readonly PresenceRoster roster = new();
    private long now = 1_000_000;

    [Fact]
    public void Who_comes_and_who_goes_is_told_once()
    {
        Report("g1", "ada", "ben");
        var change = Tell()!;
        Assert.Equal(["ada", "ben"], change.Joined);
        Assert.Empty(change.Left);
        Assert.Null(Tell());

        Report("g1", "ben", "cleo");
        change = Tell()!;
        Assert.Equal(["cleo"], change.Joined);
        Assert.Equal(["ada"], change.Left);
        Assert.Equal(["ben", "cleo"], change.Users.Select(user => user.UserId).Order());
    }

    [Fact]
    public void What_could_not_be_told_is_told_the_next_time()
    {
        Report("g1", "ada");
        Assert.NotNull(roster.Change(now));
        Assert.Equal(["ada"], Tell()!.Joined);
        Assert.Null(Tell());
    }

    [Fact]
    public void Who_comes_back_over_another_gateway_before_the_old_one_is_given_up_never_left()
    {
        Report("g1", "ada");
        Tell();
        now += 500;
        Report("g2", "ada");
        Assert.Null(Tell());
        Assert.Equal(1_000_000, Assert.Single(roster.Current(now).Users).Since);

        Report("g1");
        Assert.Null(Tell());
        Report("g2");
        Assert.Equal(["ada"], Tell()!.Left);
    }

    [Fact]
    public void The_longest_here_come_first()
    {
        Report("g1", "zoe");
        now += 5;
        Report("g2", "ada");
        Assert.Equal(["zoe", "ada"], roster.Current(now).Users.Select(user => user.UserId));
    }

    private PresenceChanged? Tell()
    {
        var change = roster.Change(now);
        if (change is not null)
        {
            roster.Told(change);
        }

        return change;
    }

    private void Report(string gateway, params string[] users) =>
        roster.Report(gateway, [.. users.Select(user => new PresentUser { UserId = user, Name = user, Since = now })]);
}
