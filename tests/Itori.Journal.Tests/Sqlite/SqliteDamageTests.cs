using Itori.Journal.Tests.Specification;
using Microsoft.Extensions.Logging.Abstractions;

namespace Itori.Journal.Tests.Sqlite;

public sealed class SqliteDamageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("UPDATE record SET body = zeroblob(length(body)) WHERE seq = 3")]
    [InlineData("UPDATE record SET type = 'Test' WHERE seq = 3")]
    [InlineData("UPDATE record SET version = 2 WHERE seq = 3")]
    [InlineData("UPDATE record SET timestamp = timestamp + 1 WHERE seq = 3")]
    [InlineData("UPDATE record SET checksum = checksum + 4294967296 * 0 + 1 WHERE seq = 3")]
    [InlineData("DELETE FROM record WHERE seq = 3")]
    [InlineData("DELETE FROM record WHERE seq >= 3")]
    [InlineData("UPDATE record SET seq = 99 WHERE seq = 3")]
    [InlineData("UPDATE record SET body = (SELECT body FROM record r WHERE r.seq = 2), timestamp = timestamp - 1 WHERE seq = 3")]
    public async Task A_damaged_or_missing_row_is_named_and_nothing_from_it_on_is_returned(string damage)
    {
        await WriteAsync("good", "bad");
        await ExecuteAsync(damage + " AND stream = (SELECT id FROM stream WHERE name = 'bad')");
        await using var journal = await OpenAsync();
        var seen = new List<long>();

        var e = await Assert.ThrowsAsync<JournalCorruptException>(async () =>
        {
            await foreach (var record in journal.ReadAsync("bad", 0, Ct))
            {
                seen.Add(record.Seq);
            }
        });

        Assert.Equal(("bad", 3L, false), (e.Stream, e.Seq!.Value, e.IsTransient));
        Assert.Contains("record 3 of stream 'bad'", e.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(seen.Except([1L, 2]));
        Records.AssertEqual(Records.Run(0, 5), await journal.ReadPageAsync("good", 0, 10, Ct));
        Records.AssertEqual(Records.Run(0, 2), await journal.ReadPageAsync("bad", 0, 2, Ct));
    }

    [Fact]
    public async Task A_row_that_moved_to_another_stream_is_damage_too()
    {
        await WriteAsync("one", "two");
        await ExecuteAsync("UPDATE stream SET name = CASE name WHEN 'one' THEN 'three' ELSE 'one' END");
        await using var journal = await OpenAsync();

        await Assert.ThrowsAsync<JournalCorruptException>(async () => await journal.ReadPageAsync("one", 0, 10, Ct));
    }

    [Fact]
    public async Task A_damaged_snapshot_is_named()
    {
        await WriteAsync("s");
        await using (var journal = await OpenAsync())
        {
            await journal.WriteSnapshotAsync("s", Records.Snapshot(4), Ct);
        }

        await ExecuteAsync("UPDATE snapshot SET body = zeroblob(3)");
        await using var reopened = await OpenAsync();

        var e = await Assert.ThrowsAsync<JournalCorruptException>(async () => await reopened.ReadSnapshotAsync("s", Ct));
        Assert.Equal(("s", 4L), (e.Stream, e.Seq!.Value));
    }

    [Fact]
    public async Task An_append_to_a_damaged_stream_fails_alone_in_its_commit()
    {
        await WriteAsync("good", "bad");
        await ExecuteAsync("UPDATE stream SET seq = 4 WHERE name = 'bad'");
        await using var journal = await OpenAsync();
        var hold = new RawDatabase(_folder.Database);
        hold.Execute("BEGIN IMMEDIATE");
        var first = journal.AppendAsync("first", 0, Records.Run(0, 1), Ct).AsTask();
        var bad = journal.AppendAsync("bad", 4, Records.Run(4, 1), Ct).AsTask();
        var good = journal.AppendAsync("good", 5, Records.Run(5, 1), Ct).AsTask();
        await hold.DisposeAsync();

        var e = await Assert.ThrowsAsync<JournalCorruptException>(() => bad);

        Assert.Equal(("bad", 5L), (e.Stream, e.Seq!.Value));
        Assert.Equal([AppendOutcome.Appended, AppendOutcome.Appended], await Task.WhenAll(first, good));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await WriteAsync("s");
        await ExecuteAsync("PRAGMA user_version = 7");

        var e = await Assert.ThrowsAsync<JournalVersionException>(OpenAsync);

        Assert.Equal((7, 1), (e.Found, e.Supported));
        Assert.Contains("itori.db", e.Message, StringComparison.Ordinal);
        await ExecuteAsync("PRAGMA user_version = 1");
        await using var journal = await OpenAsync();
        Assert.Equal(5, (await journal.ReadHeadAsync("s", Ct)).Seq);
    }

    [Fact]
    public async Task Another_programs_database_is_refused()
    {
        await ExecuteAsync("CREATE TABLE theirs (x)");

        var e = await Assert.ThrowsAsync<JournalVersionException>(OpenAsync);

        Assert.Contains("another program", e.Message, StringComparison.Ordinal);
        await ExecuteAsync("INSERT INTO theirs VALUES (1)");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(_folder.Database, new string('?', 10_000), Ct);

        var e = await Assert.ThrowsAsync<JournalCorruptException>(OpenAsync);

        Assert.Contains("itori.db", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_open_leaves_the_folder_free()
    {
        await ExecuteAsync("CREATE TABLE theirs (x)");
        await Assert.ThrowsAsync<JournalVersionException>(OpenAsync);
        await ExecuteAsync("DROP TABLE theirs");

        await using var journal = await OpenAsync();

        await Assert.ThrowsAsync<JournalLockedException>(OpenAsync);
    }

    private async Task WriteAsync(params string[] streams)
    {
        await using var journal = await OpenAsync();
        foreach (var stream in streams)
        {
            await journal.AppendAsync(stream, 0, Records.Run(0, 5), Ct);
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var raw = new RawDatabase(_folder.Database);
        raw.Execute(sql);
    }

    private Task<SqliteJournal> OpenAsync() =>
        SqliteJournal.OpenAsync(new JournalOptions { DataDirectory = _folder }, TimeProvider.System, NullLogger.Instance, Ct).AsTask();
}
