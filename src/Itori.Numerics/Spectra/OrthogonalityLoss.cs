namespace Itori.Numerics.Spectra;

/// <summary>
/// Follows how much the vectors of a Lanczos basis lose of their orthogonality to each other, without looking at them: the recurrence that makes them makes the rounding errors grow by it too (Simon 1984).
/// As long as no two lean on each other by more than √ε, the projected matrix is what exact arithmetic would give, to working precision.
/// </summary>
internal sealed class OrthogonalityLoss
{
    // Below √ε ≈ 1.5e-8, since what is kept at a restart carries its errors along. The estimate is some hundred times what is there.
    private const double Limit = 1e-9;

    private readonly double _rounding;
    private readonly double _norm;
    private double[] _before = [];
    private double[] _now = [];
    private double[] _next = [];
    private int _count;

    public OrthogonalityLoss(int length, double norm)
    {
        _rounding = (double.BitIncrement(1) - 1) * Math.Sqrt(length);
        _norm = norm;
    }

    /// <summary>Whether the vector that <see cref="Step"/> was told of leans on one of the basis.</summary>
    public bool IsTooMuch
    {
        get
        {
            for (var i = 0; i < _count - 1; i++)
            {
                if (Math.Abs(_next[i]) > Limit)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Makes place for a basis of so many vectors and begins with none.</summary>
    public void Reserve(int capacity)
    {
        (_before, _now, _next) = (new double[capacity], new double[capacity], new double[capacity]);
        _count = 0;
    }

    /// <summary>The basis was replaced by as many vectors as are given, which a new one follows that is orthogonal to them.</summary>
    public void Restart(int kept)
    {
        _before.AsSpan().Fill(_rounding);
        _next.AsSpan().Fill(_rounding);
        _count = kept;
    }

    /// <summary>
    /// Estimates how the vector after <paramref name="newest"/> leans on the basis: β ω_next = T ω_now − α ω_now − β_before ω_before and what rounding adds, by each of the basis' vectors.
    /// </summary>
    /// <param name="newest">Index of the basis' newest vector, which was multiplied.</param>
    /// <param name="projected">T up to it, without its own column.</param>
    /// <param name="column">T's column of the newest vector: its last entry is α, the one before it β_before.</param>
    /// <param name="beta">The length of what is left.</param>
    public void Step(int newest, double[,] projected, ReadOnlySpan<double> column, double beta)
    {
        (_before, _now, _next) = (_now, _next, _before);
        _count = newest + 1;
        var alpha = column[newest];
        var betaBefore = newest > 0 ? column[newest - 1] : 0;
        _now[newest] = 1;
        for (var i = 0; i < newest; i++)
        {
            var sum = column[i];
            for (var k = 0; k < newest; k++)
            {
                sum += projected[i, k] * _now[k];
            }

            sum -= (alpha * _now[i]) + (betaBefore * (i == newest - 1 ? 1 : _before[i]));
            sum += Math.CopySign(_rounding * _norm, sum);
            _next[i] = sum / beta;
        }

        _next[newest] = _rounding;
    }

    /// <summary>The vector that <see cref="Step"/> was told of was made orthogonal to all.</summary>
    public void Mend() => _next.AsSpan(0, _count).Fill(_rounding);
}
