namespace Itori.Numerics.Communities;

/// <summary>Partitions as arrays: element i is in group label[i].</summary>
internal static class Grouping
{
    /// <summary>Renames labels, any integers, to 0, 1, … in the order in which they are first seen.</summary>
    public static int[] Compact(ReadOnlySpan<int> labels, out int groups)
    {
        var names = new Dictionary<int, int>();
        var compact = new int[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            if (!names.TryGetValue(labels[i], out var name))
            {
                name = names.Count;
                names.Add(labels[i], name);
            }

            compact[i] = name;
        }

        groups = names.Count;
        return compact;
    }

    /// <summary>The elements sorted by group, ascending within each; group g holds those from starts[g] to starts[g + 1].</summary>
    public static int[] Members(int[] labels, int groups, out int[] starts)
    {
        starts = new int[groups + 1];
        foreach (var label in labels)
        {
            starts[label + 1]++;
        }

        for (var g = 0; g < groups; g++)
        {
            starts[g + 1] += starts[g];
        }

        var cursor = starts.AsSpan(0, groups).ToArray();
        var members = new int[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            members[cursor[labels[i]]++] = i;
        }

        return members;
    }
}
