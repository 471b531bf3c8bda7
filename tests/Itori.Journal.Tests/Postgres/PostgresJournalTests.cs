using Itori.Journal.Tests.Specification;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Itori.Journal.Tests.Postgres;

public sealed class PostgresJournalTests(PostgresFixture postgres) : JournalSpecification
{
    private string _connectionString = "";

    public override async ValueTask InitializeAsync() => _connectionString = await postgres.NewSchemaAsync(Ct);

    protected override async Task<IJournal> OpenStoreAsync(JournalOptions options)
    {
        options.ConnectionString = _connectionString;
        return await PostgresJournal.OpenAsync(options, TimeProvider.System, Meter.Instruments, NullLogger.Instance, Ct);
    }

    protected override async Task<IAsyncDisposable> HoldCommitsAsync()
    {
        var connection = new NpgsqlConnection(_connectionString + ";Pooling=false");
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE itori_journal_stream IN EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync(Ct);
        return connection;
    }
}
