namespace Itori.Silo.Clustering;

/// <summary>The table of reminders and the queries that Orleans' AdoNet provider asks for by key.</summary>
internal static class ReminderStatements
{
    public const string Table = """
        CREATE TABLE itori_reminder (
            service text NOT NULL,
            grain text COLLATE "C" NOT NULL,
            name text COLLATE "C" NOT NULL,
            hash integer NOT NULL,
            start timestamptz NOT NULL,
            period bigint NOT NULL,
            version integer NOT NULL,
            PRIMARY KEY (service, grain, name));
        CREATE INDEX itori_reminder_hash ON itori_reminder (service, hash);
        """;

    // A reminder that was removed and made anew must not answer to the etag that it had before, so versions come from one sequence and never repeat.
    public const string Versions = "CREATE SEQUENCE itori_reminder_version AS integer CYCLE";

    private const string Rows = """
        SELECT grain AS GrainId, name AS ReminderName, start AS StartTime, period AS Period, version AS Version
        FROM itori_reminder WHERE service = @ServiceId
        """;

    public static readonly IReadOnlyList<(string Key, string Text)> Queries =
    [
        ("UpsertReminderRowKey", """
            INSERT INTO itori_reminder (service, grain, name, hash, start, period, version)
            VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, nextval('itori_reminder_version'))
            ON CONFLICT (service, grain, name) DO UPDATE
            SET hash = excluded.hash, start = excluded.start, period = excluded.period, version = excluded.version
            RETURNING version AS Version
            """),
        ("ReadReminderRowsKey", $"{Rows} AND grain = @GrainId"),
        ("ReadReminderRowKey", $"{Rows} AND grain = @GrainId AND name = @ReminderName"),

        // The ring of hashes, cut at the largest signed number: the provider chooses between a range that is whole and one that goes over the cut.
        ("ReadRangeRows1Key", $"{Rows} AND hash > @BeginHash AND hash <= @EndHash"),
        ("ReadRangeRows2Key", $"{Rows} AND (hash > @BeginHash OR hash <= @EndHash)"),
        ("DeleteReminderRowKey", """
            WITH gone AS (
                DELETE FROM itori_reminder WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version RETURNING 1)
            SELECT count(*)::integer FROM gone
            """),
        ("DeleteReminderRowsKey", "DELETE FROM itori_reminder WHERE service = @ServiceId"),
    ];
}
