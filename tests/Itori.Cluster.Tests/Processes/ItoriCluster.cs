using Itori.Tests.Shared;
using Npgsql;

namespace Itori.Cluster.Tests.Processes;

/// <summary>PostgreSQL with its durable settings, three silos and two gateways, all real processes at fixed addresses.</summary>
internal sealed class ItoriCluster : IAsyncDisposable
{
    private const int SiloCount = 3;
    private const int GatewayCount = 2;

    private readonly List<Member> silos = [];
    private readonly List<Member> gateways = [];
    private readonly Dictionary<string, int> siloPorts = [];
    private readonly HttpClient http = new();

    private ItoriCluster(PostgresServer database, SiloNetwork? network, string? noNetwork)
    {
        Database = database;
        Network = network;
        NoNetwork = noNetwork;
    }

    public PostgresServer Database { get; }

    /// <summary>Null where none could be made, for the reason in <see cref="NoNetwork"/>.</summary>
    public SiloNetwork? Network { get; }

    public string? NoNetwork { get; }

    public IReadOnlyList<Member> Silos => silos;

    public IReadOnlyList<Member> Gateways => gateways;

    public IEnumerable<Member> Members => silos.Concat(gateways);

    public static async Task<ItoriCluster> Start(RunLog log, CancellationToken ct)
    {
        var (network, missing) = await SiloNetwork.TryCreate(SiloCount, ct);
        ItoriCluster? cluster = null;
        try
        {
            cluster = new ItoriCluster(await PostgresServer.StartAsync(network?.Network, ct), network, missing);
            cluster.Launch(log);
            await cluster.WhenReady(ct);
            return cluster;
        }
        catch
        {
            await (cluster?.DisposeAsync() ?? network?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    /// <summary>Waits until every member says that it is ready.</summary>
    public Task WhenReady(CancellationToken ct) => Condition.Holds(
        async () => (await Task.WhenAll(Members.Select(member => member.IsReady(http, ct)))).All(ready => ready),
        TimeSpan.FromSeconds(120),
        () => "A member of the cluster did not become ready");

    /// <summary>Whether a member says now that it is ready.</summary>
    public Task<bool> IsReady(Member member, CancellationToken ct) => member.IsReady(http, ct);

    /// <summary>Waits until a member says that it is ready.</summary>
    public Task WhenReady(Member member, CancellationToken ct) => Condition.Holds(() => member.IsReady(http, ct), TimeSpan.FromSeconds(120), () => $"{member.Name} did not become ready");

    /// <summary>Whether the other silos have declared the latest process of a silo dead, by the cluster's own table.</summary>
    public async Task<bool> IsDeclaredDead(Member silo, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(Database.ConnectionString);

        // 6 is Orleans' SiloStatus.Dead. Members differ by address with a network and by port without.
        await using var command = source.CreateCommand("SELECT status FROM itori_silo WHERE (address, port) = ($1, $2) ORDER BY generation DESC LIMIT 1");
        command.Parameters.AddWithValue(silo.Address.Host);
        command.Parameters.AddWithValue(siloPorts[silo.Name]);
        return await command.ExecuteScalarAsync(ct) is 6;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }

        await Database.DisposeAsync();
        if (Network is not null)
        {
            await Network.DisposeAsync();
        }

        http.Dispose();
    }

    private void Launch(RunLog log)
    {
        var database = "--Itori:Cluster:ConnectionString=" + new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Host = Network?.Host ?? "127.0.0.1" }.ConnectionString;
        for (var i = 0; i < SiloCount; i++)
        {
            var address = Network?.Address(i) ?? "127.0.0.1";
            var (http, silo, gateway) = Network is null ? (FreePorts.Next(), FreePorts.Next(), FreePorts.Next()) : (8081, 11111, 30000);
            siloPorts[FormattableString.Invariant($"silo-{i + 1}")] = silo;
            silos.Add(new Member(
                new MemberPlan(
                    $"silo-{i + 1}",
                    Programs.Silo,
                    new Uri(FormattableString.Invariant($"http://{address}:{http}")),
                    Network?.Enter(i) ?? [],
                    [
                        database,
                        $"--Itori:Cluster:AdvertisedAddress={address}",
                        FormattableString.Invariant($"--Itori:Cluster:SiloPort={silo}"),
                        FormattableString.Invariant($"--Itori:Cluster:GatewayPort={gateway}"),
                    ]),
                log));
        }

        for (var i = 0; i < GatewayCount; i++)
        {
            gateways.Add(new Member(
                new MemberPlan($"gateway-{i + 1}", Programs.Gateway, new Uri(FormattableString.Invariant($"http://127.0.0.1:{FreePorts.Next()}")), [], [database]), log));
        }
    }
}
