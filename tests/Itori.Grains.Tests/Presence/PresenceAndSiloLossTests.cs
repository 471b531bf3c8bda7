using Itori.Contracts;
using Itori.Grains.Presence;
using Itori.Grains.Tests.Cluster;
using Itori.Streams;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Itori.Grains.Tests.Presence;

/// <summary>Presence when a silo goes: with it, the lease of a gateway, what is known of a topic, or both.</summary>
public sealed class PresenceAndSiloLossTests : IAsyncLifetime
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(4);

    /// <summary>As silos and gateways have it: a call to a silo that is lost must not be waited for longer than a gateway would.</summary>
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(4);

    private readonly InProcessTestCluster cluster;
    private readonly CancellationTokenSource ended = new();
    private readonly List<Task> gateways = [];

    public PresenceAndSiloLossTests()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorage("PubSubStore");
            silo.AddItoriStreams(TopicStreams.Provider);
            silo.Services.AddItoriPresence();
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = options.SystemResponseTimeout = ResponseTimeout);
        });
        builder.ConfigureClient(client => client
            .AddItoriStreams(TopicStreams.Provider)
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout));
        cluster = builder.Build();
    }

    [Fact]
    public async Task Users_go_although_their_gateway_is_lost_together_with_the_silo_that_held_its_lease()
    {
        var topics = Topics();
        using var life = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        gateways.Add(Live("doomed", life.Token));
        gateways.Add(Live("there", ended.Token));
        await Report("doomed", "ada", topics);
        Assert.All(await Report("there", "ben", topics), change => Assert.Equal(["ada", "ben"], Users(change)));
        var lost = await SiloOf(cluster.Client.GetGrain<IGatewayLeaseGrain>("doomed"));
        var spared = await Elsewhere(topics, lost);

        await life.CancelAsync();
        await cluster.KillSiloAsync(lost, TestContext.Current.CancellationToken);
        await Wait.Until(
            async () => (await Report("there", "ben", spared)).All(change => Users(change).SequenceEqual(["ben"])), "only the living gateway's user", () => string.Join(" ", spared));
    }

    [Fact]
    public async Task Users_of_a_living_gateway_stay_although_the_silo_that_held_its_lease_is_lost()
    {
        var topics = Topics();
        gateways.Add(Live("moved", ended.Token));
        gateways.Add(Live("there", ended.Token));
        await Report("moved", "ada", topics);
        var lease = cluster.Client.GetGrain<IGatewayLeaseGrain>("moved");
        var lost = await SiloOf(lease);
        var spared = await Elsewhere(topics, lost);
        await cluster.KillSiloAsync(lost, TestContext.Current.CancellationToken);

        // Longer than any lease or look takes, counted from when the lease is held again: whoever is to be given up by mistake has been.
        await Patiently(() => lease.Renew(LeaseTime));
        await Task.Delay(2 * LeaseTime, TestContext.Current.CancellationToken);
        Assert.All(await Report("there", "ben", spared), change => Assert.Equal(["ada", "ben"], Users(change)));
    }

    public async ValueTask InitializeAsync() => await cluster.DeployAsync();

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await Task.WhenAll(gateways);
        await cluster.DisposeAsync();
        ended.Dispose();
    }

    private static string[] Topics() => [.. Enumerable.Range(0, 20).Select(i => TopicName.Session($"{Guid.NewGuid():N}{i}").ToString())];

    /// <summary>What it does while the cluster mends itself fails now and then; a gateway tries again, and so does this.</summary>
    private static async Task<T> Patiently<T>(Func<Task<T>> call)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(GrainHost.Limit);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (e is OrleansException or TimeoutException && !limit.IsCancellationRequested)
            {
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    /// <summary>What a gateway does all the time.</summary>
    private async Task Live(string gateway, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Patiently(() => cluster.Client.GetGrain<IGatewayLeaseGrain>(gateway).Renew(LeaseTime));
            await Task.Delay(LeaseTime / 4, cancellation).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<PresenceChanged[]> Report(string gateway, string user, string[] topics) =>
        await Task.WhenAll(topics.Select(topic => Patiently(() => cluster.Client.GetGrain<IPresenceGrain>(topic).Report(new PresenceReport
        {
            Gateway = gateway,
            Lease = LeaseTime,
            Users = [new PresentUser { UserId = user, Name = user, Since = 1 }],
        }))));

    private static IEnumerable<string> Users(PresenceChanged change) => change.Users.Select(user => user.UserId).Order(StringComparer.Ordinal);

    /// <summary>The topics whose presence is not on a silo. What is on it is lost with it, and reported anew by gateways.</summary>
    private async Task<string[]> Elsewhere(string[] topics, InProcessSiloHandle silo)
    {
        var elsewhere = new List<string>();
        foreach (var topic in topics)
        {
            if (await SiloOf(cluster.Client.GetGrain<IPresenceGrain>(topic)) != silo)
            {
                elsewhere.Add(topic);
            }
        }

        Assert.NotEmpty(elsewhere);
        return [.. elsewhere];
    }

    private async Task<InProcessSiloHandle> SiloOf(IAddressable grain)
    {
        var address = await cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
        return cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));
    }
}
