using Microsoft.Extensions.DependencyInjection;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Tests.Grains;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>A gateway says that it lives once for all topics.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class PresenceLeaseTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Topics_where_nothing_happens_are_not_reported_with_every_renewal_and_goodbye_is_said_at_the_end()
    {
        var topics = Enumerable.Range(0, 20).Select(_ => TopicName.Session(Guid.NewGuid().ToString("N"))).ToArray();
        string incarnation;
        await using (var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:PresenceLease", "00:00:01"), ("Itori:Gateway:PresenceRefresh", "00:10:00")))
        {
            incarnation = gateway.Services.GetRequiredService<TopicHubs>().Incarnation;
            await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
            foreach (var topic in topics)
            {
                await client.Send($$"""{"type":"subscribe","topic":"{{topic}}"}""");
            }

            await client.Until(all => topics.All(topic => all.Any(m => m.Type() == "presence" && m.IsOf(topic.ToString()))), "everyone's presence");
            await Eventually.Holds(() => ScriptedLease.RenewalsOf(incarnation) >= 12, "twelve renewals");

            // When they were joined, and once more because the first renewal found no lease; a race of the two may add one.
            Assert.All(topics, topic => Assert.InRange(ScriptedPresence.ReportsOf(topic), 1, 4));
            await gateway.Stop();
        }

        Assert.Equal(-1, ScriptedLease.RenewalsOf(incarnation));
    }

    [Fact]
    public async Task All_topics_are_reported_anew_when_the_lease_was_lost()
    {
        var topic = TopicName.Session(Guid.NewGuid().ToString("N"));
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:PresenceLease", "00:00:01"), ("Itori:Gateway:PresenceRefresh", "00:10:00"));
        var incarnation = gateway.Services.GetRequiredService<TopicHubs>().Incarnation;
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}"}""");
        await client.Next("presence");
        await Eventually.Holds(() => ScriptedLease.RenewalsOf(incarnation) >= 6, "a held lease, and what its beginning brought about");
        var reports = ScriptedPresence.ReportsOf(topic);
        await cluster.Cluster.Client.GetGrain<IGatewayLeaseGrain>(incarnation).Release();
        await Eventually.Holds(() => ScriptedPresence.ReportsOf(topic) > reports, "a report");
    }
}
