using Itori.Journal.Reading;
using Npgsql;

namespace Itori.Journal.Postgres;

/// <summary>Everything but appends. Each method is one command, so it sees one committed state.</summary>
internal sealed class PostgresQueries(NpgsqlDataSource source)
{
    /// <summary>Records that one command removes at most, so that a long trim holds its stream's head for a moment only.</summary>
    private const int TrimSlice = 2_048;

    // The running sum looks at lengths alone, so bodies beyond the page's bytes are never fetched from their side table.
    private const string PageSql =
        """
        SELECT s.seq, s.first_seq, r.seq, r.type, r.version, r.timestamp, r.checksum, r.body
        FROM itori_journal_stream s LEFT JOIN LATERAL (
          SELECT p.*, sum(octet_length(p.body)) OVER (ORDER BY p.seq) - octet_length(p.body) AS before FROM (
            SELECT * FROM itori_journal_record WHERE stream = s.id AND seq > greatest($2, s.first_seq - 1) ORDER BY seq LIMIT $3
          ) p
        ) r ON r.before < $4
        WHERE s.name = $1 ORDER BY r.seq
        """;

    private const string HeadSql = "SELECT seq, first_seq FROM itori_journal_stream WHERE name = $1";

    private const string SnapshotSql =
        "SELECT p.seq, p.type, p.version, p.checksum, p.body FROM itori_journal_snapshot p JOIN itori_journal_stream s ON s.id = p.stream WHERE s.name = $1";

    private const string WriteSnapshotSql =
        """
        WITH target AS (
          SELECT id, seq FROM itori_journal_stream WHERE name = $1
        ), written AS (
          INSERT INTO itori_journal_snapshot AS p (stream, seq, type, version, checksum, body)
          SELECT id, $2, $3, $4, $5, $6 FROM target WHERE seq >= $2
          ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, type = excluded.type, version = excluded.version, checksum = excluded.checksum, body = excluded.body
          WHERE excluded.seq >= p.seq
        )
        SELECT seq FROM target
        """;

    // greatest(): of two trims at once the shorter one must not set the first seq back.
    private const string TrimSql =
        """
        WITH target AS (
          SELECT s.id, s.first_seq, least($2, coalesce(p.seq, 0)) AS through, least($2, coalesce(p.seq, 0), s.first_seq - 1 + $3) AS slice
          FROM itori_journal_stream s LEFT JOIN itori_journal_snapshot p ON p.stream = s.id WHERE s.name = $1
        ), removed AS (
          DELETE FROM itori_journal_record r USING target t WHERE r.stream = t.id AND r.seq <= t.slice
        ), moved AS (
          UPDATE itori_journal_stream s SET first_seq = greatest(s.first_seq, t.slice + 1) FROM target t WHERE s.id = t.id AND t.slice >= t.first_seq
        )
        SELECT slice < through FROM target
        """;

    public async Task<RecordPage> ReadPageAsync(string stream, long afterSeq, int limit, long maxBytes, CancellationToken ct)
    {
        await using var command = Command(PageSql, stream);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = afterSeq });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = maxBytes });
        await using var row = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        var page = new RecordPageBuilder(stream, afterSeq, limit);
        for (var first = true; await row.ReadAsync(ct).ConfigureAwait(false); first = false)
        {
            if (first)
            {
                page.Begin(row.GetInt64(0), row.GetInt64(1));
            }

            if (!row.IsDBNull(2))
            {
                page.Add(row.GetInt64(2), row.GetString(3), row.GetInt32(4), row.GetInt64(5), (uint)row.GetInt64(6), row.GetFieldValue<byte[]>(7));
            }
        }

        return page.Complete(cutShort: page.Bytes >= maxBytes);
    }

    public async Task<JournalHead> ReadHeadAsync(string stream, CancellationToken ct)
    {
        await using var command = Command(HeadSql, stream);
        await using var row = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await row.ReadAsync(ct).ConfigureAwait(false) ? new JournalHead(row.GetInt64(0), row.GetInt64(1)) : RecordPage.Nothing;
    }

    public async Task<JournalSnapshot?> ReadSnapshotAsync(string stream, CancellationToken ct)
    {
        await using var command = Command(SnapshotSql, stream);
        await using var row = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await row.ReadAsync(ct).ConfigureAwait(false)
            ? SnapshotRow.Verify(stream, new JournalSnapshot(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetFieldValue<byte[]>(4)), (uint)row.GetInt64(3))
            : null;
    }

    /// <returns>The stream's head; below the snapshot's seq, the snapshot was not written.</returns>
    public async Task<long> WriteSnapshotAsync(string stream, JournalSnapshot snapshot, CancellationToken ct)
    {
        await using var command = Command(WriteSnapshotSql, stream);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = snapshot.Seq });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = snapshot.Type });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = snapshot.Version });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = RowChecksum.Of(stream, snapshot) });
        command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = snapshot.Body, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea });
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) as long? ?? 0;
    }

    /// <returns>Whether there is more to trim.</returns>
    public async Task<bool> TrimAsync(string stream, long throughSeq, CancellationToken ct)
    {
        await using var command = Command(TrimSql, stream);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = throughSeq });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = TrimSlice });
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is true;
    }

    private NpgsqlCommand Command(string sql, string stream)
    {
        var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream });
        return command;
    }
}
