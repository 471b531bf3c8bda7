using System.Text.Json;
using Itori.Cluster.Tests.Clients;
using Npgsql;

namespace Itori.Cluster.Tests.Checks;

/// <summary>Reads the journal's tables as an operator would, past all of Itori's code.</summary>
internal sealed class JournalTables(World world)
{
    private readonly Dictionary<string, Dictionary<string, long>> commands = World.Topics.ToDictionary(topic => topic, _ => new Dictionary<string, long>(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>Each stream's rows are dense, each command has one row; gives how many were looked at.</summary>
    public async Task<long> Check(IReadOnlyDictionary<string, long> from, IReadOnlyDictionary<string, long> through, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(world.Cluster.Database.ConnectionString);
        var rows = 0L;
        foreach (var topic in World.Topics)
        {
            rows += await Check(source, topic, from[topic], through[topic], ct);
        }

        return rows;
    }

    private async Task<long> Check(NpgsqlDataSource source, string topic, long from, long through, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            "SELECT s.seq, s.first_seq, r.seq, r.body FROM itori_journal_stream s JOIN itori_journal_record r ON r.stream = s.id WHERE s.name = $1 AND r.seq > $2 AND r.seq <= $3 ORDER BY r.seq");
        command.Parameters.AddWithValue(topic);
        command.Parameters.AddWithValue(from);
        command.Parameters.AddWithValue(through);
        await using var row = await command.ExecuteReaderAsync(ct);
        var expected = from;
        while (await row.ReadAsync(ct))
        {
            expected++;
            var seq = row.GetInt64(2);
            if (seq != expected || row.GetInt64(0) < through || row.GetInt64(1) != 1)
            {
                world.Violations.Add($"{topic}: the journal has {seq} where {expected} should be (its head is {row.GetInt64(0)}, its first is {row.GetInt64(1)}, readers saw {through})");
                return expected - from;
            }

            using var body = JsonDocument.Parse(row.GetFieldValue<byte[]>(3));
            if (body.RootElement.TryGetProperty("commandId", out var id))
            {
                Command(topic, id.GetString()!, seq);
            }
        }

        if (expected != through)
        {
            world.Violations.Add($"{topic}: the journal ends at {expected}, readers saw {through}");
        }

        return expected - from;
    }

    private void Command(string topic, string id, long seq)
    {
        if (!commands[topic].TryAdd(id, seq))
        {
            world.Violations.Add($"{topic}: the journal has command {id} at {commands[topic][id]} and again at {seq}");
        }

        if (world.Records[topic].SeqOf(id) != seq)
        {
            world.Violations.Add($"{topic}: the journal has command {id} at {seq}, readers saw it at {world.Records[topic].SeqOf(id)}");
        }
    }
}
