using Itori.Contracts;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;
using Orleans.Streams;

namespace Itori.Grains.Tests.Presence;

public sealed class PresenceGrainTests(GrainHost host)
{
    private readonly TopicName topic = TopicName.Session("p" + Guid.NewGuid().ToString("N"));

    private static string Gateway() => "g" + Guid.NewGuid().ToString("N");

    private IPresenceGrain Presence => host.Grains.GetGrain<IPresenceGrain>(topic.ToString());

    [Fact]
    public async Task Who_comes_and_goes_is_told_to_the_topic()
    {
        var inbox = await host.Subscribe(topic);
        Assert.Equal(["ada"], (await Report("g1", 30, "ada")).Users.Select(user => user.UserId));
        Assert.Equal(["ada"], (await inbox.Until<PresenceChanged>()).Joined);
        await Report("g2", 30, "ada", "ben");
        await Report("g1", 30);
        await Report("g2", 30);

        await inbox.Until<PresenceChanged>(change => change.Users.Count == 0);
        var changes = inbox.Events.OfType<PresenceChanged>().ToArray();
        Assert.Equal(["ben"], changes[1].Joined);
        Assert.Equal(["ada", "ben"], changes[2].Left);
        Assert.Equal(3, changes.Length);
    }

    [Fact]
    public async Task An_activation_that_knows_nobody_asks_first_and_tells_what_all_gateways_answered()
    {
        await Report("g1", 30, "ada");
        await GrainHost.Deactivate(Presence);
        var inbox = await host.Subscribe(topic);

        // As a gateway does: at once.
        var answered = NewAnswer();
        await host.Client.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(topic)).SubscribeAsync(async (e, _) =>
        {
            if (e is PresenceAsked)
            {
                await Report("g1", 30, "ada");
                answered.TrySetResult(TimeProvider.System.GetTimestamp());
            }
        });
        var (first, took) = await Come();
        while (took > TimeSpan.FromMilliseconds(200) && first.Users.Count < 2)
        {
            // Who asked waits for a quarter of a second: a machine too busy to answer in that time is asked again.
            await GrainHost.Deactivate(Presence);
            answered = NewAnswer();
            (first, took) = await Come();
        }

        Assert.Equal(["ada", "ben"], first.Users.Select(user => user.UserId).Order());

        static TaskCompletionSource<long> NewAnswer() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        // What is told first once another has come, and how long the answer took.
        async Task<(PresenceChanged First, TimeSpan Took)> Come()
        {
            var (began, told) = (TimeProvider.System.GetTimestamp(), inbox.Events.OfType<PresenceChanged>().Count());
            await Report("g2", 30, "ben");
            var took = TimeProvider.System.GetElapsedTime(began, await answered.Task.WaitAsync(GrainHost.Limit, TestContext.Current.CancellationToken));
            var changes = await inbox.Until(events => events.OfType<PresenceChanged>().Count() > told, "a change");
            return (changes.OfType<PresenceChanged>().ElementAt(told), took);
        }
    }

    [Fact]
    public async Task The_users_of_a_gateway_that_is_not_heard_of_go_in_one_change()
    {
        var inbox = await host.Subscribe(topic);
        var (lost, there) = (Gateway(), Gateway());
        await Lease(lost).Renew(TimeSpan.FromSeconds(1));
        await Report(lost, 1, "ada", "ben");
        await Report(there, 60, "cleo");
        Assert.Equal(["ada", "ben"], (await inbox.Until<PresenceChanged>(change => change.Left.Count > 0)).Left);
        Assert.Equal(["cleo"], (await Report(there, 60, "cleo")).Users.Select(user => user.UserId));
        Assert.False(await Lease(lost).Renew(TimeSpan.FromMinutes(1)));
        Assert.True(await Lease(lost).Renew(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task The_users_of_a_gateway_that_says_goodbye_go_long_before_its_lease_ends()
    {
        var inbox = await host.Subscribe(topic);
        var gateway = Gateway();
        await Lease(gateway).Renew(TimeSpan.FromMinutes(5));
        await Report(gateway, 300, "ada");
        await inbox.Until<PresenceChanged>();
        await Lease(gateway).Release();
        Assert.Equal(["ada"], (await inbox.Until<PresenceChanged>(change => change.Left.Count > 0)).Left);
    }

    [Fact]
    public async Task A_cursor_is_passed_on()
    {
        var inbox = await host.Subscribe(topic);
        var cursor = new CursorMoved { Timestamp = 5, User = People.Ada, ConnectionId = "c", Concept = "pulsar", X = 1, Y = 2, SelectionJson = "[1]" };
        await Presence.Relay(cursor);
        Assert.Equal(cursor, await inbox.Until<CursorMoved>());
    }

    private IGatewayLeaseGrain Lease(string gateway) => host.Grains.GetGrain<IGatewayLeaseGrain>(gateway);

    private Task<PresenceChanged> Report(string gateway, int seconds, params string[] users) => Presence.Report(new PresenceReport
    {
        Gateway = gateway,
        Lease = TimeSpan.FromSeconds(seconds),
        Users = [.. users.Select((user, i) => new PresentUser { UserId = user, Name = user, Since = i })],
    });
}
