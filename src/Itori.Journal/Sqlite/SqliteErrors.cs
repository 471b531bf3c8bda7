using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Itori.Journal.Sqlite;

/// <summary>SQLite's result codes as the journal's exceptions.</summary>
internal static class SqliteErrors
{
    /// <summary>
    /// Whether the failure may be one write's own fault (damaged rows of its stream, a body too large), so that the others of its batch deserve
    /// a transaction without it. The disk's and the file's state concern them all.
    /// </summary>
    public static bool ConcernsOneWrite(SqliteException e) => e.SqliteErrorCode is SQLITE_CONSTRAINT or SQLITE_CORRUPT or SQLITE_TOOBIG;

    /// <summary>Whether a connection that met this is to be replaced: its view of the file may be stale or broken.</summary>
    public static bool SpoilsConnection(SqliteException e) =>
        e.SqliteErrorCode is not (SQLITE_FULL or SQLITE_BUSY or SQLITE_LOCKED or SQLITE_CONSTRAINT or SQLITE_TOOBIG);

    public static JournalException Translate(SqliteException e, string path, string? stream = null, long? seq = null) => e.SqliteErrorCode switch
    {
        SQLITE_FULL => new JournalUnavailableException($"The disk of '{path}' is full. What was acknowledged is safe; writes succeed again once there is room.", e),
        SQLITE_BUSY or SQLITE_LOCKED => new JournalUnavailableException($"'{path}' is locked by another program. Writes succeed again once it lets go.", e),
        SQLITE_IOERR => new JournalUnavailableException($"The disk of '{path}' fails ({e.Message}). Check the disk; what was acknowledged is on it.", e),
        SQLITE_READONLY or SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_AUTH => new JournalAccessException(
            $"'{path}' cannot be opened for writing ({e.Message}). Give this process write access to the folder and its files, or another folder (Itori:DataDirectory).", e),
        SQLITE_CORRUPT or SQLITE_NOTADB or SQLITE_CONSTRAINT => new JournalCorruptException(stream, seq, Damaged(path, stream, seq), e),
        SQLITE_TOOBIG => new JournalException($"A body of stream '{stream}' is too large for SQLite.", e),
        _ => new JournalException($"SQLite refused a command on '{path}' ({e.Message}).", e),
    };

    private static string Damaged(string path, string? stream, long? seq) => stream is null
        ? $"'{path}' is damaged or not a database. Restore it from a backup."
        : $"Stream '{stream}' in '{path}' is damaged{(seq is null ? "" : $" at or near record {seq}")}. Restore the file from a backup.";
}
