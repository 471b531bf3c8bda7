using Itori.Numerics.Graphs;

namespace Itori.Numerics.Communities;

/// <summary>A graph whose nodes stand for groups of nodes. Weight inside a group counts in its strength but is no entry of its row.</summary>
internal sealed class AggregateNetwork
{
    private AggregateNetwork(int[] rowStarts, int[] columns, double[] weights, double[] strengths)
    {
        RowStarts = rowStarts;
        Columns = columns;
        Weights = weights;
        Strengths = strengths;
    }

    public int NodeCount => Strengths.Length;

    public int[] RowStarts { get; }

    public int[] Columns { get; }

    public double[] Weights { get; }

    public double[] Strengths { get; }

    public static AggregateNetwork Of(WeightedGraph graph) =>
        new(graph.RowStarts.ToArray(), graph.Columns.ToArray(), graph.Weights.ToArray(), graph.Strengths.ToArray());

    /// <summary>Joins nodes of the same group, 0 … groups − 1, into one each; O(N + M).</summary>
    public AggregateNetwork Join(int[] group, int groups)
    {
        var members = Grouping.Members(group, groups, out var memberStarts);
        var starts = new int[groups + 1];
        var columns = new List<int>();
        var weights = new List<double>();
        var strengths = new double[groups];
        var place = new int[groups];
        Array.Fill(place, -1);
        for (var g = 0; g < groups; g++)
        {
            var rowStart = columns.Count;
            for (var m = memberStarts[g]; m < memberStarts[g + 1]; m++)
            {
                var node = members[m];
                strengths[g] += Strengths[node];
                for (var p = RowStarts[node]; p < RowStarts[node + 1]; p++)
                {
                    var target = group[Columns[p]];
                    if (target == g)
                    {
                        continue;
                    }

                    if (place[target] < rowStart)
                    {
                        place[target] = columns.Count;
                        columns.Add(target);
                        weights.Add(0);
                    }

                    weights[place[target]] += Weights[p];
                }
            }

            starts[g + 1] = columns.Count;
        }

        return new AggregateNetwork(starts, [.. columns], [.. weights], strengths);
    }
}
