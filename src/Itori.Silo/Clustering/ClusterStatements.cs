namespace Itori.Silo.Clustering;

/// <summary>The membership tables and the queries that Orleans' AdoNet provider asks for by key.</summary>
internal static class ClusterStatements
{
    /// <summary>"If not exists": these tables are older than the version that is kept of them.</summary>
    public const string Tables = """
        CREATE TABLE IF NOT EXISTS orleansquery (
            querykey text PRIMARY KEY,
            querytext text NOT NULL);
        CREATE TABLE IF NOT EXISTS itori_cluster (
            deployment text PRIMARY KEY,
            version integer NOT NULL DEFAULT 0,
            changed timestamptz NOT NULL DEFAULT now());
        CREATE TABLE IF NOT EXISTS itori_silo (
            deployment text NOT NULL REFERENCES itori_cluster (deployment),
            address text NOT NULL,
            port integer NOT NULL,
            generation integer NOT NULL,
            name text NOT NULL,
            host text NOT NULL,
            status integer NOT NULL,
            gateway_port integer,
            suspicions text,
            started timestamptz NOT NULL,
            alive timestamptz NOT NULL,
            PRIMARY KEY (deployment, address, port, generation));
        """;

    private const string Row = """
        SELECT c.deployment AS DeploymentId, s.address AS Address, s.port AS Port, s.generation AS Generation, s.name AS SiloName, s.host AS HostName,
               s.status AS Status, s.gateway_port AS ProxyPort, s.suspicions AS SuspectTimes, s.started AS StartTime, s.alive AS IAmAliveTime, c.version AS Version
        FROM itori_cluster c LEFT JOIN itori_silo s ON s.deployment = c.deployment
        """;

    private const string ThisSilo = "deployment = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation";

    public static readonly IReadOnlyList<(string Key, string Text)> Queries =
    [
        ("InsertMembershipVersionKey", """
            WITH made AS (INSERT INTO itori_cluster (deployment) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
            SELECT count(*)::integer FROM made
            """),
        ("InsertMembershipKey", $"""
            WITH turn AS (
                UPDATE itori_cluster SET version = version + 1, changed = now()
                WHERE deployment = @DeploymentId AND version = @Version AND NOT EXISTS (SELECT 1 FROM itori_silo WHERE {ThisSilo})
                RETURNING 1),
            made AS (
                INSERT INTO itori_silo (deployment, address, port, generation, name, host, status, gateway_port, started, alive)
                SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM turn
                RETURNING 1)
            SELECT count(*)::integer FROM made
            """),
        ("UpdateMembershipKey", $"""
            WITH turn AS (
                UPDATE itori_cluster SET version = version + 1, changed = now()
                WHERE deployment = @DeploymentId AND version = @Version AND EXISTS (SELECT 1 FROM itori_silo WHERE {ThisSilo})
                RETURNING 1),
            made AS (
                UPDATE itori_silo SET status = @Status, suspicions = @SuspectTimes, alive = @IAmAliveTime
                WHERE {ThisSilo} AND EXISTS (SELECT 1 FROM turn)
                RETURNING 1)
            SELECT count(*)::integer FROM made
            """),
        ("UpdateIAmAlivetimeKey", $"UPDATE itori_silo SET alive = @IAmAliveTime WHERE {ThisSilo}"),
        ("MembershipReadRowKey", $"{Row} AND s.address = @Address AND s.port = @Port AND s.generation = @Generation WHERE c.deployment = @DeploymentId"),
        ("MembershipReadAllKey", $"{Row} WHERE c.deployment = @DeploymentId"),
        ("GatewaysQueryKey", "SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation FROM itori_silo WHERE deployment = @DeploymentId AND status = @Status AND gateway_port > 0"),
        ("DeleteMembershipTableEntriesKey", """
            WITH gone AS (DELETE FROM itori_silo WHERE deployment = @DeploymentId RETURNING 1)
            DELETE FROM itori_cluster WHERE deployment = @DeploymentId AND (SELECT count(*) FROM gone) >= 0
            """),
        ("CleanupDefunctSiloEntriesKey", "DELETE FROM itori_silo WHERE deployment = @DeploymentId AND alive < @IAmAliveTime AND status <> 3"),
    ];
}
