using Npgsql;

namespace Itori.Journal.Postgres;

/// <summary>SQLSTATE codes as the journal's exceptions.</summary>
internal static class PostgresErrors
{
    /// <summary>
    /// Whether the server surely rolled back, for a reason that may be one write's own (its stream's rows, a deadlock with another process over
    /// it), so that the others of its batch deserve a command without it.
    /// </summary>
    public static bool ConcernsOneWrite(NpgsqlException e) => e is PostgresException { SqlState: var state }
        && (state is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            || state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("54", StringComparison.Ordinal));

    public static JournalException Translate(NpgsqlException e, string? stream = null, long? seq = null)
    {
        if (e is not PostgresException { SqlState: var state })
        {
            // No answer: refused, broken or timed out. What was sent may have been committed.
            return new JournalUnavailableException($"PostgreSQL does not answer ({e.Message}). Whether a write under way was stored is not known.", e);
        }

        return state[..2] switch
        {
            "28" or "3D" => new JournalAccessException($"PostgreSQL refuses the connection ({e.Message}). Check Itori:Journal:ConnectionString.", e),
            _ when state is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidSchemaName => new JournalAccessException(
                $"The database user may not use or make the journal's tables ({e.Message}). Grant it CREATE on its schema, or check Itori:Journal:ConnectionString.", e),
            _ when state == PostgresErrorCodes.DiskFull => new JournalUnavailableException(
                "The database's disk is full. What was acknowledged is safe; writes succeed again once there is room.", e),

            // Connection, rollback by the server, resources, operator's doing, lock wait, input/output, a standby that is not promoted yet.
            "08" or "40" or "53" or "57" or "55" or "58" or "25" => new JournalUnavailableException($"PostgreSQL cannot serve now ({e.Message}).", e),
            "23" or "XX" => new JournalCorruptException(stream, seq,
                $"The journal's tables are damaged{(stream is null ? "" : $" at stream '{stream}'{(seq is null ? "" : $", record {seq}")}")} ({e.Message}). Restore the database from a backup.", e),
            _ => new JournalException($"PostgreSQL refused a command of the journal ({e.Message}).", e),
        };
    }
}
