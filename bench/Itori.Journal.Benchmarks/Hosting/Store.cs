using Itori.Journal;
using Itori.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Itori.Journal.Benchmarks.Hosting;

/// <summary>
/// A journal's store for one measurement: a folder, or a schema of a PostgreSQL server that this program started with its defaults (fsync on). Both lie in the folder for temporary
/// files, so on the same disk.
/// </summary>
internal sealed class Store : IDisposable
{
    public const string Sqlite = "SQLite";
    public const string Postgres = "PostgreSQL";

    private Store(string kind, string folder, string? connectionString, string? schema) =>
        (Kind, Folder, ConnectionString, Schema) = (kind, folder, connectionString, schema);

    public string Kind { get; }

    /// <summary>The data folder; empty where the store is PostgreSQL.</summary>
    public string Folder { get; }

    public string? ConnectionString { get; }

    public string? Schema { get; }

    /// <param name="server">Null: SQLite.</param>
    public static async Task<Store> NewAsync(PostgresServer? server)
    {
        if (server is null)
        {
            return new Store(Sqlite, Directory.CreateTempSubdirectory("itori-journal-bench-").FullName, null, null);
        }

        var schema = $"b{Guid.NewGuid():N}";
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
#pragma warning disable CA2100 // The name is made of hexadecimal digits.
        await using var command = source.CreateCommand($"CREATE SCHEMA {schema}");
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
        return new Store(Postgres, "", $"{server.ConnectionString};Search Path={schema}", schema);
    }

    /// <summary>The same store again, for another process or host.</summary>
    public static Store At(string folder, string? connectionString) => new(connectionString is null ? Sqlite : Postgres, folder, connectionString, null);

    public async Task<IJournal> OpenAsync()
    {
        var options = new JournalOptions { DataDirectory = ConnectionString is null ? Folder : "data", ConnectionString = ConnectionString };
        return ConnectionString is null
            ? await SqliteJournal.OpenAsync(options, TimeProvider.System, NullLogger.Instance, CancellationToken.None)
            : await PostgresJournal.OpenAsync(options, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
    }

    public void Dispose()
    {
        if (Folder.Length > 0 && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
