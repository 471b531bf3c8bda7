using Itori.Journal.Reading;
using Microsoft.Data.Sqlite;

namespace Itori.Journal.Sqlite;

/// <summary>A read-only connection. Each method is one statement, so it sees one committed state.</summary>
internal sealed class SqliteReadConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _page;
    private readonly SqliteStatement _head;
    private readonly SqliteStatement _snapshot;

    public SqliteReadConnection(SqliteConnection connection)
    {
        _connection = connection;
        _page = new(connection,
            """
            SELECT s.seq, s.first_seq, r.seq, r.type, r.version, r.timestamp, r.checksum, r.body
            FROM stream s LEFT JOIN record r ON r.stream = s.id AND r.seq > max($after, s.first_seq - 1)
            WHERE s.name = $name ORDER BY r.seq LIMIT $limit
            """,
            "$name", "$after", "$limit");
        _head = new(connection, "SELECT seq, first_seq FROM stream WHERE name = $name", "$name");
        _snapshot = new(connection,
            "SELECT p.seq, p.type, p.version, p.checksum, p.body FROM snapshot p JOIN stream s ON s.id = p.stream WHERE s.name = $name", "$name");
    }

    /// <summary>Reads up to <paramref name="limit"/> records, or until their bodies have <paramref name="maxBytes"/>.</summary>
    public RecordPage ReadPage(string stream, long afterSeq, int limit, long maxBytes, CancellationToken ct)
    {
        var page = new RecordPageBuilder(stream, afterSeq, limit);
        using var row = _page.With(stream, afterSeq, limit).Read();
        for (var first = true; row.Read(); first = false)
        {
            ct.ThrowIfCancellationRequested();
            if (first)
            {
                page.Begin(row.GetInt64(0), row.GetInt64(1));
            }

            if (!row.IsDBNull(2))
            {
                page.Add(row.GetInt64(2), row.GetString(3), (int)row.GetInt64(4), row.GetInt64(5), (uint)row.GetInt64(6), row.GetFieldValue<byte[]>(7));
            }

            if (page.Bytes >= maxBytes)
            {
                return page.Complete(cutShort: true);
            }
        }

        return page.Complete(cutShort: false);
    }

    public JournalHead ReadHead(string stream)
    {
        using var row = _head.With(stream).Read();
        return row.Read() ? new JournalHead(row.GetInt64(0), row.GetInt64(1)) : RecordPage.Nothing;
    }

    public JournalSnapshot? ReadSnapshot(string stream)
    {
        using var row = _snapshot.With(stream).Read();
        return row.Read()
            ? SnapshotRow.Verify(stream, new JournalSnapshot(row.GetInt64(0), row.GetString(1), (int)row.GetInt64(2), row.GetFieldValue<byte[]>(4)), (uint)row.GetInt64(3))
            : null;
    }

    public void Dispose()
    {
        _page.Dispose();
        _head.Dispose();
        _snapshot.Dispose();
        _connection.Dispose();
    }
}
