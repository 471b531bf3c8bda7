using System.Globalization;
using Itori.Cluster.Tests.Clients;
using Itori.Cluster.Tests.Processes;
using Itori.Tests.Shared;

namespace Itori.Cluster.Tests.Faults;

/// <summary>Lets faults happen, each from its beginning until its cause is gone; what the cluster makes of it is looked at elsewhere.</summary>
internal sealed class FaultInjection(World world, IReadOnlyList<Client> clients)
{
    private static readonly TimeSpan LongAbsence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly ItoriCluster cluster = world.Cluster;

    /// <summary>Times from kill -9 of a silo to the first acknowledged write, one line per kill.</summary>
    public List<string> Recoveries { get; } = [];

    /// <summary>Faults that cannot be made here, with the reason.</summary>
    public SortedSet<string> LeftOut { get; } = new(StringComparer.Ordinal);

    public async Task Happen(PlannedFault planned, CancellationToken ct)
    {
        var silo = cluster.Silos[planned.Victim % cluster.Silos.Count];
        var gateway = cluster.Gateways[planned.Victim % cluster.Gateways.Count];
        await (planned.Fault switch
        {
            Fault.KillSilo => KillSilo(silo, ct),
            Fault.KillGateway => KillGateway(gateway, ct),
            Fault.RestartAll => RestartAll(ct),
            Fault.PauseSilo => PauseSilo(silo, ct),
            Fault.RestartDatabase => RestartDatabase(ct),
            _ => PartitionSilo(planned.Victim % cluster.Silos.Count, ct),
        });
    }

    private async Task KillSilo(Member silo, CancellationToken ct)
    {
        world.Log.Write($"kill -9 of {silo.Name}");
        silo.Absence = LongAbsence;
        var recovery = world.Ledger.MeasureRecovery(World.Topics);
        silo.Kill();
        await Condition.Holds(() => recovery.IsComplete, TimeSpan.FromSeconds(90), () => $"After kill -9 of {silo.Name} no write was acknowledged on {string.Join(", ", recovery.Missing)}");
        silo.Absence = Member.Soon;
        Recoveries.Add(recovery.ToString());
        world.Log.Write($"first acknowledged write after kill -9 of a silo: {recovery}");
    }

    private async Task KillGateway(Member gateway, CancellationToken ct)
    {
        var ghosts = clients.Select(client => client.Presence).OfType<(string User, string Gateway)>().Where(presence => presence.Gateway == gateway.Name).Select(presence => presence.User).ToHashSet();
        world.Log.Write($"kill -9 of {gateway.Name}, with {ghosts.Count} users");
        gateway.Kill();
        var killed = world.Log.Elapsed;
        List<(string Topic, string User)> left = [];
        try
        {
            await Condition.Holds(
                () =>
                {
                    left = [.. clients.SelectMany(client => client.Sees(ghosts)).Distinct()];
                    return left.Count == 0;
                },
                TimeSpan.FromSeconds(45),
                () => "");
            world.Log.Write(string.Create(CultureInfo.InvariantCulture, $"nobody was shown any of them after {(world.Log.Elapsed - killed).TotalSeconds:0.0} s"));
        }
        catch (TimeoutException)
        {
            world.Violations.Add($"Users of the killed {gateway.Name} are still shown after 45 s: {string.Join(", ", left.Take(10))}");
        }
    }

    private async Task RestartAll(CancellationToken ct)
    {
        foreach (var member in cluster.Members)
        {
            world.Log.Write($"SIGTERM to {member.Name}");
            var wasReady = await cluster.IsReady(member, ct);
            var code = await member.Restart(ct);

            // Before it hears signals, and when its start takes too long, the signal itself ends a program.
            if (code != 0 && (wasReady || code != Signals.Terminated))
            {
                world.Violations.Add($"{member.Name} ended with {code} after SIGTERM");
            }

            await cluster.WhenReady(member, ct);
        }
    }

    private async Task PauseSilo(Member silo, CancellationToken ct)
    {
        world.Log.Write($"SIGSTOP to {silo.Name}");
        silo.Pause();
        await Task.Delay(ShortPause, ct);

        // Silos that are short of processor time themselves are slow to suspect others, and the fault is a process that goes on after it was declared dead.
        await Condition.Holds(() => cluster.IsDeclaredDead(silo, ct), LongestPause, () => $"{silo.Name} stands still and is not declared dead");
        world.Log.Write($"SIGCONT to {silo.Name}, which is declared dead");
        silo.Continue();
    }

    private async Task RestartDatabase(CancellationToken ct)
    {
        world.Log.Write("PostgreSQL: stop -m immediate");
        await cluster.Database.StopAsync(ct, "immediate");
        await Task.Delay(TimeSpan.FromSeconds(3), ct);
        await cluster.Database.StartAgainAsync(ct);
        world.Log.Write("PostgreSQL runs again");
    }

    private async Task PartitionSilo(int silo, CancellationToken ct)
    {
        if (cluster.Network is not { } network)
        {
            LeftOut.Add($"partition of a silo: {cluster.NoNetwork}");
            return;
        }

        var name = cluster.Silos[silo].Name;
        world.Log.Write($"{name} cannot reach the other silos");
        await network.CutFromSilos(silo, ct);
        await Task.Delay(TimeSpan.FromSeconds(6), ct);
        world.Log.Write($"{name} cannot reach anyone");
        await network.CutFromAll(silo, ct);
        await Task.Delay(TimeSpan.FromSeconds(6), ct);
        await network.JoinAll(silo, ct);
        await network.JoinSilos(silo, ct);
        world.Log.Write($"{name} can reach everyone");
    }
}
