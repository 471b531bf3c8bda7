using System.Text.Json.Nodes;

namespace Itori.Containers.Tests;

// One cluster is shared, and some tests take parts of it away: one collection, so one after another.
[Collection("containers")]
public sealed class ImageTests
{
    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public async Task Process_is_not_root_and_its_health_check_passes(string service)
    {
        Containers.SkipWithoutCluster();
        await Containers.RestoreAsync();
        foreach (var container in await Containers.OfAsync(service))
        {
            Assert.NotEqual("0", await Containers.EngineAsync("exec", container, "id", "-u"));
            await Wait.UntilAsync($"{container} healthy", Containers.Patience, async _ =>
                (await Containers.InspectAsync(container)).GetProperty("State").GetProperty("Health").GetProperty("Status").GetString(), status => status == "healthy");
        }
    }

    [Fact]
    public async Task Web_client_is_served_through_the_balancer()
    {
        Containers.SkipWithoutCluster();
        using var http = new HttpClient { BaseAddress = Containers.Balancer };
        using var answer = await http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("type=\"module\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standalone_keeps_its_sessions_in_its_volume()
    {
        Containers.SkipWithoutCluster();
        var name = $"itori-standalone-{Guid.NewGuid():N}";
        var server = new Uri($"http://{Environment.GetEnvironmentVariable("ITORI_TEST_STANDALONE") ?? "127.0.0.1:18100"}");
        await Containers.EngineAsync("run", "-d", "--name", name, "-p", $"{server.Authority}:8080", "docker.io/itori/standalone");
        try
        {
            await using (var client = await Client.ReconnectAsync("session=kept", subscribes: true, server))
            {
                await client.SayAsync("Remember the lighthouse.", "kept", "remember");
            }

            await Containers.EngineAsync("stop", "-t", "30", name);
            Assert.Equal(0, (await Containers.InspectAsync(name)).GetProperty("State").GetProperty("ExitCode").GetInt32());
            await Containers.EngineAsync("start", name);
            await using var again = await Client.ReconnectAsync("session=kept", subscribes: true, server);
            var history = await again.AskAsync("history", new JsonObject { ["type"] = "history", ["payload"] = new JsonObject { ["topic"] = "session:kept" } });
            Assert.Contains("Remember the lighthouse.", history.ToJsonString(), StringComparison.Ordinal);
        }
        finally
        {
            await Containers.EngineAsync("rm", "-f", "-v", name);
        }
    }
}
