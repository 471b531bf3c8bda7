using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Itori.Journal.Benchmarks.Hosting;
using Npgsql;

namespace Itori.Journal.Benchmarks.Limits;

/// <summary>
/// PostgreSQL's own benchmark with the same insert, one message to a transaction: what the database does when each caller has a connection of its own and the database alone groups the commits.
/// </summary>
internal static partial class Pgbench
{
    /// <summary>Each is a process of the server: more of them than this are slower, and take longer to connect than the measurement.</summary>
    public const int Clients = 64;

    /// <summary>What connecting takes at most; pgbench's clock runs meanwhile, its rate leaves it out.</summary>
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    /// <summary>The program; null where it is not installed.</summary>
    public static string? Program { get; } = Find();

    /// <returns>Transactions, that is records, per second, and pgbench's mean latency as both times; NaN where pgbench is not installed.</returns>
    public static async Task<Throughput> RunAsync(Store store, CommitShape shape, int streams, TimeSpan duration)
    {
        if (Program is null)
        {
            return Throughput.None;
        }

        await ((IAsyncDisposable)await store.OpenAsync()).DisposeAsync();
        await using (var source = NpgsqlDataSource.Create(store.ConnectionString!))
        await using (var fill = source.CreateCommand("INSERT INTO itori_journal_stream (name, seq, first_seq) SELECT 'bench-' || i, 0, 1 FROM generate_series(1, $1) i"))
        {
            fill.Parameters.AddWithValue(streams);
            await fill.ExecuteNonQueryAsync();
        }

        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script(shape, streams));
            var settings = new NpgsqlConnectionStringBuilder(store.ConnectionString);
            var start = new ProcessStartInfo(Program,
            [
                "-n", "-M", "prepared", "-c", Number(Clients), "-j", "2", "-T", Number((int)Math.Ceiling((duration + ConnectTime).TotalSeconds)), "-f", script,
                "-h", settings.Host!, "-p", Number(settings.Port), "-U", settings.Username!, settings.Database!,
            ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["PGOPTIONS"] = $"-c search_path={store.Schema}";
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return Rate().Match(output) is { Success: true } rate
                ? Throughput.None with { PerSecond = Parse(rate), P50 = Parse(Latency().Match(output)) }
                : throw new InvalidOperationException($"pgbench: {await errors}{output}");
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Script(CommitShape shape, int streams)
    {
        var bytes = (int)shape.Bodies.Average(static body => body.Length);
        return $$"""
            \set s random(1, {{streams}})
            WITH head AS (UPDATE itori_journal_stream SET seq = seq + 1 WHERE name = 'bench-' || (:s)::int RETURNING id, seq)
            INSERT INTO itori_journal_record (stream, seq, type, version, timestamp, checksum, body)
            SELECT id, seq, 'message_posted', 1, 1764000000000, 12345678, convert_to(repeat('x', {{bytes}}), 'UTF8') FROM head;
            """;
    }

    private static string? Find()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var packaged = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(static d => Path.Combine(d, "bin")) : [];
        return packaged.Concat(path).Select(static d => Path.Combine(d, "pgbench")).FirstOrDefault(File.Exists);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static double Parse(Match match) => match.Success ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : double.NaN;

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"latency average = ([0-9.]+) ms")]
    private static partial Regex Latency();
}
