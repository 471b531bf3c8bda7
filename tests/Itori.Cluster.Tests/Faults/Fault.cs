namespace Itori.Cluster.Tests.Faults;

/// <summary>What can go wrong with a cluster.</summary>
internal enum Fault
{
    /// <summary>kill -9 of a silo that an orchestrator starts again only after a while, so that the others must take over.</summary>
    KillSilo,

    /// <summary>kill -9 of a gateway.</summary>
    KillGateway,

    /// <summary>SIGTERM to every process, one after the other.</summary>
    RestartAll,

    /// <summary>A silo that stands still for ten seconds, is declared dead, and goes on.</summary>
    PauseSilo,

    /// <summary>PostgreSQL crashes and is started again.</summary>
    RestartDatabase,

    /// <summary>A silo that cannot reach the other silos; then nobody; then everybody.</summary>
    PartitionSilo,
}

/// <summary>Which fault befalls which member.</summary>
/// <param name="Fault">What.</param>
/// <param name="Victim">A number that chooses the member.</param>
internal readonly record struct PlannedFault(Fault Fault, int Victim)
{
    /// <summary>Every fault once in random order, and again in another, without end; the same for the same seed.</summary>
    public static IEnumerable<PlannedFault> Plan(int seed)
    {
        var random = new Random(seed);
        var faults = Enum.GetValues<Fault>();
        while (true)
        {
            random.Shuffle(faults);
            foreach (var fault in faults)
            {
                yield return new PlannedFault(fault, random.Next(1_000));
            }
        }
    }
}
