using Itori.Journal.Tests.Specification;
using Itori.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Itori.Journal.Tests.Sqlite;

public sealed class SqliteDiskTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_fails_the_appends_of_its_time_only_and_loses_none_that_was_acknowledged()
    {
        using var disk = Mount();
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[3 << 20], Ct);
        var body = new string('x', 10_000);
        long seq = 0;
        await using (var journal = await OpenAsync(disk.Path))
        {
            JournalUnavailableException? full = null;
            while (full is null)
            {
                try
                {
                    await journal.AppendAsync("s", seq, Records.Run(seq, 2, body), Ct);
                    seq += 2;
                }
                catch (JournalUnavailableException e)
                {
                    full = e;
                }
            }

            Assert.Contains("is full", full.Message, StringComparison.Ordinal);
            Assert.InRange(seq, 2, 1_000);
            await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.AppendAsync("t", 0, Records.Run(0, 40, body), Ct));
            Assert.Equal(seq, (await journal.ReadHeadAsync("s", Ct)).Seq);

            File.Delete(ballast);
            Assert.Equal(AppendOutcome.Appended, await journal.AppendAsync("s", seq, Records.Run(seq, 2, body), Ct));
            seq += 2;
        }

        await using var reopened = await OpenAsync(disk.Path);
        Records.AssertEqual(Records.Run(0, (int)seq, body), await reopened.ReadPageAsync("s", 0, 10_000, Ct));
        Assert.Equal(0, (await reopened.ReadHeadAsync("t", Ct)).Seq);
    }

    [Fact]
    public async Task A_read_only_folder_is_refused_with_what_to_do()
    {
        using var disk = Mount();
        disk.MakeReadOnly();

        var e = await Assert.ThrowsAsync<JournalAccessException>(() => OpenAsync(disk.Path));

        Assert.Contains(disk.Path, e.Message, StringComparison.Ordinal);
        Assert.Contains("Itori:DataDirectory", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_refused_with_what_to_do()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder, "data"), "", Ct);

        var e = await Assert.ThrowsAsync<JournalAccessException>(() => OpenAsync(Path.Combine(folder, "data")));

        Assert.Contains("Itori:DataDirectory", e.Message, StringComparison.Ordinal);
    }

    private static SmallDisk Mount()
    {
        var disk = SmallDisk.TryMount(megabytes: 6);
        Assert.SkipWhen(disk is null, SmallDisk.Missing);
        return disk;
    }

    private static Task<SqliteJournal> OpenAsync(string folder) =>
        SqliteJournal.OpenAsync(new JournalOptions { DataDirectory = folder }, TimeProvider.System, NullLogger.Instance, Ct).AsTask();
}
