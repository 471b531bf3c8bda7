using Microsoft.Data.Sqlite;

namespace Itori.Journal.Sqlite;

/// <summary>Where the database is and how its connections are opened.</summary>
internal sealed class SqliteFile(string dataDirectory, TimeSpan timeout)
{
    public const string FileName = "itori.db";

    /// <summary>
    /// Every stream has a page of its own at its end: the cache (32 MiB) holds those of some thousand streams that are written to, which the default of 2 MB reads again for each append. A checkpoint, which appends wait for,
    /// comes every 16 MB instead of 4, and writes each of these pages once however often it was written meanwhile.
    /// </summary>
    private const string Memory = "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000;";

    public string Path { get; } = System.IO.Path.Combine(dataDirectory, FileName);

    public SqliteWriteConnection OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        try
        {
            // The WAL needs one sync per commit; FULL makes that sync happen before COMMIT returns.
            SqliteSchema.Execute(connection, $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; {Memory}");
            SqliteSchema.Migrate(connection, Path);
            return new SqliteWriteConnection(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteReadConnection OpenReader() => new(Open(SqliteOpenMode.ReadOnly));

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        // Not pooled: the journal keeps its own few connections, with their statements, and closes them when it says so.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = (int)timeout.TotalSeconds,
        }.ConnectionString);
        connection.Open();
        return connection;
    }
}
