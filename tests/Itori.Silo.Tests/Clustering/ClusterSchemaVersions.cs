using Itori.Journal;
using Itori.Silo.Clustering;
using Itori.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Itori.Silo.Tests.Clustering;

public sealed class ClusterSchemaVersions : IAsyncLifetime
{
    private PostgresServer? database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        database = await PostgresServer.StartAsync(CancellationToken.None, "fsync=off");
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task Tables_from_before_there_were_versions_are_kept_and_completed()
    {
        await Run(ClusterStatements.Tables);
        await Run("INSERT INTO itori_cluster (deployment, version) VALUES ('itori', 7)");
        await New().StartingAsync(Token);
        Assert.Equal(7, await Run("SELECT version FROM itori_cluster"));
        Assert.Equal(0L, await Run("SELECT count(*) FROM itori_reminder"));
        Assert.Equal(2, await Run("SELECT version FROM itori_schema WHERE component = 'cluster'"));
    }

    [Fact]
    public async Task Silos_that_start_at_once_make_the_tables_once()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(_ => New().StartingAsync(Token)));
        Assert.Equal(2, await Run("SELECT version FROM itori_schema WHERE component = 'cluster'"));
    }

    [Fact]
    public async Task Tables_of_a_later_version_are_left_alone()
    {
        await New().StartingAsync(Token);
        await Run("UPDATE itori_schema SET version = 99 WHERE component = 'cluster'; UPDATE orleansquery SET querytext = 'later'");
        var error = await Assert.ThrowsAsync<JournalVersionException>(() => New().StartingAsync(Token));
        Assert.Equal(99, error.Found);
        Assert.Equal(1L, await Run("SELECT count(DISTINCT querytext) FROM orleansquery"));
    }

    [Fact]
    public async Task A_database_that_comes_back_while_the_tables_are_made_is_waited_for()
    {
        await database!.StopAsync(Token);
        var starting = New().StartingAsync(Token);
        await database.StartAgainAsync(Token);
        await starting;
        Assert.Equal(2, await Run("SELECT version FROM itori_schema WHERE component = 'cluster'"));
    }

    private ClusterSchema New() => new(database!.ConnectionString, TimeProvider.System, NullLogger<ClusterSchema>.Instance);

    private async Task<object?> Run(string sql)
    {
        await using var source = NpgsqlDataSource.Create(database!.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Token);
    }
}
