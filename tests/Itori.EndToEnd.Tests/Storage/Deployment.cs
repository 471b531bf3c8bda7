using Itori.Tests.Shared;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Itori.EndToEnd.Tests.Storage;

/// <summary>The programs on a store that outlives them.</summary>
internal abstract class Deployment : IAsyncDisposable
{
    public const string Standalone = "Standalone on SQLite";
    public const string Cluster = "silo and gateway on PostgreSQL";

    private readonly List<ItoriProcess> running = [];

    /// <summary>Where clients connect.</summary>
    public Uri Address => running[^1].Address;

    /// <summary>What the process with the journal wrote since it was started.</summary>
    public string Log => running[0].Output + running[0].Errors;

    public abstract StoredRows Rows { get; }

    /// <summary>Skips the test where there is no PostgreSQL.</summary>
    public static async Task<Deployment> Start(string kind)
    {
        Deployment deployment = kind == Standalone ? new OnSqlite() : await OnPostgres.New();
        await deployment.Start();
        return deployment;
    }

    public async Task Start()
    {
        foreach (var launch in Launches())
        {
            running.Add(launch());
            await running[^1].Ready();
        }
    }

    public async Task Stop()
    {
        for (var i = running.Count - 1; i >= 0; i--)
        {
            Assert.Equal(0, await running[i].Stop());
            await running[i].DisposeAsync();
        }

        running.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        // Shown where the test fails.
        foreach (var process in running)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(process.Output + process.Errors);
            await process.DisposeAsync();
        }

        await Remove();
    }

    /// <summary>The process with the journal first, the one that clients talk to last.</summary>
    protected abstract IEnumerable<Func<ItoriProcess>> Launches();

    protected abstract ValueTask Remove();

    private sealed class OnSqlite : Deployment
    {
        private readonly TemporaryFolder folder = new();

        public OnSqlite() => Rows = new(() => new SqliteConnection($"Data Source={Path.Combine(folder.Path, "itori.db")};Pooling=false"), "stream", "record");

        public override StoredRows Rows { get; }

        protected override IEnumerable<Func<ItoriProcess>> Launches() => [() => ItoriProcess.Launch(Programs.Standalone, "--Itori:DataDirectory", folder.Path)];

        protected override ValueTask Remove()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class OnPostgres(PostgresServer database) : Deployment
    {
        public override StoredRows Rows { get; } = new(() => new NpgsqlConnection(database.ConnectionString + ";Pooling=false"), "itori_journal_stream", "itori_journal_record");

        public static async Task<OnPostgres> New()
        {
            Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
            return new OnPostgres(await PostgresServer.StartAsync(TestContext.Current.CancellationToken, "fsync=off"));
        }

        protected override IEnumerable<Func<ItoriProcess>> Launches()
        {
            string[] cluster = ["--Itori:Cluster:ConnectionString=" + database.ConnectionString];
            yield return () => ItoriProcess.Launch(
                Programs.Silo,
                [.. cluster, "--Itori:Cluster:AdvertisedAddress=127.0.0.1", FormattableString.Invariant($"--Itori:Cluster:SiloPort={FreePorts.Next()}"), FormattableString.Invariant($"--Itori:Cluster:GatewayPort={FreePorts.Next()}")]);
            yield return () => ItoriProcess.Launch(Programs.Gateway, cluster);
        }

        protected override ValueTask Remove() => database.DisposeAsync();
    }
}
