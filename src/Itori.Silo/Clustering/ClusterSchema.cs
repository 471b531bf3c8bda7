using Itori.Journal;
using Npgsql;

namespace Itori.Silo.Clustering;

/// <summary>
/// Makes and migrates, before the silo starts, the tables by which Orleans' AdoNet providers list the silos and keep reminders. The providers read the text of their queries from
/// the table <c>orleansquery</c> and bind to them by the names of parameters and columns; the statements here are Itori's own. Each change of the membership is one
/// statement that first takes the version row (and with it the lock on the cluster), so that of two silos which change it at once, one is told to read again.
/// </summary>
internal sealed partial class ClusterSchema(string connectionString, TimeProvider time, ILogger<ClusterSchema> logger) : IHostedLifecycleService
{
    private const string Component = "cluster";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Step n brings version n - 1 to version n. A step that was released never changes.</summary>
    private static readonly string[] Steps = [ClusterStatements.Tables, ReminderStatements.Table + ReminderStatements.Versions];

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // The journal is open by now, so the database was there. It may be restarted in just this moment, or full of connections.
        var said = false;
        while (true)
        {
            try
            {
                await Migrate(cancellationToken);
                LogReady(logger, Steps.Length);
                return;
            }
            catch (NpgsqlException e) when (e.IsTransient)
            {
                if (!said)
                {
                    LogNotThere(logger, e.Message);
                    said = true;
                }
            }

            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Migrate(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);

        // The same lock as the journal's tables have ("itori" in ASCII): one silo migrates, the others wait here and then find nothing to do.
        await Run(connection, "SELECT pg_advisory_xact_lock(x'69746f7269'::bigint)", cancellation);
        await Run(connection, "CREATE TABLE IF NOT EXISTS itori_schema (component text PRIMARY KEY, version integer NOT NULL)", cancellation);
        var found = await Run(connection, $"SELECT version FROM itori_schema WHERE component = '{Component}'", cancellation) as int? ?? 0;
        if (found > Steps.Length)
        {
            throw new JournalVersionException(
                found, Steps.Length, $"The cluster's tables in database '{connection.Database}' have version {found}; this program knows versions up to {Steps.Length}. Start the newer version of the program.");
        }

        for (var version = found; version < Steps.Length; version++)
        {
            await Run(connection, Steps[version], cancellation);
        }

        await Run(
            connection, $"INSERT INTO itori_schema VALUES ('{Component}', {Steps.Length}) ON CONFLICT (component) DO UPDATE SET version = excluded.version", cancellation);
        foreach (var (key, text) in ClusterStatements.Queries.Concat(ReminderStatements.Queries))
        {
            await using var query = new NpgsqlCommand(
                "INSERT INTO orleansquery (querykey, querytext) VALUES (@key, @text) ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext", connection)
            {
                Parameters = { new("key", key), new("text", text) },
            };
            await query.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    private static async Task<object?> Run(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // Every statement is made of constants of this folder; none holds input.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancellation);
    }

    [LoggerMessage(9001, LogLevel.Information, "The cluster's tables are ready (version {Version}).")]
    private static partial void LogReady(ILogger logger, int version);

    [LoggerMessage(9002, LogLevel.Warning, "The cluster's tables cannot be made yet ({Reason}); waiting for the database.")]
    private static partial void LogNotThere(ILogger logger, string reason);
}
