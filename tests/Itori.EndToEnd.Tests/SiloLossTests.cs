using System.Text.Json;
using Itori.EndToEnd.Tests.Hosting;
using Itori.EndToEnd.Tests.Wire;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>Silos that die, sleep or all go: nothing acknowledged is lost, and the topics take writes again.</summary>
public sealed class SiloLossTests
{
    private const int Kills = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    // A measurement with more topics; every run of the cluster's tests has such a kill.
    [Fact(Explicit = true)]
    public async Task After_kill_9_of_a_silo_every_topic_takes_writes_again()
    {
        await using var cluster = await PostgresCluster.Start(silos: 3, gateways: 2);
        await using var writers = await TopicWriters.Open(cluster, sessions: 60, graphs: 20);
        await writers.WriteAll(Limit);
        for (var run = 1; run <= Kills; run++)
        {
            await cluster.Silos[0].Crash();
            cluster.Silos.RemoveAt(0);
            var times = await writers.WriteAll(Limit);
            TestContext.Current.SendDiagnosticMessage(
                "kill -9 of a silo, first acknowledged write on each of {0} topics: median {1:0.00} s, worst {2:0.00} s", times.Count, times[times.Count / 2].TotalSeconds, times[^1].TotalSeconds);
            cluster.LaunchSilo();
            await cluster.SilosReady();
        }

        await writers.EveryAcknowledgedWriteIsThereOnce();
    }

    [Fact]
    public async Task A_silo_that_slept_while_others_took_its_grains_ends_itself_and_acknowledges_nothing()
    {
        await using var cluster = await PostgresCluster.Start(silos: 2, gateways: 1);
        await using var writers = await TopicWriters.Open(cluster, sessions: 20, graphs: 5);
        await writers.WriteAll(Limit);
        var sleeper = cluster.Silos[0];
        sleeper.Pause();

        // All of them, those of the sleeper too: so a newer activation has written before it wakes up.
        await writers.WriteAll(Limit);
        sleeper.Continue();
        var writing = writers.WriteAll(Limit);
        Assert.Equal(75, await sleeper.ExitCode());
        var line = Assert.Single(sleeper.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("declared it dead; start it again", line, StringComparison.Ordinal);
        await writing;
        await writers.EveryAcknowledgedWriteIsThereOnce();
    }

    [Fact]
    public async Task A_gateway_outlives_every_silo_and_goes_on_with_silos_at_other_addresses()
    {
        await using var cluster = await PostgresCluster.Start(silos: 2, gateways: 1);
        var gateway = cluster.Gateways[0];
        await using var writers = await TopicWriters.Open(cluster, sessions: 8, graphs: 4);
        await using var watcher = await WireClient.Subscriber(gateway.Address, "s1", "g1");
        await watcher.Subscribe("session:s1", since: 0);
        await watcher.Subscribe("graph:g1", since: 0);
        await writers.WriteAll(Limit);

        await Task.WhenAll(cluster.Silos.Select(silo => silo.Crash()));
        cluster.Silos.Clear();
        foreach (var reply in await writers.TryAll())
        {
            Assert.True(reply.Payload().GetProperty("code").GetInt32() == 503 && reply.Payload().GetProperty("retryAfterMs").GetInt32() > 0, reply.GetRawText());
            Assert.Equal("unavailable", reply.Payload().GetProperty("reason").GetString());
        }

        Assert.Equal(503, await gateway.Status("/health/ready"));
        Assert.Equal(503, await gateway.Status("/api/graphs/g1"));
        Assert.Equal("ping_response", (await watcher.Ask("ping", [])).Type());

        for (var round = 1; round <= 2; round++)
        {
            // The second time there was a silo in between that also went.
            await cluster.LaunchSilo().Ready();
            await writers.WriteAll(Limit);
            await gateway.Ready();
            if (round == 1)
            {
                await cluster.Silos[0].Crash();
                cluster.Silos.Clear();
            }
        }

        // The sockets are those of the beginning.
        await writers.EveryAcknowledgedWriteIsThereOnce();
        var all = writers.Acknowledged("session:s1");
        await watcher.Until(seen => seen.Durable("session:s1").Count() >= all.Count, "all messages at the one who watched");
        Assert.Equal(all, watcher.All.Durable("session:s1").Select(Messages.Text));
        Assert.Equal(Enumerable.Range(1, all.Count).Select(n => (long)n), watcher.All.Durable("session:s1").Select(m => m.Seq()));
        var changes = writers.Acknowledged("graph:g1").Count;
        await watcher.Until(seen => seen.Durable("graph:g1").Count(IsByHand) >= changes, "all changes at the one who watched");

        // The graph adds what it finds itself: clusters, places.
        var graph = watcher.All.Durable("graph:g1").ToList();
        Assert.Equal(changes, graph.Count(IsByHand));
        Assert.Equal(Enumerable.Range(1, graph.Count).Select(n => (long)n), graph.Select(m => m.Seq()));

        static bool IsByHand(JsonElement update) => update.Payload().GetProperty("data").GetProperty("cause").GetProperty("kind").GetString() == "concept_op";
    }

    [Fact]
    public async Task A_gateway_that_is_there_first_waits_for_a_silo_to_make_the_tables()
    {
        await using var cluster = await PostgresCluster.Start(silos: 0, gateways: 0);
        var gateway = cluster.LaunchGateway();
        await Condition.Holds(
            () => gateway.Output.Contains("No silo can be reached yet", StringComparison.Ordinal), Limit, () => $"It did not say that it waits: {gateway.Errors}{gateway.Output}");
        Assert.Equal(503, await gateway.Status("/health/ready"));
        await cluster.LaunchSilo().Ready();
        await gateway.Ready();
        await using var writers = await TopicWriters.Open(cluster, sessions: 2, graphs: 1);
        await writers.WriteAll(Limit);
    }
}
