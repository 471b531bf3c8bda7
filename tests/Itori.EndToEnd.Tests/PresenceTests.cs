using System.Text.Json;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>Who is here, when a gateway goes without a word.</summary>
public sealed class PresenceTests
{
    [Fact]
    public async Task The_users_of_a_killed_gateway_leave_each_topic_in_one_message()
    {
        using var folder = new TemporaryFolder();
        var (siloPort, gatewayPort) = (FreePorts.Next(), FreePorts.Next());
        await using var silo = ItoriProcess.Launch(
            Programs.Silo, "--Itori:DataDirectory", folder.Path, FormattableString.Invariant($"--Itori:Cluster:SiloPort={siloPort}"), FormattableString.Invariant($"--Itori:Cluster:GatewayPort={gatewayPort}"));
        string[] find = [FormattableString.Invariant($"--Itori:Cluster:Gateways:0=127.0.0.1:{gatewayPort}"), "--Itori:Gateway:PresenceLease=00:00:03"];
        await using var east = ItoriProcess.Launch(Programs.Gateway, find);
        await using var west = ItoriProcess.Launch(Programs.Gateway, find);
        await Task.WhenAll(silo.Ready(), east.Ready(), west.Ready());

        string[] topics = ["session:ghosts", "graph:ghosts"];
        var gone = new List<WireClient>();
        for (var i = 0; i < 5; i++)
        {
            gone.Add(await Watcher(east, topics));
        }

        await using var stays = await Watcher(west, topics);
        var everyone = gone.Append(stays).Select(UserOf).Order().ToArray();
        await stays.Until(all => topics.All(topic => Users(Latest(all, topic)).SequenceEqual(everyone)), "six users at each topic");
        var before = stays.All.Count;
        await east.Crash();

        await stays.Until(all => topics.All(topic => Users(Latest(all, topic)).SequenceEqual([UserOf(stays)])), "one user at each topic");
        foreach (var topic in topics)
        {
            // Not one after the other: whoever draws faces draws once.
            var change = Assert.Single(stays.All.Skip(before), m => m.Type() == "presence" && m.IsOf(topic) && m.Payload().TryGetProperty("left", out var left) && left.GetArrayLength() > 0);
            Assert.Equal(gone.Select(UserOf).Order(), change.Payload().GetProperty("left").EnumerateArray().Select(id => id.GetString()!));
        }

        foreach (var client in gone)
        {
            await client.DisposeAsync();
        }
    }

    private static async Task<WireClient> Watcher(ItoriProcess gateway, string[] topics)
    {
        var client = await WireClient.Subscriber(gateway.Address);
        foreach (var topic in topics)
        {
            await client.Subscribe(topic);
        }

        return client;
    }

    private static string UserOf(WireClient client) => client.All.First(m => m.Type() == "welcome").Payload().GetProperty("user").GetProperty("id").GetString()!;

    private static JsonElement? Latest(IReadOnlyList<JsonElement> all, string topic) => all.LastOrDefault(m => m.Type() == "presence" && m.IsOf(topic)) is { ValueKind: JsonValueKind.Object } latest ? latest : null;

    private static IEnumerable<string> Users(JsonElement? presence) =>
        presence?.Payload().GetProperty("users").EnumerateArray().Select(user => user.GetProperty("id").GetString()!).Order() ?? Enumerable.Empty<string>();
}
