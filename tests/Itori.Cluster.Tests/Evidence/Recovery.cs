using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Itori.Cluster.Tests.Evidence;

/// <summary>Time from a fault to the first acknowledged write on each topic, of those that were sent after the fault.</summary>
internal sealed class Recovery(IReadOnlyCollection<string> topics)
{
    private readonly long begun = Stopwatch.GetTimestamp();
    private readonly ConcurrentDictionary<string, TimeSpan> first = new(StringComparer.Ordinal);

    public bool IsComplete => first.Count == topics.Count;

    public IEnumerable<string> Missing => topics.Where(topic => !first.ContainsKey(topic));

    public TimeSpan Worst => first.Values.Max();

    public void Acknowledged(string topic, long sent)
    {
        if (sent >= begun)
        {
            first.TryAdd(topic, Stopwatch.GetElapsedTime(begun));
        }
    }

    public override string ToString()
    {
        var sorted = first.Values.Order().ToList();
        var worst = first.MaxBy(entry => entry.Value);
        return string.Create(CultureInfo.InvariantCulture, $"median {sorted[sorted.Count / 2].TotalSeconds:0.00} s, worst {worst.Value.TotalSeconds:0.00} s ({worst.Key}) over {sorted.Count} topics");
    }
}
