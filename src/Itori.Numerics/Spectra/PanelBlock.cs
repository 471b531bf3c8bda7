using System.Runtime.Intrinsics;

namespace Itori.Numerics.Spectra;

/// <summary>A tall matrix of some panels in double precision, and what a Rayleigh-Ritz step does to it. Sums have one order.</summary>
internal sealed unsafe class PanelBlock
{
    private const int Width = PanelLaplacian.Width;

    /// <summary>What is left of a vector's square after the others: below this, rounding.</summary>
    private const double Dependent = 1e-13;

    /// <summary>Above this, rounding makes X R⁻¹ orthonormal to a part in a thousand million.</summary>
    private const double Leaning = 1e-7;

    private readonly Panel<double>[] _panels;

    public PanelBlock(int size, int panels)
    {
        Size = size;
        _panels = new Panel<double>[panels];
        for (var p = 0; p < panels; p++)
        {
            _panels[p] = new Panel<double>(size);
        }
    }

    /// <summary>n, the length of each vector.</summary>
    public int Size { get; }

    /// <summary>How many vectors.</summary>
    public int Columns => _panels.Length * Width;

    public Panel<double> this[int panel] => _panels[panel];

    /// <summary>XᵀY, of which the caller knows that it is symmetric: its upper half is computed and mirrored.</summary>
    public static double[,] Gram(PanelBlock x, PanelBlock y)
    {
        var gram = new double[x.Columns, x.Columns];
        for (var p = 0; p < x._panels.Length; p++)
        {
            for (var q = p; q < x._panels.Length; q++)
            {
                for (var k = 0; k < Width; k += 2)
                {
                    AddProducts(x._panels[p], y._panels[q], k, gram, p * Width, q * Width);
                }
            }
        }

        for (var i = 0; i < x.Columns; i++)
        {
            for (var j = 0; j < i; j++)
            {
                gram[i, j] = gram[j, i];
            }
        }

        return gram;
    }

    /// <summary>X ·= A, with A square.</summary>
    public void Rotate(double[,] a)
    {
        if (_panels.Length == 1)
        {
            Multiply(_panels[0], a, 0, 0, _panels[0], false);
            return;
        }

        var rotated = new Panel<double>[_panels.Length];
        for (var q = 0; q < _panels.Length; q++)
        {
            rotated[q] = new Panel<double>(Size);
            for (var p = 0; p < _panels.Length; p++)
            {
                Multiply(_panels[p], a, p * Width, q * Width, rotated[q], p > 0);
            }
        }

        rotated.CopyTo(_panels, 0);
    }

    /// <summary>
    /// Makes the vectors orthogonal to a unit vector, and finds R⁻¹ with X R⁻¹ orthonormal, by Cholesky's factor of XᵀX. Where the vectors lean on each other so far that rounding would show, they are
    /// first rotated by a factor themselves (Yamamoto et al. 2015).
    /// </summary>
    /// <returns>R⁻¹; null where the vectors are dependent, and of no use.</returns>
    public double[,]? TryFactor(double[] unit)
    {
        for (var pass = 0; pass < 3; pass++)
        {
            TakeOut(unit);
            var independence = InvertFactor(Gram(this, this), out var inverse);
            if (!(independence > Dependent))
            {
                return null;
            }

            if (independence > Leaning)
            {
                return inverse;
            }

            Rotate(inverse);
        }

        return null;
    }

    /// <summary>‖y_j − λ_j x_j‖ for each vector.</summary>
    public static double[] Residuals(PanelBlock x, PanelBlock y, double[] values)
    {
        var residuals = new double[x.Columns];
        for (var p = 0; p < x._panels.Length; p++)
        {
            var left = x._panels[p].Values;
            var right = y._panels[p].Values;
            for (var at = 0; at < left.Length; at += Width)
            {
                for (var j = 0; j < Width; j++)
                {
                    var rest = right[at + j] - (values[(p * Width) + j] * left[at + j]);
                    residuals[(p * Width) + j] += rest * rest;
                }
            }
        }

        return Array.ConvertAll(residuals, Math.Sqrt);
    }

