using System.Diagnostics;
using Itori.Journal.Benchmarks.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace Itori.Journal.Benchmarks.Limits;

/// <summary>How a bare loop writes a batch.</summary>
internal enum BareForm
{
    /// <summary>An NpgsqlBatch: an UPDATE for each head and an INSERT for each record, one round trip, one transaction.</summary>
    Statements,

    /// <summary>Two statements over arrays: UPDATE of all heads, INSERT of all records; one round trip, one transaction.</summary>
    Arrays,

    /// <summary>Binary COPY of the records, then an UPDATE of all heads over arrays; BEGIN, COPY, UPDATE, COMMIT.</summary>
    Copy,
}

/// <summary>
/// The store's own limit: as many connections as the journal has, each doing nothing but writing the same batches into the same tables, prepared, with a commit each, and nobody to answer.
/// </summary>
internal static class BarePostgres
{
    /// <returns>Records per second over all connections.</returns>
    public static async Task<double> RunAsync(Store store, CommitShape shape, int streams, int connections, BareForm form, TimeSpan duration)
    {
        await ((IAsyncDisposable)await store.OpenAsync()).DisposeAsync();
        await using var source = NpgsqlDataSource.Create(store.ConnectionString + ";Max Auto Prepare=200;No Reset On Close=true");
        await using (var fill = source.CreateCommand("INSERT INTO itori_journal_stream (name, seq, first_seq) SELECT 'bare-' || i, 0, 1 FROM generate_series(1, $1) i RETURNING id"))
        {
            fill.Parameters.AddWithValue(streams);
            await fill.ExecuteNonQueryAsync();
        }

        var ids = new List<long>();
        await using (var read = source.CreateCommand("SELECT id FROM itori_journal_stream ORDER BY id"))
        await using (var row = await read.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
            {
                ids.Add(row.GetInt64(0));
            }
        }

        // A stream has one connection, as in the journal.
        connections = Math.Min(connections, streams);
        var start = Stopwatch.GetTimestamp();
        var written = await Task.WhenAll(Enumerable.Range(0, connections).Select(c =>
            Task.Run(() => WriteAsync(source, shape, [.. ids.Where((_, i) => i % connections == c)], form, start, duration))));
        return written.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<long> WriteAsync(NpgsqlDataSource source, CommitShape shape, long[] ids, BareForm form, long start, TimeSpan duration)
    {
        await using var connection = await source.OpenConnectionAsync();
        var (heads, next, written) = (new long[ids.Length], 0, 0L);
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            var appends = Math.Min(shape.Appends, ids.Length);
            var batch = new Rows(appends, shape.Records);
            for (var a = 0; a < appends; a++, next = (next + 1) % ids.Length)
            {
                batch.Add(ids[next], heads[next], shape, written);
                heads[next] += shape.Records;
            }

            await (form switch
            {
                BareForm.Statements => StatementsAsync(connection, batch),
                BareForm.Arrays => ArraysAsync(connection, batch),
                _ => CopyAsync(connection, batch),
            });
            written += appends * shape.Records;
        }

        return written;
    }

    private static async Task StatementsAsync(NpgsqlConnection connection, Rows rows)
    {
        await using var batch = new NpgsqlBatch(connection);
        for (var i = 0; i < rows.Ids.Count; i++)
        {
            var update = new NpgsqlBatchCommand("UPDATE itori_journal_stream SET seq = $1 WHERE id = $2 AND seq = $3");
            Add(update, rows.Heads[i], rows.Ids[i], rows.Expected[i]);
            batch.BatchCommands.Add(update);
        }

        for (var i = 0; i < rows.Streams.Count; i++)
        {
            var insert = new NpgsqlBatchCommand(
                "INSERT INTO itori_journal_record (stream, seq, type, version, timestamp, checksum, body) VALUES ($1, $2, 'message_posted', 1, $3, 12345678, $4)");
            Add(insert, rows.Streams[i], rows.Seqs[i], rows.Timestamps[i]);
            insert.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = rows.Bodies[i] });
            batch.BatchCommands.Add(insert);
        }

        await batch.ExecuteNonQueryAsync();
    }

    private static async Task ArraysAsync(NpgsqlConnection connection, Rows rows)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Advance(rows));
        var insert = new NpgsqlBatchCommand(
            """
            INSERT INTO itori_journal_record (stream, seq, type, version, timestamp, checksum, body)
            SELECT r.stream, r.seq, 'message_posted', 1, r.timestamp, 12345678, r.body FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[]) AS r (stream, seq, timestamp, body)
            """);
        Add(insert, rows.Streams.ToArray(), NpgsqlDbType.Bigint);
        Add(insert, rows.Seqs.ToArray(), NpgsqlDbType.Bigint);
        Add(insert, rows.Timestamps.ToArray(), NpgsqlDbType.Bigint);
        Add(insert, rows.Bodies.ToArray(), NpgsqlDbType.Bytea);
        batch.BatchCommands.Add(insert);
        await batch.ExecuteNonQueryAsync();
    }

    private static async Task CopyAsync(NpgsqlConnection connection, Rows rows)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY itori_journal_record (stream, seq, type, version, timestamp, checksum, body) FROM STDIN (FORMAT binary)"))
        {
            for (var i = 0; i < rows.Streams.Count; i++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(rows.Streams[i]);
                await copy.WriteAsync(rows.Seqs[i]);
                await copy.WriteAsync("message_posted");
                await copy.WriteAsync(1);
                await copy.WriteAsync(rows.Timestamps[i]);
                await copy.WriteAsync(12345678L);
                await copy.WriteAsync(rows.Bodies[i]);
            }

            await copy.CompleteAsync();
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Advance(rows));
        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private static NpgsqlBatchCommand Advance(Rows rows)
    {
        var update = new NpgsqlBatchCommand(
            "UPDATE itori_journal_stream s SET seq = w.head FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS w (id, head, expected) WHERE s.id = w.id AND s.seq = w.expected");
        Add(update, rows.Ids.ToArray(), NpgsqlDbType.Bigint);
        Add(update, rows.Heads.ToArray(), NpgsqlDbType.Bigint);
        Add(update, rows.Expected.ToArray(), NpgsqlDbType.Bigint);
        return update;
    }

    private static void Add(NpgsqlBatchCommand command, params ReadOnlySpan<long> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        }
    }

    private static void Add<T>(NpgsqlBatchCommand command, T[] values, NpgsqlDbType element) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element });

    private sealed class Rows(int appends, int recordsPerAppend)
    {
        public List<long> Ids { get; } = new(appends);

        public List<long> Heads { get; } = new(appends);

        public List<long> Expected { get; } = new(appends);

        public List<long> Streams { get; } = new(appends * recordsPerAppend);

        public List<long> Seqs { get; } = new(appends * recordsPerAppend);

        public List<long> Timestamps { get; } = new(appends * recordsPerAppend);

        public List<byte[]> Bodies { get; } = new(appends * recordsPerAppend);

        public void Add(long id, long head, CommitShape shape, long number)
        {
            Ids.Add(id);
            Expected.Add(head);
            Heads.Add(head + recordsPerAppend);
            for (var r = 0; r < recordsPerAppend; r++)
            {
                Streams.Add(id);
                Seqs.Add(head + 1 + r);
                Timestamps.Add(1_764_000_000_000 + number);
                Bodies.Add(shape.Bodies[(number + Bodies.Count) % shape.Bodies.Length]);
            }
        }
    }
}
