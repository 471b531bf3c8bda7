using Itori.EndToEnd.Tests.Hosting;
using Itori.EndToEnd.Tests.Wire;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>The database goes, hangs, or is not there yet.</summary>
public sealed class DatabaseLossTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Longer than silos may miss their signs of life, and than every time-out on the way.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_the_database_writes_are_refused_reads_of_what_is_awake_go_on_and_all_heals_by_itself()
    {
        await using var cluster = await PostgresCluster.Start(silos: 2, gateways: 1);
        await using var writers = await TopicWriters.Open(cluster, sessions: 6, graphs: 3);
        await using var read = await TopicWriters.Open(cluster, sessions: 0, graphs: 0, "session:quiet", "graph:quiet");
        await writers.WriteAll(Limit);
        await read.WriteAll(Limit);
        await using var watcher = await WireClient.Subscriber(cluster.Gateways[0].Address, "quiet", "quiet");
        await watcher.Subscribe("field:quiet");

        // More than the first one, which is asked for: so the stream flows. A stream that begins needs the database, to write down who listens.
        await watcher.Until(seen => seen.Count(m => m.Type() == "phase_frame") > 10, "the field's frames");

        await cluster.Database.StopAsync(Token, "immediate");
        var until = TimeProvider.System.GetTimestamp() + (long)(Outage.TotalSeconds * TimeProvider.System.TimestampFrequency);
        do
        {
            foreach (var reply in await writers.TryAll())
            {
                Assert.True(reply.Type() == "error" && reply.Payload().GetProperty("code").GetInt32() == 503 && reply.Payload().GetProperty("retryAfterMs").GetInt32() > 0, reply.GetRawText());
            }

            await read.EveryAcknowledgedWriteIsThereOnce();
            Assert.Equal(200, await cluster.Gateways[0].Status("/api/graphs/quiet"));
            var frames = watcher.All.Count(m => m.Type() == "phase_frame");
            await watcher.Until(seen => seen.Count(m => m.Type() == "phase_frame") > frames, "further frames");
            await Task.Delay(500, Token);
        }
        while (TimeProvider.System.GetTimestamp() < until);

        // What is asleep cannot be read; that is said as clearly.
        var asleep = await cluster.Gateways[0].Status("/api/sessions/asleep/events");
        Assert.True(asleep == 503, $"{asleep}: {cluster.Gateways[0].Output}");
        await cluster.Database.StartAgainAsync(Token);
        await HealsByItself(cluster, writers);
        await read.WriteAll(Limit);
        await read.EveryAcknowledgedWriteIsThereOnce();
    }

    [Fact]
    public async Task A_database_that_hangs_for_a_while_costs_nothing_but_time()
    {
        await using var cluster = await PostgresCluster.Start(silos: 2, gateways: 1);
        await using var writers = await TopicWriters.Open(cluster, sessions: 6, graphs: 3);
        await writers.WriteAll(Limit);
        using (new FrozenPostgres(cluster.Database))
        {
            foreach (var reply in await writers.TryAll())
            {
                Assert.True(reply.Type() == "error" && reply.Payload().GetProperty("code").GetInt32() == 503, reply.GetRawText());
            }

            // The length of the outage is what the test is about.
            await Task.Delay(TimeSpan.FromSeconds(12), Token);
        }

        await HealsByItself(cluster, writers);
    }

    [Fact]
    public async Task A_silo_that_is_there_before_its_database_waits_for_it_and_says_so_once()
    {
        await using var cluster = await PostgresCluster.Start(silos: 0, gateways: 0);
        await cluster.Database.StopAsync(Token);
        var silo = cluster.LaunchSilo();
        const string Waiting = "The journal cannot be opened yet";
        await Condition.Holds(() => silo.Output.Contains(Waiting, StringComparison.Ordinal), Limit, () => $"It did not say that it waits: {silo.Errors}{silo.Output}");

        // Several attempts later it has still said it once.
        await Task.Delay(TimeSpan.FromSeconds(3), Token);
        Assert.Equal(2, silo.Output.Split(Waiting).Length);
        await cluster.Database.StartAgainAsync(Token);
        await silo.Ready();
    }

    /// <summary>All topics take writes again, nothing is lost or doubled, and no process had to be started anew.</summary>
    private static async Task HealsByItself(PostgresCluster cluster, TopicWriters writers)
    {
        await writers.WriteAll(Limit);
        await writers.EveryAcknowledgedWriteIsThereOnce();
        Assert.All(cluster.Silos.Concat(cluster.Gateways), process => Assert.True(process.IsRunning, process.Errors + process.Output));
        await Task.WhenAll(cluster.Silos.Concat(cluster.Gateways).Select(process => process.Ready()));
    }
}
