using Itori.Numerics.Graphs;

namespace Itori.Numerics.Oscillators;

/// <summary>
/// The weights w_ij of the Kuramoto model: an immutable sparse matrix in compressed rows. w_ij is how much oscillator j pulls oscillator i.
/// </summary>
/// <remarks>
/// Non-negative and finite, N × N, zero diagonal; symmetric in its pattern but, depending on the normalisation, not in its values.
/// The row of an isolated node is empty. Thread-safe.
/// </remarks>
public sealed class CouplingMatrix
{
    private readonly int[] _rowStarts;
    private readonly int[] _columns;
    private readonly double[] _weights;

    private CouplingMatrix(int[] rowStarts, int[] columns, double[] weights)
    {
        _rowStarts = rowStarts;
        _columns = columns;
        _weights = weights;
        for (var row = 0; row < NodeCount; row++)
        {
            var sum = 0.0;
            for (var p = rowStarts[row]; p < rowStarts[row + 1]; p++)
            {
                sum += weights[p];
            }

            LargestRowSum = Math.Max(LargestRowSum, sum);
        }
    }

    /// <summary>N, the number of oscillators.</summary>
    public int NodeCount => _rowStarts.Length - 1;

    /// <summary>The number of stored entries, two for each relation.</summary>
    public int EntryCount => _columns.Length;

    /// <summary>max_i Σ_j w_ij, dimensionless; zero without relations.</summary>
    public double LargestRowSum { get; }

    /// <summary>Where each row begins; length N + 1.</summary>
    public ReadOnlySpan<int> RowStarts => _rowStarts;

    /// <summary>The column j of each entry, ascending within a row.</summary>
    public ReadOnlySpan<int> Columns => _columns;

    /// <summary>The weight w_ij of each entry.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>How often the weights were changed: see <see cref="ChangeWeights"/>.</summary>
    internal int Version { get; private set; }

    /// <summary>Builds the matrix from undirected relations; repeated ones are summed before the normalisation.</summary>
    /// <param name="nodes">N, at least zero.</param>
    /// <param name="edges">Undirected relations, in any order.</param>
    /// <param name="normalisation">How weights are scaled.</param>
    /// <exception cref="ArgumentException">As <see cref="WeightedGraph.FromEdges"/>.</exception>
    public static CouplingMatrix FromEdges(
        int nodes,
        ReadOnlySpan<WeightedEdge> edges,
        CouplingNormalisation normalisation = CouplingNormalisation.Strength) =>
        FromGraph(WeightedGraph.FromEdges(nodes, edges), normalisation);

    /// <summary>Builds the matrix from a graph; O(N + M).</summary>
    /// <param name="graph">The relations.</param>
    /// <param name="normalisation">How weights are scaled.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="normalisation"/> is not a named value.</exception>
    public static CouplingMatrix FromGraph(
        WeightedGraph graph,
        CouplingNormalisation normalisation = CouplingNormalisation.Strength)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var starts = graph.RowStarts.ToArray();
        var columns = graph.Columns.ToArray();
        var weights = graph.Weights.ToArray();
        var strengths = graph.Strengths;
        for (var row = 0; row < graph.NodeCount; row++)
        {
            for (var p = starts[row]; p < starts[row + 1]; p++)
            {
                // Two square roots rather than the root of a product, which may overflow.
                weights[p] = normalisation switch
                {
                    CouplingNormalisation.Strength => weights[p] / strengths[row],
                    CouplingNormalisation.Symmetric => weights[p] / Math.Sqrt(strengths[row]) / Math.Sqrt(strengths[columns[p]]),
                    CouplingNormalisation.None => weights[p],
                    _ => throw new ArgumentOutOfRangeException(nameof(normalisation), normalisation, "Not a normalisation."),
                };
            }
        }

        return new CouplingMatrix(starts, columns, weights);
    }

    /// <summary>The weights of a matrix whose maker changes them now: see <see cref="HebbianCoupling"/>. Row sums stay as they are.</summary>
    internal Span<double> ChangeWeights()
    {
        Version++;
        return _weights;
    }
}
