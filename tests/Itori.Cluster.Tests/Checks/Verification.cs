using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Itori.Cluster.Tests.Clients;
using Itori.Cluster.Tests.Processes;
using Itori.Tests.Shared;

namespace Itori.Cluster.Tests.Checks;

/// <summary>
/// Holds what is stored against what was acknowledged and what was read: the topics' history over every gateway, and the journal's own tables. Looks only at what came since it last looked,
/// for the past does not change.
/// </summary>
internal sealed class Verification(World world)
{
    private readonly Dictionary<string, long> verified = World.Topics.ToDictionary(topic => topic, _ => 0L, StringComparer.Ordinal);
    private readonly JournalTables tables = new(world);

    /// <summary>Checks everything up to the heads of now; all readers must have reached them.</summary>
    public async Task Run(CancellationToken ct)
    {
        var heads = world.Records.Values.ToDictionary(record => record.Topic, record => record.Head, StringComparer.Ordinal);
        foreach (var gateway in world.Cluster.Gateways)
        {
            await ReadHistory(gateway, heads, ct);
        }

        var rows = await tables.Check(verified, heads, ct);
        var acknowledged = CheckAcknowledged(heads);
        foreach (var (topic, head) in heads)
        {
            verified[topic] = head;
        }

        world.Log.Write(FormattableString.Invariant($"checked {rows} events since the last check, {acknowledged} acknowledged commands: {(world.Violations.Count == 0 ? "all is right" : $"{world.Violations.Count} violations")}"));
    }

    private int CheckAcknowledged(Dictionary<string, long> heads)
    {
        var count = 0;
        foreach (var entry in world.Ledger.All.Where(entry => entry.Seq <= heads[entry.Command.Topic]))
        {
            count++;
            var seen = world.Records[entry.Command.Topic].SeqOf(entry.Command.Id);
            if (seen != entry.Seq)
            {
                world.Violations.Add($"{entry.Command.Topic}: command {entry.Command.Id} was acknowledged at {entry.Seq} by {entry.Gateway} and is at {seen?.ToString(CultureInfo.InvariantCulture) ?? "no place"}");
            }
        }

        return count;
    }

    private async Task ReadHistory(Member gateway, Dictionary<string, long> heads, CancellationToken ct)
    {
        await using var link = await Link.Connect(gateway.Address, "checker", "checker", (_, _) => { }, ct);
        foreach (var topic in World.Topics)
        {
            var before = heads[topic] + 1;
            while (before > verified[topic] + 1)
            {
                var page = await Page(link, gateway, topic, before, ct);
                foreach (var message in page.Reverse())
                {
                    before--;
                    if (message.Seq() != before)
                    {
                        world.Violations.Add($"{topic}: history over {gateway.Name} has {message.Seq()} where {before} should be");
                        return;
                    }

                    world.Records[topic].Saw($"history over {gateway.Name}", message, System.Text.Encoding.UTF8.GetBytes(message.GetRawText()));
                }

                if (page.Count == 0)
                {
                    world.Violations.Add($"{topic}: history over {gateway.Name} has nothing before {before}");
                    return;
                }
            }
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> Page(Link link, Member gateway, string topic, long before, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var id = FormattableString.Invariant($"history-{topic}-{before}-{attempt}");
            var message = new JsonObject { ["v"] = 1, ["type"] = "history", ["id"] = id, ["topic"] = topic, ["before"] = before, ["limit"] = 500 };
            var reply = await link.Ask(message.ToJsonString(), id, ct) ?? throw new InvalidOperationException($"{gateway.Name} cut the connection during a read of history.");
            if (reply.Type() == "history")
            {
                return [.. reply.Payload().GetProperty("events").EnumerateArray()];
            }

            if (attempt == 30)
            {
                throw new InvalidOperationException($"{gateway.Name} does not give the history of {topic}: {reply.GetRawText()}");
            }

            await Task.Delay(500, ct);
        }
    }
}
