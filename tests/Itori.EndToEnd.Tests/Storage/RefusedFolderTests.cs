using System.Text.Json.Nodes;
using Itori.Tests.Shared;
using Microsoft.Data.Sqlite;

namespace Itori.EndToEnd.Tests.Storage;

/// <summary>A data folder that Standalone cannot use ends its start with exit code 1 and one line that names the folder and what to do.</summary>
public sealed class RefusedFolderTests
{
    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        using var disk = SmallDisk.TryMount(megabytes: 1);
        Assert.SkipWhen(disk is null, SmallDisk.Missing);
        disk.MakeReadOnly();
        await IsRefused(disk.Path, disk.Path, "cannot be written", "Give this process write access, or another folder (Itori:DataDirectory)");
    }

    [Fact]
    public async Task A_journal_on_a_disk_that_became_read_only_is_named()
    {
        using var disk = SmallDisk.TryMount(megabytes: 16);
        Assert.SkipWhen(disk is null, SmallDisk.Missing);
        await using (var server = await ItoriProcess.Standalone(disk.Path))
        {
            Assert.Equal(0, await server.Stop());
        }

        disk.MakeReadOnly();
        await IsRefused(disk.Path, disk.Path, "cannot be written", "Itori:DataDirectory");
    }

    [Fact]
    public async Task A_folder_in_use_is_named_and_its_first_user_is_not_disturbed()
    {
        using var folder = new TemporaryFolder();
        await using var first = await ItoriProcess.Standalone(folder.Path);
        await using var client = await WireClient.Subscriber(first.Address, "first", "first");
        await client.Acknowledged("user_msg", new JsonObject { ["text"] = "before", ["assistant"] = false });

        await IsRefused(folder.Path, folder.Path, "Another process uses the data folder", "Stop it, or give this one a folder of its own (Itori:DataDirectory)");

        await client.Acknowledged("user_msg", new JsonObject { ["text"] = "after", ["assistant"] = false });
        Assert.Equal(["before", "after"], await Histories.Texts(client, "session:first"));
    }

    [Fact]
    public async Task A_journal_of_a_later_version_is_named_and_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await ItoriProcess.Standalone(folder.Path))
        {
            await using var client = await WireClient.Subscriber(server.Address, "kept", "kept");
            await client.Acknowledged("user_msg", new JsonObject { ["text"] = "kept", ["assistant"] = false });
            Assert.Equal(0, await server.Stop());
        }

        var database = Path.Combine(folder.Path, "itori.db");
        await SetVersion(database, 99);
        await IsRefused(folder.Path, database, "schema version 99", "Start the newer version of the program, or restore a backup made by this one");

        await SetVersion(database, 1);
        await using var again = await ItoriProcess.Standalone(folder.Path);
        await using var reader = await WireClient.Subscriber(again.Address, "kept", "kept");
        Assert.Equal(["kept"], await Histories.Texts(reader, "session:kept"));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        using var folder = new TemporaryFolder();
        var database = Path.Combine(folder.Path, "itori.db");
        await File.WriteAllTextAsync(database, new string('?', 10_000), TestContext.Current.CancellationToken);
        await IsRefused(folder.Path, database, "damaged or not a database", "Restore it from a backup");
    }

    private static async Task IsRefused(string folder, params string[] parts)
    {
        await using var server = ItoriProcess.Launch(Programs.Standalone, "--Itori:DataDirectory", folder);
        Assert.Equal(1, await server.ExitCode());
        var lines = server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.True(lines.Length == 1, $"Not one line:\n{server.Errors}\n{server.Output}");
        Assert.All(parts, part => Assert.Contains(part, lines[0], StringComparison.Ordinal));
    }

    private static async Task SetVersion(string database, int version)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=false");
        await connection.OpenAsync(ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A number.
        command.CommandText = FormattableString.Invariant($"PRAGMA user_version = {version}");
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }
}
