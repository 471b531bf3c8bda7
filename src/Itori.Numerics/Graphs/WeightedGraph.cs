namespace Itori.Numerics.Graphs;

/// <summary>
/// An immutable undirected graph with positive weights, kept as a symmetric sparse matrix in compressed rows.
/// </summary>
/// <remarks>
/// Shape: N rows, 2M entries, the columns of a row ascending and without repetition. The two entries of an edge hold the same
/// bits. Thread-safe, as it never changes. A graph without nodes and one without edges are valid.
/// </remarks>
public sealed class WeightedGraph
{
    private readonly int[] _rowStarts;
    private readonly int[] _columns;
    private readonly double[] _weights;
    private readonly double[] _strengths;

    private WeightedGraph(int[] rowStarts, int[] columns, double[] weights, double[] strengths)
    {
        _rowStarts = rowStarts;
        _columns = columns;
        _weights = weights;
        _strengths = strengths;
    }

    /// <summary>N, the number of nodes.</summary>
    public int NodeCount => _strengths.Length;

    /// <summary>M, the number of different undirected edges.</summary>
    public int EdgeCount => _columns.Length / 2;

    /// <summary>Where each row begins in <see cref="Columns"/>; length N + 1.</summary>
    public ReadOnlySpan<int> RowStarts => _rowStarts;

    /// <summary>The neighbours, row after row; length 2M.</summary>
    public ReadOnlySpan<int> Columns => _columns;

    /// <summary>The weight of each entry of <see cref="Columns"/>; length 2M, all above zero.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>s_i = Σ_j w_ij of each node; length N, zero for an isolated node.</summary>
    public ReadOnlySpan<double> Strengths => _strengths;

    /// <summary>Twice the sum of all weights: Σ_i s_i.</summary>
    public double TotalStrength
    {
        get
        {
            var sum = 0.0;
            foreach (var strength in _strengths)
            {
                sum += strength;
            }

            return sum;
        }
    }

    /// <summary>The neighbours of a node, ascending.</summary>
    /// <param name="node">A node in [0, N).</param>
    public ReadOnlySpan<int> NeighboursOf(int node) => _columns.AsSpan(_rowStarts[node].._rowStarts[node + 1]);

    /// <summary>The weights to the neighbours of a node, in the order of <see cref="NeighboursOf"/>.</summary>
    /// <param name="node">A node in [0, N).</param>
    public ReadOnlySpan<double> WeightsOf(int node) => _weights.AsSpan(_rowStarts[node].._rowStarts[node + 1]);

    /// <summary>Builds a graph; O(N + M). The weights of an edge that is named several times, in either direction, are summed.</summary>
    /// <param name="nodes">N, at least zero.</param>
    /// <param name="edges">The edges, in any order.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="nodes"/> is negative.</exception>
    /// <exception cref="ArgumentException">
    /// An end is outside [0, N), an edge is a self loop, a weight is not finite or not above zero, a node's weights sum to infinity, or there
    /// are more than 2^30 edges.
    /// </exception>
    public static WeightedGraph FromEdges(int nodes, ReadOnlySpan<WeightedEdge> edges)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nodes);
        if (edges.Length > 1 << 30)
        {
            throw new ArgumentException($"A graph holds at most {1 << 30} edges; {edges.Length} were given.", nameof(edges));
        }

        var starts = CountEntries(nodes, edges);
        var cursor = starts.AsSpan(0, nodes).ToArray();
        var columns = new int[2 * edges.Length];
        var weights = new double[columns.Length];
        foreach (var (a, b, weight) in edges)
        {
            Place(a, b, weight);
            Place(b, a, weight);
        }

        SortRows(starts, ref columns, ref weights);
        MergeRepeated(starts, ref columns, ref weights);
        return new WeightedGraph(starts, columns, weights, SumRows(starts, weights));

        void Place(int row, int column, double weight)
        {
            var at = cursor[row]++;
            columns[at] = column;
            weights[at] = weight;
        }
    }

    private static int[] CountEntries(int nodes, ReadOnlySpan<WeightedEdge> edges)
    {
        var starts = new int[nodes + 1];
        for (var i = 0; i < edges.Length; i++)
        {
            var (a, b, weight) = edges[i];
            if ((uint)a >= (uint)nodes || (uint)b >= (uint)nodes)
            {
                throw new ArgumentException($"Edge {i} joins {a} and {b}; nodes run from 0 to {nodes - 1}.", nameof(edges));
            }

            if (a == b)
            {
                throw new ArgumentException($"Edge {i} joins node {a} to itself.", nameof(edges));
            }

            if (!(weight > 0) || !double.IsFinite(weight))
            {
                throw new ArgumentException($"Edge {i} has weight {weight}; weights are finite and above zero.", nameof(edges));
            }

            starts[a + 1]++;
            starts[b + 1]++;
        }

        for (var i = 0; i < nodes; i++)
        {
            starts[i + 1] += starts[i];
        }

        return starts;
    }

    /// <summary>
    /// Sorts every row's columns by transposing: rows are read in order, so each column's list comes out ascending, and entries of one
    /// edge keep the order they were given in. The matrix is symmetric, so the transposed one is the same one.
    /// </summary>
    private static void SortRows(int[] starts, ref int[] columns, ref double[] weights)
    {
        var nodes = starts.Length - 1;
        var cursor = starts.AsSpan(0, nodes).ToArray();
        var sortedColumns = new int[columns.Length];
        var sortedWeights = new double[weights.Length];
        for (var row = 0; row < nodes; row++)
        {
            for (var p = starts[row]; p < starts[row + 1]; p++)
            {
                var at = cursor[columns[p]]++;
                sortedColumns[at] = row;
                sortedWeights[at] = weights[p];
            }
        }

        columns = sortedColumns;
        weights = sortedWeights;
    }

    private static void MergeRepeated(int[] starts, ref int[] columns, ref double[] weights)
    {
        var kept = 0;
        var begin = 0;
        for (var row = 0; row + 1 < starts.Length; row++)
        {
            var end = starts[row + 1];
            var rowStart = kept;
            for (var p = begin; p < end; p++)
            {
                if (kept > rowStart && columns[kept - 1] == columns[p])
                {
                    weights[kept - 1] += weights[p];
                }
                else
                {
                    columns[kept] = columns[p];
                    weights[kept] = weights[p];
                    kept++;
                }
            }

            begin = end;
            starts[row + 1] = kept;
        }

        Array.Resize(ref columns, kept);
        Array.Resize(ref weights, kept);
    }

    private static double[] SumRows(int[] starts, double[] weights)
    {
        var sums = new double[starts.Length - 1];
        for (var row = 0; row < sums.Length; row++)
        {
            var sum = 0.0;
            for (var p = starts[row]; p < starts[row + 1]; p++)
            {
                sum += weights[p];
            }

            if (!double.IsFinite(sum))
            {
                throw new ArgumentException($"The weights at node {row} sum to more than a double holds.", nameof(weights));
            }

            sums[row] = sum;
        }

        return sums;
    }
}
