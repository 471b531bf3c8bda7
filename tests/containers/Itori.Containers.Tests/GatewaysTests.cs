using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Itori.Containers.Tests;

// One cluster is shared, and some tests take parts of it away: one collection, so one after another.
[Collection("containers")]
public sealed class GatewaysTests
{
    private const string Text =
        "The harbour lighthouse guides fishing boats through the narrow channel. A lighthouse keeper watches the harbour channel at night, "
        + "and the fishing boats return to the harbour when the lighthouse lamp is lit.";

    [Fact]
    public async Task Clients_of_different_gateways_share_one_field()
    {
        Containers.SkipWithoutCluster();
        await Containers.RestoreAsync();
        var graph = $"g{Guid.NewGuid():N}";
        await using var speaker = await Client.ReconnectAsync($"graph={graph}");
        await using var watcher = await Client.ConnectElsewhereAsync(speaker.Gateway, $"graph={graph}");
        GraphView here = new(), there = new();

        await speaker.AskAsync("ack", Client.Say(Text));
        speaker.Seen.ForEach(here.Apply); // Up to the acknowledgement: the graph's snapshot, and a delta that was quicker.
        await watcher.NextAsync("a delta with concepts", Fed(there, () => there.Concepts.Count > 0));
        // What was said brings several deltas (concepts, their clusters, their places), which come to each at times of its own.
        while (here.Seq != there.Seq)
        {
            await speaker.NextAsync("the same events", Fed(here, () => here.Seq >= there.Seq));
            await watcher.NextAsync("the same events", Fed(there, () => there.Seq >= here.Seq));
        }

        Assert.Equal(here.Concepts.OrderBy(concept => concept.Key, StringComparer.Ordinal), there.Concepts.OrderBy(concept => concept.Key, StringComparer.Ordinal));
        Assert.Contains(there.Concepts.Values, concept => concept.Label.Contains("lighthouse", StringComparison.OrdinalIgnoreCase));

        // Frames may be skipped, differently for each; those that both saw are the same, to the last digit.
        var shared = 0;
        while (shared < 5)
        {
            await speaker.NextAsync("a phase frame", Fed(here, () => true, "phase_frame"));
            await watcher.NextAsync("a phase frame", Fed(there, () => true, "phase_frame"));
            shared = here.Frames.Keys.Intersect(there.Frames.Keys).Count();
        }

        foreach (var frame in here.Frames.Keys.Intersect(there.Frames.Keys))
        {
            Assert.Equal(here.Frames[frame], there.Frames[frame]);
        }
    }

    [Fact]
    public async Task Client_of_a_killed_gateway_comes_back_through_the_balancer_and_misses_nothing()
    {
        Containers.SkipWithoutCluster();
        await Containers.RestoreAsync();
        var session = $"s{Guid.NewGuid():N}";
        await using var reader = await Client.ReconnectAsync($"session={session}", subscribes: true);
        await reader.AskAsync("subscribed", Client.Subscribe($"session:{session}", since: 0));
        await using var writer = await Client.ConnectElsewhereAsync(reader.Gateway, $"session={session}", subscribes: true);

        await SayAsync(writer, session, 1, 3);
        await reader.NextAsync("the third message", message => SeqOf(message) == 3);
        Assert.Equal([1, 2, 3], Sequence(reader));

        await Containers.EngineAsync("kill", "-s", "KILL", await Containers.GatewayAtAsync(reader.Gateway));
        await Assert.ThrowsAsync<ChannelClosedException>(() => reader.NextAsync("the end of the connection", _ => false));
        await SayAsync(writer, session, 4, 6);

        await using var again = await Client.ReconnectAsync($"session={session}", subscribes: true);
        Assert.Equal(writer.Gateway, again.Gateway);
        await again.AskAsync("subscribed", Client.Subscribe($"session:{session}", since: 3));
        await SayAsync(writer, session, 7, 7);
        await again.NextAsync("the seventh message", message => SeqOf(message) == 7);
        Assert.Equal([4, 5, 6, 7], Sequence(again));
    }

    [Fact]
    public async Task Acknowledged_messages_survive_the_kill_of_a_silo()
    {
        Containers.SkipWithoutCluster();
        await Containers.RestoreAsync();
        var sessions = Enumerable.Range(0, 8).Select(_ => $"s{Guid.NewGuid():N}").ToArray();
        await using var writer = await Client.ReconnectAsync("", subscribes: true);
        foreach (var session in sessions)
        {
            await SayAsync(writer, session, 1, 2);
        }

        // Eight sessions over two silos: some live on the one that dies.
        await Containers.EngineAsync("kill", "-s", "KILL", (await Containers.OfAsync("silo"))[0]);
        foreach (var session in sessions)
        {
            await SayAsync(writer, session, 3, 3);
        }

        await using var reader = await Client.ReconnectAsync("", subscribes: true);
        foreach (var session in sessions)
        {
            reader.Seen.Clear();
            await reader.AskAsync("subscribed", Client.Subscribe($"session:{session}", since: 0));
            if (!Sequence(reader).Contains(3))
            {
                await reader.NextAsync("the third message", message => (string?)message["topic"] == $"session:{session}" && SeqOf(message) == 3);
            }

            Assert.Equal([1, 2, 3], Sequence(reader));
        }
    }

    [Fact]
    public async Task Stopped_gateway_sends_its_clients_elsewhere_and_ends_well()
    {
        Containers.SkipWithoutCluster();
        await Containers.RestoreAsync();
        await using var client = await Client.ReconnectAsync("", subscribes: true);
        var container = await Containers.GatewayAtAsync(client.Gateway);

        var stopping = Containers.EngineAsync("stop", "-t", "60", container);
        await client.NextAsync("reconnect", message => Client.TypeOf(message) == "reconnect");
        await using var elsewhere = await Client.ConnectElsewhereAsync(client.Gateway, "", subscribes: true);
        await stopping;
        Assert.Equal(0, (await Containers.InspectAsync(container)).GetProperty("State").GetProperty("ExitCode").GetInt32());
    }

    [Fact]
    public async Task Gateway_started_later_is_found_by_the_balancer()
    {
        Containers.SkipWithoutCluster();
        await Containers.RestoreAsync();
        var replaced = (await Containers.OfAsync("gateway"))[0];
        await Containers.EngineAsync("kill", "-s", "KILL", replaced);
        await Containers.EngineAsync("start", replaced);
        await Containers.BothGatewaysAsync();
    }

    private static Func<JsonObject, bool> Fed(GraphView view, Func<bool> isEnough, string? type = null) => message =>
    {
        view.Apply(message);
        return (type is null || Client.TypeOf(message) == type) && isEnough();
    };

    private static long? SeqOf(JsonObject message) => Client.TypeOf(message) == "user_msg" ? (long?)message["seq"] : null;

    private static long[] Sequence(Client client) => [.. client.Seen.Select(SeqOf).OfType<long>()];

    private static async Task SayAsync(Client writer, string session, int first, int last)
    {
        for (var n = first; n <= last; n++)
        {
            Assert.Equal(n, await writer.SayAsync($"message {n}", session, $"{session}-{n}"));
        }
    }
}
