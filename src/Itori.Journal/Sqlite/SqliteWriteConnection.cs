using Itori.Journal.Commits;
using Itori.Journal.Reading;
using Microsoft.Data.Sqlite;

namespace Itori.Journal.Sqlite;

/// <summary>The one connection that writes. Used by the writer's thread alone.</summary>
internal sealed class SqliteWriteConnection : IDisposable
{
    /// <summary>Records that one transaction removes at most, so that a long trim does not hold up appends.</summary>
    private const int TrimSlice = 2_048;

    /// <summary>Streams whose row is remembered; beyond it all are looked up anew.</summary>
    private const int RememberedStreams = 16_384;

    private readonly SqliteConnection _connection;

    // A stream's row is never removed, and nobody else writes the file: what was found of it once holds as long as the transaction that made it does.
    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _create;
    private readonly SqliteStatement _find;
    private readonly SqliteRowStatement _advance;
    private readonly SqliteRowStatement _insert;
    private readonly SqliteStatement _head;
    private readonly SqliteStatement _snapshot;
    private readonly SqliteStatement _delete;
    private readonly SqliteStatement _setFirst;
    private string? _boundType;

    public SqliteWriteConnection(SqliteConnection connection)
    {
        _connection = connection;
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _rollback = new(connection, "ROLLBACK");
        _create = new(connection,
            "INSERT INTO stream (name, seq, first_seq) VALUES ($name, $seq, 1) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE stream.seq = 0 RETURNING id",
            "$name", "$seq");
        _find = new(connection, "SELECT id FROM stream WHERE name = $name", "$name");
        _advance = new(connection, "UPDATE stream SET seq = ?2 WHERE id = ?1 AND seq = ?3");
        _insert = new(connection, "INSERT INTO record (stream, seq, type, version, timestamp, checksum, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        _head = new(connection,
            "SELECT s.id, s.seq, s.first_seq, coalesce(p.seq, 0) FROM stream s LEFT JOIN snapshot p ON p.stream = s.id WHERE s.name = $name", "$name");
        _snapshot = new(connection,
            """
            INSERT INTO snapshot (stream, seq, type, version, checksum, body) VALUES ($stream, $seq, $type, $version, $checksum, $body)
            ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, type = excluded.type, version = excluded.version, checksum = excluded.checksum, body = excluded.body
            WHERE excluded.seq >= snapshot.seq
            """,
            "$stream", "$seq", "$type", "$version", "$checksum", "$body");
        _delete = new(connection, "DELETE FROM record WHERE stream = $stream AND seq <= $through", "$stream", "$through");
        _setFirst = new(connection, "UPDATE stream SET first_seq = $first WHERE id = $stream", "$stream", "$first");
    }

    /// <summary>Applies all writes in one transaction; each decides its own result. On a failure none of them is applied.</summary>
    public void CommitTogether(IReadOnlyList<PendingWrite> writes)
    {
        _begin.Execute();
        try
        {
            foreach (var write in writes)
            {
                Apply(write);
            }

            _commit.Execute();
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in new IDisposable[] { _begin, _commit, _rollback, _create, _find, _advance, _insert, _head, _snapshot, _delete, _setFirst })
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private void Apply(PendingWrite write)
    {
        switch (write)
        {
            case PendingAppend append:
                append.Result = Append(append);
                break;
            case PendingSnapshot snapshot:
                snapshot.Result = WriteSnapshot(snapshot);
                break;
            case PendingTrim trim:
                trim.Result = Trim(trim);
                break;
            default:
                throw new InvalidOperationException($"No writer for {write.GetType()}.");
        }
    }

    private AppendOutcome Append(PendingAppend append)
    {
        if ((append.ExpectedSeq == 0 ? Create(append) : Advance(append)) is not { } id)
        {
            return AppendOutcome.Conflict;
        }

        _insert.Bind(1, id);
        foreach (var record in append.Records)
        {
            if (!ReferenceEquals(record.Type, _boundType))
            {
                _insert.Bind(3, record.Type);
                _boundType = record.Type;
            }

            _insert.Bind(2, record.Seq).Bind(4, record.Version).Bind(5, record.Timestamp).Bind(6, RowChecksum.Of(append.Stream, record)).Bind(7, record.Body.Span).Execute();
        }

        return AppendOutcome.Appended;
    }

    /// <returns>The stream's id; null where it has records already.</returns>
    private long? Create(PendingAppend append) => _create.With(append.Stream, append.HeadSeq).Scalar() is long id ? Remember(append.Stream, id) : null;

    /// <returns>The stream's id; null where its head is not the expected one.</returns>
    private long? Advance(PendingAppend append)
    {
        if (!_ids.TryGetValue(append.Stream, out var id))
        {
            if (_find.With(append.Stream).Scalar() is not long found)
            {
                return null;
            }

            id = Remember(append.Stream, found);
        }

        return _advance.Bind(1, id).Bind(2, append.HeadSeq).Bind(3, append.ExpectedSeq).Execute() == 1 ? id : null;
    }

    private long Remember(string stream, long id)
    {
        if (_ids.Count >= RememberedStreams)
        {
            _ids.Clear();
        }

        _ids[stream] = id;
        return id;
    }

    private long? WriteSnapshot(PendingSnapshot write)
    {
        var (id, head, _, _) = ReadHead(write.Stream);
        var snapshot = write.Snapshot;
        if (snapshot.Seq > head)
        {
            return head;
        }

        var checksum = (long)RowChecksum.Of(write.Stream, snapshot);
        _snapshot.With(id, snapshot.Seq, snapshot.Type, snapshot.Version, checksum, snapshot.Body).Execute();
        return null;
    }

    private bool Trim(PendingTrim write)
    {
        var (id, _, first, snapshot) = ReadHead(write.Stream);
        var target = Math.Min(write.ThroughSeq, snapshot);
        if (target < first)
        {
            return true;
        }

        var through = Math.Min(target, first - 1 + TrimSlice);
        _delete.With(id, through).Execute();
        _setFirst.With(id, through + 1).Execute();
        return through == target;
    }

    private (long Id, long Head, long First, long Snapshot) ReadHead(string stream)
    {
        using var row = _head.With(stream).Read();
        return row.Read() ? (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)) : (0, 0, 1, 0);
    }

    private void RollBack()
    {
        // Ids of streams that this transaction made are free again: the next one to be made gets them.
        _ids.Clear();

        // SQLite rolls back by itself on some failures (a full disk among them); a second ROLLBACK would be an error of its own.
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            _rollback.Execute();
        }
    }
}
