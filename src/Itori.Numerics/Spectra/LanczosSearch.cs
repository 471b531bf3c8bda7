using System.Runtime.InteropServices;

namespace Itori.Numerics.Spectra;

/// <summary>One search of the Lanczos method from one random start, orthogonal to what is already known.</summary>
/// <remarks>
/// A new vector is made orthogonal to the whole basis only where <see cref="OrthogonalityLoss"/> says that it has begun to lean on it, and then so is the one after it (Simon 1984); otherwise to
/// those alone that the method itself couples it to, and to what is known, which is no eigenvector to the last digit.
/// </remarks>
internal sealed class LanczosSearch
{
    private const int ChecksEvery = 32;
    private const int StepsBeforeCheck = 16;

    // One end of a spectrum, or one eigenvalue roughly, is found in some forty steps, and to look at so small a basis costs little.
    private const int FewChecksEvery = 8;

    private readonly ComponentLaplacian _laplacian;
    private readonly double[][] _known;
    private readonly List<double[]> _basis = [];
    private readonly OrthogonalityLoss _loss;
    private readonly double[] _knownParts;
    private double[] _parts = [];
    private double[] _allParts = [];
    private SplitMix64 _random;
    private int _coupledFrom;
    private bool _again;

    public LanczosSearch(ComponentLaplacian laplacian, IReadOnlyList<RitzPair> known, ulong seed)
    {
        _laplacian = laplacian;
        _known = [laplacian.NullVector, .. known.Select(pair => pair.Vector)];
        _knownParts = new double[_known.Length];
        _loss = new OrthogonalityLoss(laplacian.Size, laplacian.NormBound);
        _random = new SplitMix64(seed);
    }

    /// <summary>The vectors that the search has made since its last restart, the oldest first.</summary>
    internal IReadOnlyList<double[]> Basis => _basis;

    private int Room => _laplacian.Size - _known.Length;

