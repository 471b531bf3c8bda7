using System.Runtime.Intrinsics;

namespace Itori.Numerics.Spectra;

/// <summary>Operations on long vectors, in lanes of fixed width so that sums have one order on every machine.</summary>
internal static class DenseVector
{
    /// <summary>Σ x_i y_i.</summary>
    public static unsafe double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        fixed (double* left = x, right = y)
        {
            var a = Vector256<double>.Zero;
            var b = a;
            var c = a;
            var d = a;
            var i = 0;
            for (; i + 16 <= x.Length; i += 16)
            {
                a += Vector256.Load(left + i) * Vector256.Load(right + i);
                b += Vector256.Load(left + i + 4) * Vector256.Load(right + i + 4);
                c += Vector256.Load(left + i + 8) * Vector256.Load(right + i + 8);
                d += Vector256.Load(left + i + 12) * Vector256.Load(right + i + 12);
            }

            var lanes = (a + b) + (c + d);
            var sum = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
            for (; i < x.Length; i++)
            {
                sum += left[i] * right[i];
            }

            return sum;
        }
    }

    /// <summary>y_i += factor · x_i.</summary>
    public static unsafe void AddScaled(Span<double> y, double factor, ReadOnlySpan<double> x)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        fixed (double* target = y, source = x)
        {
            var factors = Vector256.Create(factor);
            var i = 0;
            for (; i + 4 <= y.Length; i += 4)
            {
                (Vector256.Load(target + i) + factors * Vector256.Load(source + i)).Store(target + i);
            }

            for (; i < y.Length; i++)
            {
                target[i] += factor * source[i];
            }
        }
    }

    /// <summary>x_i ·= factor.</summary>
    public static void Scale(Span<double> x, double factor)
    {
        foreach (ref var value in x)
        {
            value *= factor;
        }
    }
}
