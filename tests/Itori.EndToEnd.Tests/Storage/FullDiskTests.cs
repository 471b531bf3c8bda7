using System.Text.Json.Nodes;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Storage;

/// <summary>A disk without room refuses writes while it lasts, and that is all it does.</summary>
public sealed class FullDiskTests
{
    private const string Topic = "session:disk";
    private const int MessageLength = 100_000;

    [Fact]
    public async Task Writes_are_refused_with_503_while_the_disk_is_full_and_nothing_acknowledged_is_lost()
    {
        var ct = TestContext.Current.CancellationToken;
        using var disk = SmallDisk.TryMount(megabytes: 16);
        Assert.SkipWhen(disk is null, SmallDisk.Missing);
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[6 << 20], ct);
        var data = Path.Combine(disk.Path, "data");
        var acknowledged = new List<string>();
        string refused;
        await using (var server = await ItoriProcess.Standalone(data))
        {
            await using var client = await WireClient.Subscriber(server.Address, "disk", "disk");
            for (var n = 1; ; n++)
            {
                var reply = await client.Ask("user_msg", Message(n), id: $"m{n}");
                if (reply.Type() != "ack")
                {
                    Assert.Equal((503, "unavailable"), (reply.Payload().GetProperty("code").GetInt32(), reply.Payload().GetProperty("reason").GetString()));
                    Assert.True(reply.Payload().GetProperty("retryAfterMs").GetInt32() > 0);
                    refused = $"m{n}";
                    break;
                }

                acknowledged.Add($"m{n}");
                Assert.InRange(n, 1, 300);
            }

            // As long as it is full: refused again, and what is stored can still be read.
            Assert.Equal("error", (await client.AskAgain("user_msg", Message(Number(refused)), refused)).Type());
            // The activation whose write failed goes; who asks in that moment is told to ask again.
            await Condition.Holds(
                async () => (await client.Ask("history", new JsonObject { ["topic"] = Topic })).Type() == "history", TimeSpan.FromSeconds(60), () => "What is stored cannot be read");
            Assert.Equal(acknowledged, await Names(client));
            Assert.Contains(server.Output.Split('\n'), line => line.Contains("Cannot write to " + Topic, StringComparison.Ordinal)
                && line.Contains(data, StringComparison.Ordinal) && line.Contains("is full. What was acknowledged is safe; writes succeed again once there is room.", StringComparison.Ordinal));

            // With room again, the same message under the same id, and new ones.
            File.Delete(ballast);
            await Condition.Holds(
                async () => (await client.AskAgain("user_msg", Message(Number(refused)), refused)).Type() == "ack", TimeSpan.FromSeconds(60), () => "Refused though there is room");
            acknowledged.Add(refused);
            var next = Number(refused) + 1;
            await client.Acknowledged("user_msg", Message(next), id: $"m{next}");
            acknowledged.Add($"m{next}");
            Assert.Equal(0, await server.Stop());
        }

        await using var again = await ItoriProcess.Standalone(data);
        await using var reader = await WireClient.Subscriber(again.Address, "disk", "disk");
        Assert.Equal(acknowledged, await Names(reader));
    }

    /// <summary>Long, so that the disk is full soon; it says its number first, and names nothing that a graph would keep.</summary>
    private static JsonObject Message(int number) => new() { ["text"] = $"m{number} " + string.Concat(Enumerable.Repeat("and so on, ", MessageLength / 11)), ["assistant"] = false };

    private static async Task<IReadOnlyList<string>> Names(WireClient client) => [.. (await Histories.Texts(client, Topic)).Select(text => text[..text.IndexOf(' ', StringComparison.Ordinal)])];

    private static int Number(string name) => int.Parse(name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
}
