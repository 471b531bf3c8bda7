using System.Text.Json.Nodes;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>A cluster on PostgreSQL outlives its processes.</summary>
public sealed class PostgresClusterTests
{
    private const string Session = "session:survivor";

    [Fact]
    public async Task A_killed_silo_loses_nothing_acknowledged_and_a_client_resumes_over_the_other_gateway()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        await using var database = await PostgresServer.StartAsync(TestContext.Current.CancellationToken, "fsync=off");
        string[] cluster = ["--Itori:Cluster:ConnectionString=" + database.ConnectionString];
        ItoriProcess Silo() => ItoriProcess.Launch(
            Programs.Silo,
            [.. cluster, "--Itori:Cluster:AdvertisedAddress=127.0.0.1", FormattableString.Invariant($"--Itori:Cluster:SiloPort={FreePorts.Next()}"), FormattableString.Invariant($"--Itori:Cluster:GatewayPort={FreePorts.Next()}")]);

        await using var first = Silo();
        await using var second = Silo();
        await Task.WhenAll(first.Ready(), second.Ready());
        await using var east = ItoriProcess.Launch(Programs.Gateway, cluster);
        await using var west = ItoriProcess.Launch(Programs.Gateway, cluster);
        await Task.WhenAll(east.Ready(), west.Ready());

        var acknowledged = new List<string>();
        await using var writer = await WireClient.Subscriber(west.Address, "survivor", "survivor");
        await using var watcher = await WireClient.Subscriber(west.Address, "survivor", "survivor");
        await watcher.Subscribe(Session, since: 0);
        long seen;
        await using (var leaver = await WireClient.Subscriber(east.Address, "survivor", "survivor"))
        {
            await leaver.Subscribe(Session, since: 0);
            await Say(writer, acknowledged, "before", 10);
            await leaver.Until(all => all.Durable(Session).Count() >= 10, "ten messages");
            seen = leaver.All.Durable(Session).Last().Seq();
        }

        await first.Crash();
        await Say(writer, acknowledged, "after", 10);

        await using var back = await WireClient.Subscriber(west.Address, "survivor", "survivor");
        var resumed = await back.Subscribe(Session, since: seen);
        Assert.True(resumed.GetProperty("recovered").GetBoolean());
        await back.Until(all => all.Durable(Session).Count() >= 10, "what was missed");
        Assert.Equal(Enumerable.Range(1, 10).Select(n => seen + n), back.All.Durable(Session).Select(m => m.Seq()));

        await watcher.Until(all => all.Durable(Session).Count() >= 20, "all twenty at the one who stayed");
        Assert.Equal(acknowledged, watcher.All.Durable(Session).Select(Messages.Text));
        Assert.Equal(acknowledged, await Histories.Texts(back, Session));
    }

    /// <summary>Says things one after the other; a refusal that is temporary is asked again under the same id, as the protocol allows.</summary>
    private static async Task Say(WireClient client, List<string> acknowledged, string name, int count)
    {
        for (var n = 1; n <= count; n++)
        {
            var text = $"{name} {n}";
            for (var attempt = 1; ; attempt++)
            {
                var reply = await client.AskAgain("user_msg", new JsonObject { ["text"] = text, ["assistant"] = false }, id: text.Replace(' ', '-'));
                if (reply.Type() == "ack")
                {
                    acknowledged.Add(text);
                    break;
                }

                Assert.True(attempt < 60 && reply.Payload().TryGetProperty("retryAfterMs", out _), $"Attempt {attempt} was answered with {reply.GetRawText()}");
                await Task.Delay(reply.Payload().GetProperty("retryAfterMs").GetInt32(), TestContext.Current.CancellationToken);
            }
        }
    }
}
