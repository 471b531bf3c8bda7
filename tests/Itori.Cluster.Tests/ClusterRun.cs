using System.Globalization;
using System.Runtime.InteropServices;
using Itori.Cluster.Tests.Checks;
using Itori.Cluster.Tests.Clients;
using Itori.Cluster.Tests.Faults;
using Itori.Cluster.Tests.Processes;
using Itori.Tests.Shared;

namespace Itori.Cluster.Tests;

/// <summary>A cluster, fifty clients, faults one after the other, and a look at everything after each.</summary>
internal sealed class ClusterRun
{
    private const int ClientCount = 50;

    private static readonly TimeSpan HealLimit = TimeSpan.FromSeconds(120);

    private readonly RunSettings settings;
    private readonly RunLog log;
    private readonly World world;
    private readonly List<Client> clients;
    private readonly FaultInjection faults;
    private readonly Verification verification;

    private ClusterRun(RunSettings settings, RunLog log, ItoriCluster cluster)
    {
        this.settings = settings;
        this.log = log;
        world = new World(cluster, log) { ChecksCauses = settings.ChecksCauses };
        clients = [.. Enumerable.Range(1, ClientCount).Select(n => new Client(n, settings.Seed, world))];
        faults = new FaultInjection(world, clients);
        verification = new Verification(world);
    }

    /// <summary>Runs, and fails where a promise was broken.</summary>
    public static async Task Pass(RunSettings settings)
    {
        // A run that is stopped from outside takes its processes, its database and its network with it.
        var test = TestContext.Current;
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            test.CancelCurrentTest();
        });
        await Run(settings, test.CancellationToken);
    }

    private static async Task Run(RunSettings settings, CancellationToken ct)
    {
        using var log = new RunLog(Programs.Artifacts("cluster", FormattableString.Invariant($"seed-{settings.Seed}")));
        log.Write($"seed {settings.Seed}; logs in {log.Folder}");
        await using var cluster = await ItoriCluster.Start(log, ct);
        log.Write("the cluster is ready");
        var run = new ClusterRun(settings, log, cluster);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var living = Task.WhenAll(run.clients.Select(client => client.Run(over.Token)));
        string? stopped = null;
        try
        {
            await run.Faults(ct);
            await run.End(ct);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            stopped = e.Message;
            log.Write("STOPPED: " + e.Message);
        }

        await over.CancelAsync();
        await living;

        // A silo that was declared dead ends itself, and should. A gateway outlives whatever happens to silos and database.
        foreach (var gateway in cluster.Gateways.Where(gateway => gateway.EndsByItself > 0))
        {
            run.world.Violations.Add($"{gateway.Name} ended {gateway.EndsByItself} times by itself");
        }

        run.Report();
        Assert.True(
            stopped is null && run.world.Violations.Count == 0,
            $"Seed {settings.Seed}: {run.world.Violations.Count} violations. {stopped}\n{run.world.Violations.Report()}\nThe logs are in {log.Folder}.");
    }

    private async Task Faults(CancellationToken ct)
    {
        await Heal("the beginning", ct);
        var once = Enum.GetValues<Fault>().Length;
        foreach (var (index, planned) in PlannedFault.Plan(settings.Seed).Index())
        {
            if (index >= once && log.Elapsed >= settings.Length)
            {
                return;
            }

            await faults.Happen(planned, ct);
            await Heal(planned.Fault.ToString(), ct);
            await verification.Run(ct);
        }
    }

    /// <summary>Waits until every writer gets acknowledgements again and every reader has come as far as its topics were at this moment.</summary>
    private async Task Heal(string after, CancellationToken ct)
    {
        var begun = log.Elapsed;
        var before = clients.Select(client => client.Acknowledgements).ToArray();
        await world.Cluster.WhenReady(ct);
        await Condition.Holds(() => clients.Index().All(entry => entry.Item.Acknowledgements > before[entry.Index]), HealLimit, () => $"After {after}, not every writer gets acknowledgements: {Writers(before)}");
        await ReadersReach(world.Ledger.Heads.ToDictionary(StringComparer.Ordinal), after);
        log.Write(string.Create(CultureInfo.InvariantCulture, $"healed {(log.Elapsed - begun).TotalSeconds:0.0} s after {after}: every writer writes, every reader reads; {world.Ledger.Count} acknowledged, {world.Untimely} untimely"));
    }

    private async Task End(CancellationToken ct)
    {
        world.Lively = false;
        await Condition.Holds(() => clients.All(client => client.IsSilent), HealLimit, () => "At the end, some commands are not acknowledged");
        await Condition.Holds(
            () => world.Records.Values.All(record => record.OpenTurns.Count == 0),
            HealLimit,
            () => $"At the end, turns have no answer: {string.Join(", ", world.Records.Values.SelectMany(record => record.OpenTurns.Select(turn => $"{record.Topic} {turn}")))}");
        await Settle(ct);
        await ReadersReach(world.Records.ToDictionary(record => record.Key, record => record.Value.Head, StringComparer.Ordinal), "the end");
        await verification.Run(ct);
    }

    /// <summary>Graphs take the last messages in a little later: waits until the journal has nothing that readers have not seen.</summary>
    private async Task Settle(CancellationToken ct)
    {
        long[] before = [];
        await Condition.Holds(
            async () =>
            {
                long[] now = [.. world.Records.Values.Select(record => record.Head)];
                var still = now.SequenceEqual(before);
                before = now;
                await Task.Delay(TimeSpan.FromSeconds(2), ct);
                return still;
            },
            HealLimit,
            () => "The topics do not come to rest");
    }

    private Task ReadersReach(Dictionary<string, long> heads, string after) => Condition.Holds(
        () => clients.All(client => client.Places.All(place => place.Seq >= heads.GetValueOrDefault(place.Topic))),
        HealLimit,
        () => $"After {after}, readers do not reach the heads: {string.Join(", ", clients.Index().SelectMany(entry => entry.Item.Places.Where(place => place.Seq < heads.GetValueOrDefault(place.Topic)).Select(place => $"client {entry.Index + 1} is at {place.Topic} {place.Seq} of {heads[place.Topic]}")).Take(10))}");

    private string Writers(int[] before) =>
        string.Join(", ", clients.Index().Where(entry => entry.Item.Acknowledgements <= before[entry.Index]).Select(entry => $"client {entry.Index + 1}").Take(10));

    private void Report()
    {
        log.Write($"{world.Ledger.Count} commands acknowledged, {world.Records.Values.Sum(record => record.Head)} events, {clients.Sum(client => client.Connections)} connections, {world.Untimely} effects before their cause");
        log.Write("silos that ended by themselves: " + string.Join(", ", world.Cluster.Silos.Select(silo => $"{silo.Name} {silo.EndsByItself} times")));
        log.Write("turns: " + string.Join(", ", world.Records.Values.SelectMany(record => record.Finishes).GroupBy(finish => finish.Key).Select(group => $"{group.Sum(finish => finish.Value)} {group.Key}")));
        foreach (var recovery in faults.Recoveries)
        {
            log.Write("kill -9 of a silo to the first acknowledged write: " + recovery);
        }

        foreach (var left in faults.LeftOut)
        {
            log.Write("left out: " + left);
        }

        log.Write(world.Violations.Count == 0 ? "no violation" : $"{world.Violations.Count} violations");
    }
}
