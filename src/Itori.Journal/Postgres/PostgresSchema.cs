using Npgsql;

namespace Itori.Journal.Postgres;

/// <summary>The tables, and how an older schema becomes a current one. They are made in the first schema of the connection's search path.</summary>
internal static class PostgresSchema
{
    private const string Component = "journal";

    /// <summary>Step n brings version n - 1 to version n. A step that was released never changes.</summary>
    private static readonly string[] s_steps =
    [
        // Names compare byte by byte (collation "C"), as in the other store and whatever the database's locale is.
        // Heads are updated on every append: room in their pages keeps these updates off the indexes (HOT).
        """
        CREATE TABLE itori_journal_stream (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          name text COLLATE "C" NOT NULL UNIQUE,
          seq bigint NOT NULL,
          first_seq bigint NOT NULL
        ) WITH (fillfactor = 50);
        CREATE TABLE itori_journal_record (
          stream bigint NOT NULL,
          seq bigint NOT NULL,
          type text NOT NULL,
          version integer NOT NULL,
          timestamp bigint NOT NULL,
          checksum bigint NOT NULL,
          body bytea NOT NULL,
          PRIMARY KEY (stream, seq)
        );
        CREATE TABLE itori_journal_snapshot (
          stream bigint PRIMARY KEY,
          seq bigint NOT NULL,
          type text NOT NULL,
          version integer NOT NULL,
          checksum bigint NOT NULL,
          body bytea NOT NULL
        );
        """,
    ];

    public static int Current => s_steps.Length;

    public static async Task MigrateAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);

        // Several silos start at once: one migrates, the others wait here and then find nothing to do. The number is "itori" in ASCII.
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(x'69746f7269'::bigint)", ct).ConfigureAwait(false);
        await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS itori_schema (component text PRIMARY KEY, version integer NOT NULL)", ct).ConfigureAwait(false);
        var found = await ExecuteAsync(connection, $"SELECT version FROM itori_schema WHERE component = '{Component}'", ct).ConfigureAwait(false) as int? ?? 0;
        if (found > Current)
        {
            throw new JournalVersionException(found, Current,
                $"The journal in database '{connection.Database}' has schema version {found}; this program knows versions up to {Current}. Start the newer version of the program, or restore a backup made by this one.");
        }

        for (var version = found + 1; version <= Current; version++)
        {
            await ExecuteAsync(connection, s_steps[version - 1], ct).ConfigureAwait(false);
        }

        if (found < Current)
        {
            await ExecuteAsync(connection,
                $"INSERT INTO itori_schema VALUES ('{Component}', {Current}) ON CONFLICT (component) DO UPDATE SET version = excluded.version", ct).ConfigureAwait(false);
        }

        await transaction.CommitAsync(ct).ConfigureAwait(false);
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
#pragma warning disable CA2100 // Every statement is made of constants of this file; none holds input.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false);
    }
}
