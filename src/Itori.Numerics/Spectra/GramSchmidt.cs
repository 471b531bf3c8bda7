using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Itori.Numerics.Spectra;

/// <summary>
/// Makes a vector orthogonal to a set of orthonormal ones, in two passes of the classical method, which reach working precision (Giraud et al. 2005). Leaving the second out where little
/// cancels was tried: the errors grow from step to step until nothing converges.
/// </summary>
/// <remarks>
/// What it costs is fetching the set from memory. Taken a block of rows at a time, subtracting the first pass and measuring for the second share one fetch, so two passes take three instead
/// of four. Sums have one order whatever the machine.
/// </remarks>
internal static class GramSchmidt
{
    // 256 rows of some seventy vectors are 140 KB, which stays in the second-level cache between the two uses of a block.
    private const int Block = 256;

    /// <summary>Takes the set's parts out of a vector in one pass: enough where they are small or few.</summary>
    /// <param name="directions">The set, each of the vector's length.</param>
    /// <param name="vector">Changed in place.</param>
    /// <param name="components">Where the parts that were taken out go, one for each direction.</param>
    public static void TakeOut(ReadOnlySpan<double[]> directions, double[] vector, Span<double> components)
    {
        components[..directions.Length].Clear();
        for (var at = 0; at < vector.Length; at += Block)
        {
            AddDots(directions, vector, at, Math.Min(Block, vector.Length - at), components);
        }

        for (var at = 0; at < vector.Length; at += Block)
        {
            Subtract(directions, vector, at, Math.Min(Block, vector.Length - at), components);
        }
    }

    /// <summary>Makes a vector orthogonal to the set, to working precision.</summary>
    /// <param name="directions">The set, each of the vector's length.</param>
    /// <param name="vector">Changed in place.</param>
    /// <param name="components">Where the parts that were taken out go, one for each direction.</param>
    public static void Orthogonalise(ReadOnlySpan<double[]> directions, double[] vector, Span<double> components)
    {
        components[..directions.Length].Clear();
        Span<double> parts = directions.Length <= 256 ? stackalloc double[directions.Length] : new double[directions.Length];
        for (var at = 0; at < vector.Length; at += Block)
        {
            AddDots(directions, vector, at, Math.Min(Block, vector.Length - at), components);
        }

        parts.Clear();
        for (var at = 0; at < vector.Length; at += Block)
        {
            var length = Math.Min(Block, vector.Length - at);
            Subtract(directions, vector, at, length, components);
            AddDots(directions, vector, at, length, parts);
        }

        for (var at = 0; at < vector.Length; at += Block)
        {
            Subtract(directions, vector, at, Math.Min(Block, vector.Length - at), parts);
        }

        for (var i = 0; i < parts.Length; i++)
        {
            components[i] += parts[i];
        }
    }

    /// <summary>Linear combinations of the set: column c of the result is Σ_i weights[i, columns[c]] directions_i. Taken a block of rows at a time, as the set is used once for each column.</summary>
    public static double[][] Combine(ReadOnlySpan<double[]> directions, double[,] weights, ReadOnlySpan<int> columns)
    {
        var length = directions[0].Length;
        var sums = new double[columns.Length][];
        var parts = new double[columns.Length][];
        for (var c = 0; c < sums.Length; c++)
        {
            sums[c] = new double[length];
            parts[c] = new double[directions.Length];
            for (var i = 0; i < directions.Length; i++)
            {
                parts[c][i] = -weights[i, columns[c]];
            }
        }

        for (var at = 0; at < length; at += Block)
        {
            for (var c = 0; c < sums.Length; c++)
            {
                Subtract(directions, sums[c], at, Math.Min(Block, length - at), parts[c]);
            }
        }

        return sums;
    }

    private static void AddDots(ReadOnlySpan<double[]> directions, double[] vector, int at, int length, Span<double> dots)
    {
        ref var v = ref MemoryMarshal.GetArrayDataReference(vector);
        var end = at + length;
        var i = 0;
        for (; i + 4 <= directions.Length; i += 4)
        {
            ref var p = ref MemoryMarshal.GetArrayDataReference(directions[i]);
            ref var q = ref MemoryMarshal.GetArrayDataReference(directions[i + 1]);
            ref var r = ref MemoryMarshal.GetArrayDataReference(directions[i + 2]);
            ref var s = ref MemoryMarshal.GetArrayDataReference(directions[i + 3]);
            Vector256<double> a = default, b = default, c = default, d = default;
            var row = at;
            for (; row + 4 <= end; row += 4)
            {
                var x = Vector256.LoadUnsafe(ref v, (nuint)row);
                a += x * Vector256.LoadUnsafe(ref p, (nuint)row);
                b += x * Vector256.LoadUnsafe(ref q, (nuint)row);
                c += x * Vector256.LoadUnsafe(ref r, (nuint)row);
                d += x * Vector256.LoadUnsafe(ref s, (nuint)row);
            }

            dots[i] += Sum(a) + Tail(directions[i], vector, row, end);
            dots[i + 1] += Sum(b) + Tail(directions[i + 1], vector, row, end);
            dots[i + 2] += Sum(c) + Tail(directions[i + 2], vector, row, end);
            dots[i + 3] += Sum(d) + Tail(directions[i + 3], vector, row, end);
        }

        for (; i < directions.Length; i++)
        {
            dots[i] += DenseVector.Dot(directions[i].AsSpan(at, length), vector.AsSpan(at, length));
        }
    }

    private static void Subtract(ReadOnlySpan<double[]> directions, double[] vector, int at, int length, ReadOnlySpan<double> parts)
    {
        ref var v = ref MemoryMarshal.GetArrayDataReference(vector);
        var end = at + length;
        var i = 0;
        for (; i + 4 <= directions.Length; i += 4)
        {
            ref var p = ref MemoryMarshal.GetArrayDataReference(directions[i]);
            ref var q = ref MemoryMarshal.GetArrayDataReference(directions[i + 1]);
            ref var r = ref MemoryMarshal.GetArrayDataReference(directions[i + 2]);
            ref var s = ref MemoryMarshal.GetArrayDataReference(directions[i + 3]);
            var (a, b, c, d) = (Vector256.Create(parts[i]), Vector256.Create(parts[i + 1]), Vector256.Create(parts[i + 2]), Vector256.Create(parts[i + 3]));
            var row = at;
            for (; row + 4 <= end; row += 4)
            {
                var taken = (a * Vector256.LoadUnsafe(ref p, (nuint)row) + b * Vector256.LoadUnsafe(ref q, (nuint)row))
                    + (c * Vector256.LoadUnsafe(ref r, (nuint)row) + d * Vector256.LoadUnsafe(ref s, (nuint)row));
                (Vector256.LoadUnsafe(ref v, (nuint)row) - taken).StoreUnsafe(ref v, (nuint)row);
            }

            for (; row < end; row++)
            {
                vector[row] -= (parts[i] * directions[i][row] + parts[i + 1] * directions[i + 1][row])
                    + (parts[i + 2] * directions[i + 2][row] + parts[i + 3] * directions[i + 3][row]);
            }
        }

        for (; i < directions.Length; i++)
        {
            DenseVector.AddScaled(vector.AsSpan(at, length), -parts[i], directions[i].AsSpan(at, length));
        }
    }

    private static double Sum(Vector256<double> lanes) => (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);

    private static double Tail(double[] x, double[] y, int from, int to)
    {
        var sum = 0.0;
        for (var row = from; row < to; row++)
        {
            sum += x[row] * y[row];
        }

        return sum;
    }
}
