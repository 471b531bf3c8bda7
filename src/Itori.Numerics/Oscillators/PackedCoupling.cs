using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Itori.Numerics.Oscillators;

/// <summary>
/// A coupling as the integrator reads it: rows of equal length stand together, so that the end of a row is no surprise to the processor.
/// </summary>
/// <remarks>
/// Oscillators have <i>places</i> here: within windows of a few hundred they are sorted by the length of their row (the σ of SELL-C-σ: Kreutzer, Hager, Wellein,
/// Fehske, Bishop 2014), windows being small enough that what was near stays near. Entries keep their order within a row, so sums are those of the matrix, bit for bit.
/// </remarks>
internal sealed class PackedCoupling
{
    private const int Window = 256;

    private readonly CouplingMatrix _matrix;
    private readonly bool _fourAtOnce;
    private readonly int[] _order;
    private readonly int[] _rowStarts;
    private readonly int[] _columns;
    private readonly double[] _weights;
    private int _version;

    public PackedCoupling(CouplingMatrix matrix)
        : this(matrix, Vector512.IsHardwareAccelerated)
    {
    }

    /// <summary>Packs a coupling.</summary>
    /// <param name="matrix">The coupling.</param>
    /// <param name="fourAtOnce">Whether four entries are multiplied at once, for which only some processors have registers. The sums are the same.</param>
    internal PackedCoupling(CouplingMatrix matrix, bool fourAtOnce)
    {
        _matrix = matrix;
        _fourAtOnce = fourAtOnce;
        _order = Sorted(matrix.RowStarts);
        _rowStarts = new int[_order.Length + 1];
        _columns = new int[matrix.EntryCount];
        _weights = new double[matrix.EntryCount];
        var places = new int[_order.Length];
        for (var place = 0; place < _order.Length; place++)
        {
            places[_order[place]] = place;
        }

        var at = 0;
        for (var place = 0; place < _order.Length; place++)
        {
            foreach (var column in RowOf(place, matrix.Columns))
            {
                _columns[at++] = 2 * places[column];
            }

            _rowStarts[place + 1] = at;
        }

        CopyWeights();
    }

    /// <summary>The oscillator of each place; length N.</summary>
    public ReadOnlySpan<int> Order => _order;

    /// <summary>Takes over weights that have changed since they were last looked at.</summary>
    public void Refresh()
    {
        if (_version != _matrix.Version)
        {
            CopyWeights();
        }
    }

    /// <summary>Writes Σ_j w_ij cos x_j and Σ_j w_ij sin x_j of some places that follow each other.</summary>
    /// <param name="first">The first of the places.</param>
    /// <param name="count">How many.</param>
    /// <param name="unit">cos x, sin x of every place in turn; length at least 2 N.</param>
    /// <param name="cosines">The sums of cosines of the places asked for.</param>
    /// <param name="sines">The sums of sines.</param>
    public unsafe void Sum(int first, int count, ReadOnlySpan<double> unit, Span<double> cosines, Span<double> sines)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _order.Length - first);
        ArgumentOutOfRangeException.ThrowIfLessThan(unit.Length, 2 * _order.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(cosines.Length, count);
        ArgumentOutOfRangeException.ThrowIfLessThan(sines.Length, count);
        fixed (int* starts = _rowStarts, columns = _columns)
        fixed (double* weights = _weights, units = unit, cosine = cosines, sine = sines)
        {
            if (_fourAtOnce)
            {
                SumByFour(count, starts + first, columns, weights, units, cosine, sine);
            }
            else
            {
                SumByOne(count, starts + first, columns, weights, units, cosine, sine);
            }
        }
    }

    private static unsafe void SumByFour(int rows, int* starts, int* columns, double* weights, double* unit, double* cosines, double* sines)
    {
        nint p = starts[0];
        for (nint row = 0; row < rows; row++)
        {
            var abcd = Vector512<double>.Zero;
            nint end = starts[row + 1];
            for (; p + 4 <= end; p += 4)
            {
                var ab = Vector128.Load(unit + columns[p]).ToVector256Unsafe().WithUpper(Vector128.Load(unit + columns[p + 1]));
                var cd = Vector128.Load(unit + columns[p + 2]).ToVector256Unsafe().WithUpper(Vector128.Load(unit + columns[p + 3]));
                var twice = Vector512.Shuffle(Vector256.Load(weights + p).ToVector512(), Vector512.Create(0L, 0, 1, 1, 2, 2, 3, 3));
                abcd += ab.ToVector512Unsafe().WithUpper(cd) * twice;
            }

            var (low, high) = (abcd.GetLower(), abcd.GetUpper());
            Finish(low.GetLower(), low.GetUpper(), high.GetLower(), high.GetUpper(), ref p, end, columns, weights, unit, cosines + row, sines + row);
        }
    }

    private static unsafe void SumByOne(int rows, int* starts, int* columns, double* weights, double* unit, double* cosines, double* sines)
    {
        nint p = starts[0];
        for (nint row = 0; row < rows; row++)
        {
            // Four sums in turn hide the latency of the addition; their order is part of the result.
            var a = Vector128<double>.Zero;
            var b = a;
            var c = a;
            var d = a;
            nint end = starts[row + 1];
            for (; p + 4 <= end; p += 4)
            {
                a += Vector128.Load(unit + columns[p]) * Vector128.Create(weights[p]);
                b += Vector128.Load(unit + columns[p + 1]) * Vector128.Create(weights[p + 1]);
                c += Vector128.Load(unit + columns[p + 2]) * Vector128.Create(weights[p + 2]);
                d += Vector128.Load(unit + columns[p + 3]) * Vector128.Create(weights[p + 3]);
            }

            Finish(a, b, c, d, ref p, end, columns, weights, unit, cosines + row, sines + row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Finish(
        Vector128<double> a, Vector128<double> b, Vector128<double> c, Vector128<double> d, ref nint p, nint end, int* columns, double* weights, double* unit, double* cosine, double* sine)
    {
        for (; p < end; p++)
        {
            a += Vector128.Load(unit + columns[p]) * Vector128.Create(weights[p]);
        }

        var sum = (a + b) + (c + d);
        *cosine = sum.GetElement(0);
        *sine = sum.GetElement(1);
    }

    private static int[] Sorted(ReadOnlySpan<int> rowStarts)
    {
        var order = new int[rowStarts.Length - 1];
        var lengths = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            lengths[i] = rowStarts[i + 1] - rowStarts[i];
        }

        for (var from = 0; from < order.Length; from += Window)
        {
            Array.Sort(lengths, order, from, Math.Min(Window, order.Length - from));
        }

        return order;
    }

    private ReadOnlySpan<T> RowOf<T>(int place, ReadOnlySpan<T> entries)
    {
        var row = _order[place];
        return entries[_matrix.RowStarts[row].._matrix.RowStarts[row + 1]];
    }

    private void CopyWeights()
    {
        _version = _matrix.Version;
        for (var place = 0; place < _order.Length; place++)
        {
            RowOf(place, _matrix.Weights).CopyTo(_weights.AsSpan(_rowStarts[place]));
        }
    }
}
