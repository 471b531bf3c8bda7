namespace Itori.Numerics.Graphs;

/// <summary>The connected components of a graph. Immutable; an isolated node is a component of its own.</summary>
/// <remarks>Components are numbered by their smallest node, ascending; a graph without nodes has none.</remarks>
public sealed class ConnectedComponents
{
    private readonly int[] _labels;
    private readonly int[][] _members;

    private ConnectedComponents(int[] labels, int[][] members)
    {
        _labels = labels;
        _members = members;
    }

    /// <summary>How many components there are.</summary>
    public int Count => _members.Length;

    /// <summary>The component of each node; length N, values in [0, <see cref="Count"/>).</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The nodes of a component, ascending.</summary>
    /// <param name="component">A component in [0, <see cref="Count"/>).</param>
    public IReadOnlyList<int> NodesOf(int component) => _members[component];

    /// <summary>Finds the components; O(N + M), without recursion.</summary>
    /// <param name="graph">Any graph.</param>
    public static ConnectedComponents Of(WeightedGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var labels = new int[graph.NodeCount];
        Array.Fill(labels, -1);
        var members = new List<int[]>();
        var pending = new List<int>();
        for (var root = 0; root < labels.Length; root++)
        {
            if (labels[root] >= 0)
            {
                continue;
            }

            pending.Clear();
            pending.Add(root);
            labels[root] = members.Count;
            for (var next = 0; next < pending.Count; next++)
            {
                foreach (var neighbour in graph.NeighboursOf(pending[next]))
                {
                    if (labels[neighbour] < 0)
                    {
                        labels[neighbour] = members.Count;
                        pending.Add(neighbour);
                    }
                }
            }

            int[] nodes = [.. pending];
            Array.Sort(nodes);
            members.Add(nodes);
        }

        return new ConnectedComponents(labels, [.. members]);
    }
}