    private void TakeOut(double[] unit)
    {
        foreach (var panel in _panels)
        {
            fixed (double* rows = panel)
            {
                Vector256<double> d0 = default, d1 = default, d2 = default, d3 = default;
                for (var i = 0; i < Size; i++)
                {
                    var (u, row) = (Vector256.Create(unit[i]), (nint)i * Width);
                    d0 += u * Vector256.Load(rows + row);
                    d1 += u * Vector256.Load(rows + row + 4);
                    d2 += u * Vector256.Load(rows + row + 8);
                    d3 += u * Vector256.Load(rows + row + 12);
                }

                for (var i = 0; i < Size; i++)
                {
                    var (u, row) = (Vector256.Create(unit[i]), (nint)i * Width);
                    (Vector256.Load(rows + row) - (u * d0)).Store(rows + row);
                    (Vector256.Load(rows + row + 4) - (u * d1)).Store(rows + row + 4);
                    (Vector256.Load(rows + row + 8) - (u * d2)).Store(rows + row + 8);
                    (Vector256.Load(rows + row + 12) - (u * d3)).Store(rows + row + 12);
                }
            }
        }
    }

    /// <summary>result = X A' or result + X A', with A' the square of <paramref name="a"/> that begins at a row and a column. The result may be X itself.</summary>
    private static void Multiply(Panel<double> x, double[,] a, int top, int left, Panel<double> result, bool add)
    {
        var own = stackalloc double[Width];
        var stride = a.GetLength(1);
        fixed (double* factors = &a[top, left], source = x, target = result)
        {
            for (nint row = 0; row < (nint)x.Size * Width; row += Width)
            {
                new ReadOnlySpan<double>(source + row, Width).CopyTo(new Span<double>(own, Width));
                Vector256<double> a0 = default, a1 = default, a2 = default, a3 = default;
                if (add)
                {
                    (a0, a1, a2, a3) = (Vector256.Load(target + row), Vector256.Load(target + row + 4), Vector256.Load(target + row + 8), Vector256.Load(target + row + 12));
                }

                for (var k = 0; k < Width; k++)
                {
                    var factor = Vector256.Create(own[k]);
                    var line = factors + (k * stride);
                    a0 += factor * Vector256.Load(line);
                    a1 += factor * Vector256.Load(line + 4);
                    a2 += factor * Vector256.Load(line + 8);
                    a3 += factor * Vector256.Load(line + 12);
                }

                a0.Store(target + row);
                a1.Store(target + row + 4);
                a2.Store(target + row + 8);
                a3.Store(target + row + 12);
            }
        }
    }

    // Two rows of the product at a time: their eight sums stay in registers.
    private static void AddProducts(Panel<double> x, Panel<double> y, int k, double[,] gram, int top, int left)
    {
        Vector256<double> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        fixed (double* source = x, other = y)
        {
            for (nint at = 0; at < (nint)x.Size * Width; at += Width)
            {
                var (a, b) = (Vector256.Create(source[at + k]), Vector256.Create(source[at + k + 1]));
                var (y0, y1, y2, y3) = (Vector256.Load(other + at), Vector256.Load(other + at + 4), Vector256.Load(other + at + 8), Vector256.Load(other + at + 12));
                a0 += a * y0;
                a1 += a * y1;
                a2 += a * y2;
                a3 += a * y3;
                b0 += b * y0;
                b1 += b * y1;
                b2 += b * y2;
                b3 += b * y3;
            }
        }

        fixed (double* target = &gram[top + k, left], below = &gram[top + k + 1, left])
        {
            a0.Store(target);
            a1.Store(target + 4);
            a2.Store(target + 8);
            a3.Store(target + 12);
            b0.Store(below);
            b1.Store(below + 4);
            b2.Store(below + 8);
            b3.Store(below + 12);
        }
    }

    /// <summary>R⁻¹ of XᵀX = RᵀR, R upper triangular.</summary>
    /// <returns>The least part of a vector's square that is left after those before it; 0 or less where nothing is.</returns>
    private static double InvertFactor(double[,] gram, out double[,] inverse)
    {
        var least = 1.0;
        var n = gram.GetLength(0);
        var factor = new double[n, n];
        inverse = new double[n, n];
        for (var j = 0; j < n; j++)
        {
            for (var i = 0; i <= j; i++)
            {
                var sum = gram[i, j];
                for (var k = 0; k < i; k++)
                {
                    sum -= factor[k, i] * factor[k, j];
                }

                if (i < j)
                {
                    factor[i, j] = sum / factor[i, i];
                    continue;
                }

                least = Math.Min(least, sum / gram[j, j]);
                if (!(least > 0))
                {
                    return 0;
                }

                factor[j, j] = Math.Sqrt(sum);
            }

            inverse[j, j] = 1 / factor[j, j];
            for (var i = j - 1; i >= 0; i--)
            {
                var sum = 0.0;
                for (var k = i + 1; k <= j; k++)
                {
                    sum += factor[i, k] * inverse[k, j];
                }

                inverse[i, j] = -sum / factor[i, i];
            }
        }

        return least;
    }
}
