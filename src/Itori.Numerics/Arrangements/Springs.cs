using Itori.Numerics.Graphs;

namespace Itori.Numerics.Arrangements;

/// <summary>What pulls at each body, in compressed rows; and the same of bodies that were joined.</summary>
internal sealed record Springs(int[] RowStarts, int[] Columns, double[] Weights)
{
    public static Springs Of(WeightedGraph graph) => new(graph.RowStarts.ToArray(), graph.Columns.ToArray(), graph.Weights.ToArray());

    /// <summary>Joins bodies into groups 0 … groups − 1; what pulls within a group is gone, for all in it stand at one place. O(N + M).</summary>
    public Springs Join(int[] group, int groups)
    {
        var starts = new int[groups + 1];
        foreach (var g in group)
        {
            starts[g + 1]++;
        }

        for (var g = 0; g < groups; g++)
        {
            starts[g + 1] += starts[g];
        }

        var cursor = starts[..groups];
        var members = new int[group.Length];
        for (var i = 0; i < group.Length; i++)
        {
            members[cursor[group[i]]++] = i;
        }

        var rows = new int[groups + 1];
        var columns = new List<int>(Columns.Length);
        var weights = new List<double>(Columns.Length);
        var place = new int[groups];
        Array.Fill(place, -1);
        for (var g = 0; g < groups; g++)
        {
            for (var m = starts[g]; m < starts[g + 1]; m++)
            {
                for (var p = RowStarts[members[m]]; p < RowStarts[members[m] + 1]; p++)
                {
                    var target = group[Columns[p]];
                    if (target == g)
                    {
                        continue;
                    }

                    if (place[target] < rows[g])
                    {
                        place[target] = columns.Count;
                        columns.Add(target);
                        weights.Add(0);
                    }

                    weights[place[target]] += Weights[p];
                }
            }

            rows[g + 1] = columns.Count;
        }

        return new Springs(rows, [.. columns], [.. weights]);
    }
}
