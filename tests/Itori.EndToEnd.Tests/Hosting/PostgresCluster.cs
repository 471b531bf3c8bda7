using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Hosting;

/// <summary>A PostgreSQL server, silos and gateways, each a process that a test may stop, kill or freeze.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private readonly List<ItoriProcess> all = [];

    private PostgresCluster(PostgresServer database) => Database = database;

    public PostgresServer Database { get; }

    public List<ItoriProcess> Silos { get; } = [];

    public List<ItoriProcess> Gateways { get; } = [];

    /// <summary>Settings that every process gets.</summary>
    public List<string> Settings { get; } = [];

    /// <summary>Starts the database, and silos and gateways until they are ready. Skips the test where there is no PostgreSQL.</summary>
    public static async Task<PostgresCluster> Start(int silos, int gateways, params string[] settings)
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");

        // A crash of the database is a crash of its processes, not of the machine: what it has written, the system keeps.
        var cluster = new PostgresCluster(await PostgresServer.StartAsync(TestContext.Current.CancellationToken, "fsync=off"));
        cluster.Settings.Add("--Itori:Cluster:ConnectionString=" + cluster.Database.ConnectionString);
        cluster.Settings.AddRange(settings);
        for (var n = 0; n < silos; n++)
        {
            cluster.LaunchSilo();
        }

        await cluster.SilosReady();
        for (var n = 0; n < gateways; n++)
        {
            cluster.LaunchGateway();
        }

        await Task.WhenAll(cluster.Gateways.Select(gateway => gateway.Ready()));
        return cluster;
    }

    /// <summary>A silo at ports that none had before.</summary>
    public ItoriProcess LaunchSilo() => Add(Silos, ItoriProcess.Launch(
        Programs.Silo,
        [
            .. Settings, "--Itori:Cluster:AdvertisedAddress=127.0.0.1", FormattableString.Invariant($"--Itori:Cluster:SiloPort={FreePorts.Next()}"),
            FormattableString.Invariant($"--Itori:Cluster:GatewayPort={FreePorts.Next()}"),
        ]));

    public ItoriProcess LaunchGateway() => Add(Gateways, ItoriProcess.Launch(Programs.Gateway, [.. Settings]));

    public Task SilosReady() => Task.WhenAll(Silos.Select(silo => silo.Ready()));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in all)
        {
            await process.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    private ItoriProcess Add(List<ItoriProcess> to, ItoriProcess process)
    {
        all.Add(process);
        to.Add(process);
        return process;
    }
}
