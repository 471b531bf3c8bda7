using Itori.Numerics.Graphs;

namespace Itori.Numerics.Communities;

/// <summary>Names found communities after those of before, so that a colour on screen stays with its concepts.</summary>
internal static class WarmLabels
{
    /// <param name="graph">Gives each node its strength, the measure of overlap.</param>
    /// <param name="before">The label each node had; negative for none.</param>
    /// <param name="given">The labels as they were given; a new community takes none of them.</param>
    /// <param name="found">The communities found, numbered from 0.</param>
    public static int[] Keep(WeightedGraph graph, int[] before, IReadOnlyList<int> given, int[] found)
    {
        var overlap = new Dictionary<(int Found, int Before), double>();
        for (var i = 0; i < found.Length; i++)
        {
            if (before[i] >= 0)
            {
                // An isolated node has no strength, yet keeps its label.
                var weight = graph.Strengths[i] > 0 ? graph.Strengths[i] : double.Epsilon;
                overlap[(found[i], before[i])] = overlap.GetValueOrDefault((found[i], before[i])) + weight;
            }
        }

        var name = new Dictionary<int, int>();
        var taken = new HashSet<int>();
        foreach (var ((community, label), _) in overlap.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key))
        {
            if (!name.ContainsKey(community) && taken.Add(label))
            {
                name.Add(community, label);
            }
        }

        // A label that has just gone is not reused at once: two different communities in one colour, one after the other, look like one.
        var free = 0;
        var old = given.ToHashSet();
        return Array.ConvertAll(found, community =>
        {
            if (!name.TryGetValue(community, out var label))
            {
                while (taken.Contains(free) || old.Contains(free))
                {
                    free++;
                }

                label = free;
                taken.Add(label);
                name.Add(community, label);
            }

            return label;
        });
    }
}
