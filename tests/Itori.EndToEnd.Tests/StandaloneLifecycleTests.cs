using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Itori.EndToEnd.Tests.Wire;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>Standalone from start to stop and start again.</summary>
public sealed class StandaloneLifecycleTests
{
    /// <summary>Longer than a graph waits until it looks for clusters or places.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_serves_its_page_and_says_goodbye_and_has_everything_when_it_is_started_again()
    {
        using var folder = new TemporaryFolder();
        var port = FreePorts.Next();
        GraphView built;
        List<string> said;
        await using (var server = await ItoriProcess.Standalone(port, folder.Path))
        {
            using var http = new HttpClient { BaseAddress = server.Address };
            using var live = await http.GetAsync("/health/live", Ct);
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
            var page = await http.GetStringAsync("/", Ct);
            Assert.Contains("<title>Itori</title>", page, StringComparison.Ordinal);

            await using var client = await WireClient.Subscriber(server.Address, "life", "life");
            await client.Subscribe("session:life");
            await client.Subscribe("graph:life");
            foreach (var text in (string[])[Texts.Paragraph, .. Texts.Remarks])
            {
                await client.Acknowledged("user_msg", new JsonObject { ["text"] = text, ["assistant"] = false });
            }

            built = await Settled(server.Address, "life", concepts: 8);
            await client.Until(all => all.Durable("session:life").Count() == 7, "all that was said");
            said = [.. client.All.Durable("session:life").Select(Messages.Text)];

            await using var plain = await WireClient.Plain(server.Address, "life", "life");
            server.BeginStop();
            foreach (var connection in (WireClient[])[client, plain])
            {
                var goodbye = await connection.First(m => m.Type() == "reconnect", "reconnect");
                Assert.True(goodbye.Payload().GetProperty("afterMs").GetInt64() >= 0);
                await connection.Closed.WaitAsync(TimeSpan.FromSeconds(40), Ct);
                Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, connection.CloseStatus);
            }

            Assert.Equal(0, await server.ExitCode());
            Assert.Empty(server.Errors);
        }

        await using (var again = await ItoriProcess.Standalone(port, folder.Path))
        {
            await using var client = await WireClient.Subscriber(again.Address, "life", "life");
            var snapshot = await client.Subscribe("graph:life");
            var kept = new GraphView(snapshot.GetProperty("snapshot"));
            Assert.Equal(built.Canonical(), kept.Canonical());
            Assert.Equal((built.Seq, built.Epoch), (kept.Seq, kept.Epoch));
            Assert.Equal(said, await Histories.Texts(client, "session:life"));
            Assert.Equal(0, await again.Stop());
        }
    }

    /// <summary>A snapshot that nothing is added to any more: what is extracted from a message arrives after its ack, its clusters and places some time after that.</summary>
    private static async Task<GraphView> Settled(Uri server, string graph, int concepts)
    {
        GraphView? last = null;
        var since = Stopwatch.StartNew();
        await Condition.Holds(
            async () =>
            {
                await using var looker = await WireClient.Subscriber(server, graph: graph);
                var now = new GraphView((await looker.Subscribe("graph:" + graph)).GetProperty("snapshot"));
                if (now.Seq != last?.Seq || now.ConceptCount < concepts)
                {
                    since.Restart();
                }

                last = now;
                return since.Elapsed > Quiet;
            },
            TimeSpan.FromSeconds(60),
            () => $"The graph did not settle at {concepts} concepts or more; it has {last?.ConceptCount}");
        return last!;
    }
}
