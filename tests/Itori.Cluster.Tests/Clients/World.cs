using Itori.Cluster.Tests.Evidence;
using Itori.Cluster.Tests.Processes;

namespace Itori.Cluster.Tests.Clients;

/// <summary>What all clients of a run share.</summary>
internal sealed class World
{
    public const int Sessions = 10;
    public const int Graphs = 5;

    private bool lively = true;
    private int untimely;

    public World(ItoriCluster cluster, RunLog log)
    {
        Cluster = cluster;
        Log = log;
        Violations = new Violations(log);
        Ledger = new Ledger(Violations);
        Records = Topics.ToDictionary(topic => topic, topic => new TopicRecord(topic, Violations), StringComparer.Ordinal);
    }

    public static IReadOnlyList<string> Topics { get; } =
        [.. Enumerable.Range(0, Sessions).Select(n => "session:" + Session(n)), .. Enumerable.Range(0, Graphs).Select(n => "graph:" + Graph(n))];

    public ItoriCluster Cluster { get; }

    public RunLog Log { get; }

    public Violations Violations { get; }

    public Ledger Ledger { get; }

    public IReadOnlyDictionary<string, TopicRecord> Records { get; }

    /// <summary>Whether an effect that comes before its cause is a violation; else it is counted.</summary>
    public required bool ChecksCauses { get; init; }

    /// <summary>How many effects a connection saw before their cause.</summary>
    public int Untimely => Volatile.Read(ref untimely);

    /// <summary>Whether clients begin new writes, and come and go by themselves.</summary>
    public bool Lively { get => Volatile.Read(ref lively); set => Volatile.Write(ref lively, value); }


    public static string Session(int n) => FormattableString.Invariant($"s{n}");

    public static string Graph(int n) => FormattableString.Invariant($"g{n}");

    public void OnUntimely(string what)
    {
        if (ChecksCauses)
        {
            Violations.Add(what);
        }
        else if (Interlocked.Increment(ref untimely) <= 5)
        {
            Log.Write("untimely: " + what);
        }
    }
}
