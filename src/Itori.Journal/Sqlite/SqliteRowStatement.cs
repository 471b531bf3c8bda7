using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Itori.Journal.Sqlite;

/// <summary>
/// A statement that runs once for each row of a transaction and gives no row back, bound and run without ADO.NET, which finds each parameter by its name and makes a reader each time, much of what a record costs the
/// writer. Runs within a transaction only, where nobody can hold it up: it waits for no lock.
/// </summary>
/// <remarks>Parameters are numbered from 1 and keep what they are bound to from one run to the next.</remarks>
internal sealed class SqliteRowStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteRowStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(sqlite3_prepare_v3(_database, sql, SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public SqliteRowStatement Bind(int parameter, long value)
    {
        Check(sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    public SqliteRowStatement Bind(int parameter, string value)
    {
        Check(sqlite3_bind_text(_statement, parameter, value));
        return this;
    }

    public SqliteRowStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        // Nothing to point at would be NULL.
        Check(value.IsEmpty ? sqlite3_bind_zeroblob(_statement, parameter, 0) : sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    /// <returns>Rows that it inserted or changed.</returns>
    public int Execute()
    {
        var result = sqlite3_step(_statement);
        if (result != SQLITE_DONE)
        {
            // Before it is reset, while the database still tells of this error.
            try
            {
                Check(result);
            }
            finally
            {
                sqlite3_reset(_statement);
            }
        }

        var changes = sqlite3_changes(_database);
        sqlite3_reset(_statement);
        return changes;
    }

    public void Dispose() => _statement.Dispose();

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
