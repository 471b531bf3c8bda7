using System.Diagnostics;
using Itori.Journal.Benchmarks.Hosting;
using Microsoft.Data.Sqlite;

namespace Itori.Journal.Benchmarks.Limits;

/// <summary>
/// The store's own limit: one thread that does nothing but write the same batches into the same tables, with prepared statements, a sync at each commit, and nobody to answer.
/// </summary>
internal static class BareSqlite
{
    /// <returns>Records per second.</returns>
    public static async Task<double> RunAsync(Store store, CommitShape shape, int streams, TimeSpan duration)
    {
        // The journal makes its tables.
        await ((IAsyncDisposable)await store.OpenAsync()).DisposeAsync();
        return await Task.Factory.StartNew(() => Run(store, shape, streams, duration), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static double Run(Store store, CommitShape shape, int streams, TimeSpan duration)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(store.Folder, "itori.db"), Pooling = false }.ConnectionString);
        connection.Open();
        // As the journal's own connection.
        Command(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000").ExecuteNonQuery();
        Command(connection, $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {streams}) INSERT INTO stream (name, seq, first_seq) SELECT 'bare-' || i, 0, 1 FROM n")
            .ExecuteNonQuery();

        var names = Enumerable.Range(1, streams).Select(static i => $"bare-{i}").ToArray();
        var heads = new long[streams];
        var (begin, commit) = (Command(connection, "BEGIN IMMEDIATE"), Command(connection, "COMMIT"));
        var advance = Command(connection, "UPDATE stream SET seq = $0 WHERE name = $1 AND seq = $2 RETURNING id", 3);
        var insert = Command(connection, "INSERT INTO record (stream, seq, type, version, timestamp, checksum, body) VALUES ($0, $1, 'message_posted', 1, $2, 12345678, $3)", 4);
        var (records, next) = (0L, 0);
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            begin.ExecuteNonQuery();
            for (var a = 0; a < shape.Appends; a++, next = (next + 1) % streams)
            {
                var id = With(advance, heads[next] + shape.Records, names[next], heads[next]).ExecuteScalar()!;
                for (var r = 0; r < shape.Records; r++)
                {
                    With(insert, id, ++heads[next], 1_764_000_000_000 + records, shape.Bodies[records % shape.Bodies.Length]).ExecuteNonQuery();
                    records++;
                }
            }

            commit.ExecuteNonQuery();
        }

        return records / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, int parameters = 0)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file and a number.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }

        return command;
    }

    private static SqliteCommand With(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command;
    }
}
