using Itori.Cluster.Tests.Processes;

namespace Itori.Cluster.Tests.Evidence;

/// <summary>Every broken promise of a run. The first are kept word for word, all are counted.</summary>
internal sealed class Violations(RunLog log)
{
    private const int Kept = 40;

    private readonly List<string> first = [];
    private int count;

    public int Count => Volatile.Read(ref count);

    public void Add(string what)
    {
        if (Interlocked.Increment(ref count) > Kept)
        {
            return;
        }

        lock (first)
        {
            first.Add(what);
        }

        log.Write("VIOLATION " + what);
    }

    public string Report()
    {
        lock (first)
        {
            return string.Join(Environment.NewLine, first.Append(Count > first.Count ? $"… and {Count - first.Count} more" : ""));
        }
    }
}
