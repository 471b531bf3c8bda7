using Itori.Tests.Shared;

namespace Itori.Silo.Tests.Reminders;

public sealed class RemindersAcrossACrash
{
    [Fact]
    public async Task A_reminder_fires_after_kill_9_and_a_restart_where_the_journal_is_sqlite()
    {
        var folder = Directory.CreateTempSubdirectory("itori-silo-").FullName;
        try
        {
            await ArmCrashAndRing("--Itori:DataDirectory", folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_reminder_fires_after_kill_9_and_a_restart_in_a_cluster_on_postgresql()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        await using var database = await PostgresServer.StartAsync(TestContext.Current.CancellationToken);
        await ArmCrashAndRing("--Itori:Cluster:ConnectionString=" + database.ConnectionString);
    }

    [Fact]
    public async Task A_reminder_of_a_killed_silo_fires_in_one_that_lives_on()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        await using var database = await PostgresServer.StartAsync(TestContext.Current.CancellationToken);
        var setting = "--Itori:Cluster:ConnectionString=" + database.ConnectionString;
        await using var first = AlarmSilo.Start(arm: true, setting);
        await first.Says(AlarmGrain.Armed);
        await first.Says(AlarmGrain.Rang);
        await using var second = AlarmSilo.Start(arm: false, setting);
        await second.Says(AlarmSilo.Ready);
        await first.Crash();
        await second.Says(AlarmGrain.Rang);
    }

    private static async Task ArmCrashAndRing(params string[] settings)
    {
        await using (var first = AlarmSilo.Start(arm: true, settings))
        {
            await first.Says(AlarmGrain.Armed);
            await first.Crash();
        }

        await using var second = AlarmSilo.Start(arm: false, settings);
        await second.Says(AlarmGrain.Rang);
    }
}
