using Itori.Journal.Tests.Specification;
using Microsoft.Extensions.Logging.Abstractions;

namespace Itori.Journal.Tests.Sqlite;

/// <summary>A file that an earlier release wrote opens with this code, unchanged in what it says.</summary>
public sealed class SqliteGoldenTests : IDisposable
{
    private const string Schema = "SELECT group_concat(sql, '; ') FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name)";
    private const string Other = "größe/尺寸 🧠";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_version_1_file_is_read_and_continued()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Golden", "sqlite-v1.db"), _folder.Database);
        await using var journal = await OpenAsync(_folder);

        Assert.Equal(new JournalHead(6, 3), await journal.ReadHeadAsync("golden", Ct));
        Records.AssertEqual(Records.Run(2, 4), await journal.ReadPageAsync("golden", 0, 10, Ct));
        Assert.Equal(Records.Text(Records.Snapshot(3)), Records.Text(await journal.ReadSnapshotAsync("golden", Ct)));
        Records.AssertEqual(Records.Run(0, 1), await journal.ReadPageAsync(Other, 0, 10, Ct));
        Assert.Equal(AppendOutcome.Appended, await journal.AppendAsync("golden", 6, Records.Run(6, 1), Ct));
    }

    [Fact]
    public async Task The_tables_of_a_new_file_are_those_of_the_newest_golden_file()
    {
        await (await OpenAsync(_folder)).DisposeAsync();
        await using var made = new RawDatabase(_folder.Database);
        using var copy = new TemporaryFolder();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Golden", "sqlite-v1.db"), copy.Database);
        await using var golden = new RawDatabase(copy.Database);

        Assert.Equal(golden.Execute(Schema), made.Execute(Schema));
        Assert.Equal(golden.Execute("PRAGMA user_version"), made.Execute("PRAGMA user_version"));
    }

    /// <summary>Writes the golden file of a new schema version; run it once, by hand, with ITORI_WRITE_GOLDEN naming the file.</summary>
    [Fact(Explicit = true)]
    public async Task Write_the_golden_file()
    {
        var target = Environment.GetEnvironmentVariable("ITORI_WRITE_GOLDEN");
        Assert.SkipWhen(string.IsNullOrEmpty(target), "ITORI_WRITE_GOLDEN is not set.");
        await using (var journal = await OpenAsync(_folder))
        {
            await journal.AppendAsync("golden", 0, Records.Run(0, 6), Ct);
            await journal.WriteSnapshotAsync("golden", Records.Snapshot(3), Ct);
            await journal.TrimAsync("golden", 2, Ct);
            await journal.AppendAsync(Other, 0, Records.Run(0, 1), Ct);
        }

        File.Copy(_folder.Database, target);
    }

    private static Task<SqliteJournal> OpenAsync(string folder) =>
        SqliteJournal.OpenAsync(new JournalOptions { DataDirectory = folder }, TimeProvider.System, NullLogger.Instance, Ct).AsTask();
}
