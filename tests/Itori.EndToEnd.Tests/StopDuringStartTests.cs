using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Npgsql;

namespace Itori.EndToEnd.Tests;

/// <summary>A rolling restart may tell a program to end that is still starting.</summary>
public sealed class StopDuringStartTests
{
    [Fact]
    public async Task A_silo_told_to_end_during_its_start_ends_as_asked_and_leaves_its_cluster()
    {
        await using var cluster = await PostgresCluster.Start(1, 0);
        var late = cluster.LaunchSilo();

        // It has its journal then, and goes on to join the cluster.
        await Condition.Holds(() => late.Output.Contains("Journal opened", StringComparison.Ordinal), TimeSpan.FromSeconds(60), () => $"It did not begin to start: {late.Errors}");
        Assert.Equal(0, await late.Stop());

        await using var source = NpgsqlDataSource.Create(cluster.Database.ConnectionString);
        await using var command = source.CreateCommand("SELECT count(*) FROM itori_silo WHERE status <> 6");
        Assert.Equal(1L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
