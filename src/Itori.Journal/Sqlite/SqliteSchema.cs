using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Itori.Journal.Sqlite;

/// <summary>The tables, and how an older file becomes a current one.</summary>
internal static class SqliteSchema
{
    /// <summary>"Itor": marks the file as ours (PRAGMA application_id).</summary>
    private const int ApplicationId = 0x49746F72;

    /// <summary>Step n brings a file of version n - 1 to version n. A step that was released never changes.</summary>
    private static readonly string[] s_steps =
    [
        // The head is stored, not derived: it survives a trim, and it tells a missing tail from a short stream.
        // Records are clustered by (stream, seq), so a replay reads neighbouring pages.
        """
        CREATE TABLE stream (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          seq INTEGER NOT NULL,
          first_seq INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE record (
          stream INTEGER NOT NULL,
          seq INTEGER NOT NULL,
          type TEXT NOT NULL,
          version INTEGER NOT NULL,
          timestamp INTEGER NOT NULL,
          checksum INTEGER NOT NULL,
          body BLOB NOT NULL,
          PRIMARY KEY (stream, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE snapshot (
          stream INTEGER PRIMARY KEY,
          seq INTEGER NOT NULL,
          type TEXT NOT NULL,
          version INTEGER NOT NULL,
          checksum INTEGER NOT NULL,
          body BLOB NOT NULL
        ) STRICT;
        """,
    ];

    public static int Current => s_steps.Length;

    public static void Migrate(SqliteConnection connection, string path)
    {
        var found = ReadNumber(connection, "PRAGMA user_version");
        var application = ReadNumber(connection, "PRAGMA application_id");
        if (found > Current && application == ApplicationId)
        {
            throw new JournalVersionException(found, Current,
                $"'{path}' has schema version {found}; this program knows versions up to {Current}. Start the newer version of the program, or restore a backup made by this one.");
        }

        var empty = found == 0 && ReadNumber(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        if (application != ApplicationId && !empty)
        {
            throw new JournalVersionException(found, Current, $"'{path}' is a database of another program. Move it away, or choose another data folder (Itori:DataDirectory).");
        }

        for (var version = found + 1; version <= Current; version++)
        {
            Execute(connection, string.Create(CultureInfo.InvariantCulture,
                $"BEGIN IMMEDIATE; {s_steps[version - 1]} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {version}; COMMIT;"));
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this assembly; none holds input.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static int ReadNumber(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // As above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
