using System.Runtime.Intrinsics;

namespace Itori.Numerics.Spectra;

/// <summary>
/// A Laplacian that is applied to <see cref="Width"/> vectors at once, in single precision: what a product costs is fetching indices and the rows they name, and a row of sixteen floats is one line
/// of the cache, as a single double is.
/// </summary>
/// <remarks>
/// The operator is L + τ v vᵀ, with v the unit vector of eigenvalue 0, so that what rounding brings of v is not taken for the smallest eigenvalue. Each element of a result is made of the same
/// operations in the same order on every machine.
/// </remarks>
internal sealed unsafe class PanelLaplacian
{
    /// <summary>Vectors of a panel, which is kept row after row.</summary>
    public const int Width = 16;

    private readonly int[] _rowStarts;
    private readonly int[] _columns;
    private readonly float[] _weights;
    private readonly float[] _diagonal;
    private readonly float[] _null;

    public PanelLaplacian(ComponentLaplacian laplacian)
    {
        _rowStarts = laplacian.RowStarts;
        _columns = laplacian.Columns;
        _weights = Array.ConvertAll(laplacian.Weights, weight => (float)weight);
        _diagonal = Array.ConvertAll(laplacian.Diagonal, entry => (float)entry);
        _null = Array.ConvertAll(laplacian.NullVector, entry => (float)entry);
    }

    public int Size => _diagonal.Length;

    /// <summary>vᵀx for each vector of a panel.</summary>
    public Vector512<float> NullParts(Panel<float> x)
    {
        var parts = Vector512<float>.Zero;
        fixed (float* rows = x)
        {
            for (var i = 0; i < _null.Length; i++)
            {
                parts += Vector512.Create(_null[i]) * Vector512.Load(rows + ((nint)i * Width));
            }
        }

        return parts;
    }

    /// <summary>
    /// <paramref name="earlier"/> = a L x + b x + c <paramref name="earlier"/> + v ·<paramref name="nullTerm"/>, the recurrence of Chebyshev's polynomials; O(entries) for the whole panel.
    /// </summary>
    /// <returns>vᵀ of the result.</returns>
    public Vector512<float> Recur(Panel<float> x, Panel<float> earlier, float a, float b, float c, Vector512<float> nullTerm)
    {
        var nullParts = Vector512<float>.Zero;
        fixed (int* starts = _rowStarts, columns = _columns)
        fixed (float* weights = _weights, diagonal = _diagonal, unit = _null, source = x, target = earlier)
        {
            for (var i = 0; i < _diagonal.Length; i++)
            {
                Vector512<float> even = default, odd = default;
                var p = starts[i];
                var end = starts[i + 1];
                for (; p + 2 <= end; p += 2)
                {
                    even += Vector512.Create(weights[p]) * Vector512.Load(source + ((nint)columns[p] * Width));
                    odd += Vector512.Create(weights[p + 1]) * Vector512.Load(source + ((nint)columns[p + 1] * Width));
                }

                if (p < end)
                {
                    even += Vector512.Create(weights[p]) * Vector512.Load(source + ((nint)columns[p] * Width));
                }

                var at = (nint)i * Width;
                var own = Vector512.Create((a * diagonal[i]) + b) * Vector512.Load(source + at);
                var before = Vector512.Create(c) * Vector512.Load(target + at);
                var ofNull = Vector512.Create(unit[i]);
                var next = (own - (Vector512.Create(a) * (even + odd))) + (before + (ofNull * nullTerm));
                next.Store(target + at);
                nullParts += ofNull * next;
            }
        }

        return nullParts;
    }
}
