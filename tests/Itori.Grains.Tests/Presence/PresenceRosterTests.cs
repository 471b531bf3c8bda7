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
        var change = roster.TakeChange(now)!;
        Assert.Equal(["ada", "ben"], change.Joined);
        Assert.Empty(change.Left);
        Assert.Null(roster.TakeChange(now));

        Report("g1", "ben", "cleo");
        change = roster.TakeChange(now)!;
        Assert.Equal(["cleo"], change.Joined);
        Assert.Equal(["ada"], change.Left);
        Assert.Equal(["ben", "cleo"], change.Users.Select(user => user.UserId).Order());
    }

    [Fact]
    public void A_user_on_two_gateways_is_here_once_and_until_the_last_says_otherwise()
    {
        Report("g1", "ada");
        roster.TakeChange(now);
        now += 500;
        Report("g2", "ada");
        Assert.Null(roster.TakeChange(now));
        Assert.Equal(1_000_000, Assert.Single(roster.Current(now).Users).Since);

        Report("g1");
        Assert.Null(roster.TakeChange(now));
        Report("g2");
        Assert.Equal(["ada"], roster.TakeChange(now)!.Left);
    }

    [Fact]
    public void Users_go_with_the_lease_of_their_gateway_in_one_change()
    {
        Report("g1", TimeSpan.FromSeconds(10), "ada", "ben");
        Report("g2", TimeSpan.FromSeconds(60), "cleo");
        roster.TakeChange(now);

        now += 10_000;
        roster.Expire(now);
        Assert.Null(roster.TakeChange(now));
        now++;
        roster.Expire(now);
        Assert.Equal(["ada", "ben"], roster.TakeChange(now)!.Left);
    }

    [Fact]
    public void A_report_renews_the_lease()
    {
        Report("g1", TimeSpan.FromSeconds(10), "ada");
        now += 9_000;
        Report("g1", TimeSpan.FromSeconds(10), "ada");
        now += 9_000;
        roster.Expire(now);
        Assert.Single(roster.Current(now).Users);
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(3_600, 300_000)]
    public void A_lease_is_between_a_second_and_five_minutes(int asked, int held)
    {
        Report("g1", TimeSpan.FromSeconds(asked), "ada");
        roster.Expire(now + held);
        Assert.Single(roster.Current(now).Users);
        roster.Expire(now + held + 1);
        Assert.Empty(roster.Current(now).Users);
    }

    [Fact]
    public void The_longest_here_come_first()
    {
        Report("g1", "zoe");
        now += 5;
        Report("g2", "ada");
        Assert.Equal(["zoe", "ada"], roster.Current(now).Users.Select(user => user.UserId));
    }

    private void Report(string gateway, params string[] users) => Report(gateway, TimeSpan.FromSeconds(30), users);

    private void Report(string gateway, TimeSpan lease, params string[] users) => roster.Report(
        new PresenceReport { Gateway = gateway, Lease = lease, Users = [.. users.Select(user => new PresentUser { UserId = user, Name = user, Since = now })] }, now);
}
