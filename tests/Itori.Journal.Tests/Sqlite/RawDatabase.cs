using Microsoft.Data.Sqlite;

namespace Itori.Journal.Tests.Sqlite;

/// <summary>The file as another program sees it.</summary>
internal sealed class RawDatabase : IAsyncDisposable
{
    private readonly SqliteConnection _connection;

    public RawDatabase(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
    }

    public string? Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own statements.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar()?.ToString();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
