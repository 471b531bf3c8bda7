using Itori.Journal.Tests.Postgres;
using Itori.Tests.Shared;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Itori.Journal.Tests.Postgres;

/// <summary>One server for all test classes, started by the first that asks; each test has a schema of its own.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _once = new(1);
    private PostgresServer? _server;

    /// <returns>A connection string whose search path is a new, empty schema. Skips the test where PostgreSQL is missing.</returns>
    public async Task<string> NewSchemaAsync(CancellationToken ct)
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        await _once.WaitAsync(ct);
        try
        {
            _server ??= await PostgresServer.StartAsync(ct);
        }
        finally
        {
            _once.Release();
        }

        var schema = $"t{Guid.NewGuid():N}";
        await ExecuteAsync(_server.ConnectionString, $"CREATE SCHEMA {schema}", ct);
        return $"{_server.ConnectionString};Search Path={schema};Application Name={schema}";
    }

    public static async Task<object?> ExecuteAsync(string connectionString, string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(ct);
#pragma warning disable CA2100 // The tests' own statements.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
