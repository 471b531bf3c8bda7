using Microsoft.Data.Sqlite;

namespace Itori.Journal.Sqlite;

/// <summary>Where the database is and how its connections are opened.</summary>
internal sealed class SqliteFile(string dataDirectory, TimeSpan timeout)
{
    public const string FileName = "itori.db";

    public string Path { get; } = System.IO.Path.Combine(dataDirectory, FileName);

    public SqliteWriteConnection OpenWriter()
    {
        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        try
        {
            // The WAL needs one sync per commit; FULL makes that sync happen before COMMIT returns.
            SqliteSchema.Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;");
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