    /// <summary>
    /// Finds the <paramref name="wanted"/> smallest eigenvalues of what is not known yet, none of them where only the largest is asked for; stops early once the smallest is sure to be no smaller than <paramref name="threshold"/>.
    /// </summary>
    public (RitzPair[] Smallest, RitzPair Largest) Run(
        int wanted, double threshold, double tolerance, ref int steps, CancellationToken cancellationToken)
    {
        wanted = Math.Min(wanted, Room);
        var (checksEvery, stepsBefore) = wanted <= 1 ? (FewChecksEvery, FewChecksEvery) : (ChecksEvery, StepsBeforeCheck);
        var capacity = Math.Min(Room, Math.Max(2 * wanted + 24, 64));
        var projected = new double[capacity, capacity];
        _parts = new double[capacity + 1];
        _allParts = new double[_known.Length + capacity + 1];
        _loss.Reserve(capacity + 1);
        _basis.Add(RandomDirection());
        var size = 0;
        var sinceCheck = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var full = size + 1 == capacity;
            var next = Extend(size++, projected, full, out var beta);
            steps--;
            sinceCheck++;
            if (!full && steps > 0 && (size < wanted + 8 || size % checksEvery != 0 || sinceCheck < stepsBefore))
            {
                _basis.Add(next!);
                continue;
            }

            sinceCheck = 0;
            var (values, vectors) = DenseEigensolver.Decompose(Leading(projected, size));
            var residuals = Enumerable.Range(0, size).Select(i => Math.Abs(beta * vectors[size - 1, i])).ToArray();
            var usable = Math.Min(wanted, size);
            var converged = usable == wanted
                && residuals.AsSpan(0, usable).IndexOfAnyExceptInRange(0, tolerance) < 0
                && (residuals[^1] <= tolerance || !double.IsPositiveInfinity(threshold));
            var nothingSmaller = values[0] - residuals[0] >= threshold;
            if (converged || nothingSmaller || steps <= 0 || size == Room)
            {
                var smallest = GramSchmidt.Combine(CollectionsMarshal.AsSpan(_basis)[..size], vectors, [.. Enumerable.Range(0, usable)]);
                return (
                    [.. smallest.Select((vector, i) => new RitzPair(values[i], residuals[i], vector))],
                    new RitzPair(values[^1], residuals[^1], []));
            }

            if (!full)
            {
                _basis.Add(next!);
                continue;
            }

            size = Restart(projected, values, vectors, wanted);
            _basis.Add(next!);
        }
    }

    /// <summary>Multiplies the newest basis vector with L, writes its column of the projection, and makes the rest orthogonal to all there is.</summary>
    /// <param name="newest">The vector.</param>
    /// <param name="projected">Where its column goes.</param>
    /// <param name="last">The basis is full with it: what it is restarted from is to be orthogonal to the last digit.</param>
    /// <param name="beta">The length of the rest.</param>
    /// <returns>The next basis vector, null when the basis spans all there is.</returns>
    private double[]? Extend(int newest, double[,] projected, bool last, out double beta)
    {
        var rest = new double[_laplacian.Size];
        _laplacian.Multiply(_basis[newest], rest);
        var parts = _parts.AsSpan(0, _basis.Count);
        parts.Clear();

        // The method couples a vector to itself and the one before; the first after a restart to all that were kept.
        var coupled = newest == _coupledFrom ? 0 : newest - 1;
        GramSchmidt.TakeOut(CollectionsMarshal.AsSpan(_basis)[coupled..], rest, parts[coupled..]);

        // After it, or the little that the basis has of what is known would grow from step to step.
        GramSchmidt.TakeOut(_known, rest, _knownParts);
        beta = Math.Sqrt(DenseVector.Dot(rest, rest));
        _loss.Step(newest, projected, parts, beta);
        var leans = _loss.IsTooMuch;
        if (leans || _again || last || coupled == 0 || beta <= 1e-4 * _laplacian.NormBound)
        {
            Orthogonalise(rest, parts);
            beta = Math.Sqrt(DenseVector.Dot(rest, rest));
            _loss.Mend();
            _again = leans;
        }

        for (var i = coupled; i <= newest; i++)
        {
            projected[i, newest] = parts[i];
            projected[newest, i] = parts[i];
        }

        if (newest + 2 > Room)
        {
            beta = 0;
            return null;
        }

        // What is left is rounding: the basis is an invariant subspace. Go on in a new direction.
        if (beta <= 1e-13 * _laplacian.NormBound)
        {
            beta = 0;
            _loss.Mend();
            return RandomDirection();
        }

        DenseVector.Scale(rest, 1 / beta);
        return rest;
    }

    private double[] RandomDirection()
    {
        var direction = new double[_laplacian.Size];
        foreach (ref var value in direction.AsSpan())
        {
            value = _random.NextDouble() - 0.5;
        }

        var parts = _parts.AsSpan(0, _basis.Count);
        for (var pass = 0; pass < 2; pass++)
        {
            Orthogonalise(direction, parts);
            DenseVector.Scale(direction, 1 / Math.Sqrt(DenseVector.Dot(direction, direction)));
        }

        return direction;
    }

    /// <summary>Takes out of a vector, to working precision, what it has of what is known and of the basis; the parts of the basis are added up.</summary>
    private void Orthogonalise(double[] vector, Span<double> parts)
    {
        double[][] directions = [.. _known, .. _basis];
        GramSchmidt.Orthogonalise(directions, vector, _allParts);
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] += _allParts[_known.Length + i];
        }
    }

    /// <summary>Keeps the Ritz vectors at the low end and the topmost one as the new basis.</summary>
    private int Restart(double[,] projected, double[] values, double[,] vectors, int wanted)
    {
        var kept = Enumerable.Range(0, wanted + (values.Length - wanted) / 3).Append(values.Length - 1).ToArray();
        var basis = GramSchmidt.Combine(CollectionsMarshal.AsSpan(_basis), vectors, kept);
        _basis.Clear();
        _basis.AddRange(basis);
        Array.Clear(projected);
        for (var i = 0; i < kept.Length; i++)
        {
            projected[i, i] = values[kept[i]];
        }

        _coupledFrom = kept.Length;
        _loss.Restart(kept.Length);
        return kept.Length;
    }

    private static double[,] Leading(double[,] matrix, int size)
    {
        var leading = new double[size, size];
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                leading[row, column] = matrix[row, column];
            }
        }

        return leading;
    }
}
