using System.Buffers;
using System.Runtime.Intrinsics;
using Itori.Numerics.Graphs;

namespace Itori.Numerics.Spectra;

/// <summary>The Laplacian of one connected component of two nodes or more, with its nodes numbered from 0. Immutable.</summary>
internal sealed class ComponentLaplacian
{
    private readonly int[] _rowStarts;
    private readonly int[] _columns;
    private readonly double[] _weights;
    private readonly double[] _diagonal;

    public ComponentLaplacian(WeightedGraph graph, ConnectedComponents components, int component, LaplacianKind kind)
    {
        var nodes = components.NodesOf(component);
        var place = ArrayPool<int>.Shared.Rent(graph.NodeCount);
        var entries = 0;
        for (var i = 0; i < nodes.Count; i++)
        {
            place[nodes[i]] = i;
            entries += graph.NeighboursOf(nodes[i]).Length;
        }

        _rowStarts = new int[nodes.Count + 1];
        _columns = new int[entries];
        _weights = new double[entries];
        _diagonal = new double[nodes.Count];
        NullVector = new double[nodes.Count];
        double lightest = double.PositiveInfinity, strongest = 0;
        var at = 0;
        for (var i = 0; i < nodes.Count; i++)
        {
            var strength = graph.Strengths[nodes[i]];
            var neighbours = graph.NeighboursOf(nodes[i]);
            var weights = graph.WeightsOf(nodes[i]);
            for (var p = 0; p < neighbours.Length; p++, at++)
            {
                _columns[at] = place[neighbours[p]];
                _weights[at] = kind == LaplacianKind.Combinatorial
                    ? weights[p]
                    : weights[p] / Math.Sqrt(strength) / Math.Sqrt(graph.Strengths[neighbours[p]]);
                lightest = Math.Min(lightest, weights[p]);
            }

            _rowStarts[i + 1] = at;
            _diagonal[i] = kind == LaplacianKind.Combinatorial ? strength : 1;
            NullVector[i] = kind == LaplacianKind.Combinatorial ? 1 : Math.Sqrt(strength);
            strongest = Math.Max(strongest, strength);
        }

        ArrayPool<int>.Shared.Return(place);
        var norm = Math.Sqrt(DenseVector.Dot(NullVector, NullVector));
        DenseVector.Scale(NullVector, 1 / norm);
        NormBound = kind == LaplacianKind.Combinatorial ? 2 * strongest : 2;

        // λ2 ≥ 4/(n · diameter) for unit weights (Mohar 1991), L grows with every weight, and dividing by strengths divides λ2 by at most the largest.
        var floor = 4 * (lightest / nodes.Count / (nodes.Count - 1));
        ConnectivityFloor = Math.Max(kind == LaplacianKind.Combinatorial ? floor : floor / strongest, double.Epsilon);
    }

    /// <summary>n, the number of nodes.</summary>
    public int Size => _diagonal.Length;

    /// <summary>The unit vector with eigenvalue 0; the only one, as the component is connected.</summary>
    public double[] NullVector { get; }

    /// <summary>An upper bound of the largest eigenvalue (Gershgorin).</summary>
    public double NormBound { get; }

    /// <summary>A lower bound of λ2, above zero.</summary>
    public double ConnectivityFloor { get; }

    /// <summary>Where each row of <see cref="Columns"/> and <see cref="Weights"/> begins; length n + 1.</summary>
    public int[] RowStarts => _rowStarts;

    /// <summary>The columns outside the diagonal, row after row.</summary>
    public int[] Columns => _columns;

    /// <summary>The entries of <see cref="Columns"/>, negated.</summary>
    public double[] Weights => _weights;

    /// <summary>The diagonal.</summary>
    public double[] Diagonal => _diagonal;

    /// <summary>result = L x for all vectors of a panel.</summary>
    public unsafe void Multiply(Panel<double> x, Panel<double> result)
    {
        fixed (int* starts = _rowStarts, columns = _columns)
        fixed (double* weights = _weights, diagonal = _diagonal, source = x, target = result)
        {
            for (var i = 0; i < _diagonal.Length; i++)
            {
                Vector256<double> a = default, b = default, c = default, d = default;
                for (var p = starts[i]; p < starts[i + 1]; p++)
                {
                    var weight = Vector256.Create(weights[p]);
                    var row = source + ((nint)columns[p] * PanelLaplacian.Width);
                    a += weight * Vector256.Load(row);
                    b += weight * Vector256.Load(row + 4);
                    c += weight * Vector256.Load(row + 8);
                    d += weight * Vector256.Load(row + 12);
                }

                var own = Vector256.Create(diagonal[i]);
                var at = (nint)i * PanelLaplacian.Width;
                ((own * Vector256.Load(source + at)) - a).Store(target + at);
                ((own * Vector256.Load(source + at + 4)) - b).Store(target + at + 4);
                ((own * Vector256.Load(source + at + 8)) - c).Store(target + at + 8);
                ((own * Vector256.Load(source + at + 12)) - d).Store(target + at + 12);
            }
        }
    }

    /// <summary>result = L x; O(n + entries).</summary>
    public unsafe void Multiply(ReadOnlySpan<double> x, Span<double> result)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, Size);
        ArgumentOutOfRangeException.ThrowIfNotEqual(result.Length, Size);
        fixed (int* starts = _rowStarts, columns = _columns)
        fixed (double* weights = _weights, diagonal = _diagonal, source = x, target = result)
        {
            for (var i = 0; i < _diagonal.Length; i++)
            {
                double even = 0, odd = 0;
                var p = starts[i];
                var end = starts[i + 1];
                for (; p + 2 <= end; p += 2)
                {
                    even += weights[p] * source[columns[p]];
                    odd += weights[p + 1] * source[columns[p + 1]];
                }

                if (p < end)
                {
                    even += weights[p] * source[columns[p]];
                }

                target[i] = diagonal[i] * source[i] - (even + odd);
            }
        }
    }

    /// <summary>The same matrix, n × n.</summary>
    public double[,] ToDense()
    {
        var dense = new double[Size, Size];
        for (var i = 0; i < Size; i++)
        {
            dense[i, i] = _diagonal[i];
            for (var p = _rowStarts[i]; p < _rowStarts[i + 1]; p++)
            {
                dense[i, _columns[p]] = -_weights[p];
            }
        }

        return dense;
    }
}
