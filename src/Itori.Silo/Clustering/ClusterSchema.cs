using Npgsql;

namespace Itori.Silo.Clustering;

/// <summary>
/// Makes and migrates, before the silo starts, the tables by which Orleans' AdoNet membership provider lists the silos. The provider reads the text of its queries from the table
/// <c>orleansquery</c> and binds to them by the names of parameters and columns; the statements here are Itori's own. Each change of the membership is one
/// statement that first takes the version row (and with it the lock on the cluster), so that of two silos which change it at once, one is told to read again.
/// </summary>
internal sealed partial class ClusterSchema(string connectionString, ILogger<ClusterSchema> logger) : IHostedLifecycleService
{
    // Any number that nothing else in the database locks: "itori" in ASCII.
    private const long SchemaLock = 0x69746F7269;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var locking = new NpgsqlCommand("SELECT pg_advisory_xact_lock(@lock)", connection, transaction) { Parameters = { new("lock", SchemaLock) } })
        {
            await locking.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (var tables = new NpgsqlCommand(ClusterStatements.Tables, connection, transaction))
        {
            await tables.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var (key, text) in ClusterStatements.Queries)
        {
            await using var query = new NpgsqlCommand(
                "INSERT INTO orleansquery (querykey, querytext) VALUES (@key, @text) ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext", connection, transaction)
            {
                Parameters = { new("key", key), new("text", text) },
            };
            await query.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        LogReady(logger);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(9001, LogLevel.Information, "The cluster's tables are ready.")]
    private static partial void LogReady(ILogger logger);
}
