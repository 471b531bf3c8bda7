using System.Diagnostics;
using Itori.Journal.Tests.Specification;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Itori.Journal.Tests.Postgres;

/// <summary>A database that an earlier release wrote, restored from its dump with plain SQL, opens with this code, unchanged in what it says.</summary>
public sealed class PostgresGoldenTests(PostgresFixture postgres)
{
    private const string Golden = "postgres-v1.sql";
    private const string Other = "größe/尺寸 🧠";

    private const string Tables =
        """
        SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM (
          SELECT concat_ws(' ', table_name, column_name, ordinal_position, data_type, collation_name, is_nullable, is_identity, identity_generation) AS line
          FROM information_schema.columns WHERE table_schema = current_schema()
          UNION ALL
          SELECT concat_ws(' ', c.relname, array_to_string(c.reloptions, ',')) FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
          UNION ALL
          SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'
        ) all_lines
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_version_1_dump_is_read_and_continued()
    {
        await using var journal = await OpenAsync(await RestoreAsync());

        Assert.Equal(new JournalHead(6, 3), await journal.ReadHeadAsync("golden", Ct));
        Records.AssertEqual(Records.Run(2, 4), await journal.ReadPageAsync("golden", 0, 10, Ct));
        Assert.Equal(Records.Text(Records.Snapshot(3)), Records.Text(await journal.ReadSnapshotAsync("golden", Ct)));
        Records.AssertEqual(Records.Run(0, 1), await journal.ReadPageAsync(Other, 0, 10, Ct));
        Assert.Equal(AppendOutcome.Appended, await journal.AppendAsync("golden", 6, Records.Run(6, 1), Ct));
        Assert.Equal(AppendOutcome.Appended, await journal.AppendAsync("new", 0, Records.Run(0, 1), Ct));
    }

    [Fact]
    public async Task The_tables_of_a_new_database_are_those_of_the_newest_dump()
    {
        var made = await postgres.NewSchemaAsync(Ct);
        await (await OpenAsync(made)).DisposeAsync();
        var golden = await RestoreAsync();

        Assert.Equal(await PostgresFixture.ExecuteAsync(golden, Tables, Ct), await PostgresFixture.ExecuteAsync(made, Tables, Ct));
        const string version = "SELECT version FROM itori_schema WHERE component = 'journal'";
        Assert.Equal(await PostgresFixture.ExecuteAsync(golden, version, Ct), await PostgresFixture.ExecuteAsync(made, version, Ct));
    }

    /// <summary>Writes the dump of a new schema version; run it once, by hand, with ITORI_WRITE_GOLDEN naming the file and <c>pg_dump</c> in the PATH.</summary>
    [Fact(Explicit = true)]
    public async Task Write_the_golden_dump()
    {
        var target = Environment.GetEnvironmentVariable("ITORI_WRITE_GOLDEN");
        Assert.SkipWhen(string.IsNullOrEmpty(target), "ITORI_WRITE_GOLDEN is not set.");
        var connectionString = await postgres.NewSchemaAsync(Ct);
        await using (var journal = await OpenAsync(connectionString))
        {
            await journal.AppendAsync("golden", 0, Records.Run(0, 6), Ct);
            await journal.WriteSnapshotAsync("golden", Records.Snapshot(3), Ct);
            await journal.TrimAsync("golden", 2, Ct);
            await journal.AppendAsync(Other, 0, Records.Run(0, 1), Ct);
        }

        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(
            "pg_dump", ["--inserts", "--no-owner", "--no-privileges", "-n", settings.SearchPath!, "-h", settings.Host!, "-p", $"{settings.Port}", "-U", settings.Username!, settings.Database!])
        {
            RedirectStandardOutput = true,
        };
        using var dump = Process.Start(start)!;
        var text = await dump.StandardOutput.ReadToEndAsync(Ct);
        await dump.WaitForExitAsync(Ct);
        Assert.Equal(0, dump.ExitCode);

        // Into whichever schema is current where it is restored; without what only psql understands.
        var lines = text.Replace(settings.SearchPath + ".", "", StringComparison.Ordinal).Split('\n').Where(line =>
            line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal) && !line.StartsWith('\\') && !line.StartsWith("SET ", StringComparison.Ordinal)
            && !line.StartsWith("CREATE SCHEMA", StringComparison.Ordinal) && !line.Contains("set_config", StringComparison.Ordinal));
        await File.WriteAllTextAsync(target, string.Join('\n', lines) + '\n', Ct);
    }

    private async Task<string> RestoreAsync()
    {
        var connectionString = await postgres.NewSchemaAsync(Ct);
        await PostgresFixture.ExecuteAsync(connectionString, await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", Golden), Ct), Ct);
        return connectionString;
    }

    private static Task<PostgresJournal> OpenAsync(string connectionString) =>
        PostgresJournal.OpenAsync(new JournalOptions { ConnectionString = connectionString }, TimeProvider.System, NullLogger.Instance, Ct).AsTask();
}
