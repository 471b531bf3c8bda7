namespace Itori.Numerics.Spectra;

/// <summary>One search of the Lanczos method from one random start, orthogonal to what is already known.</summary>
internal sealed class LanczosSearch
{
    private const int ChecksEvery = 16;

    private readonly ComponentLaplacian _laplacian;
    private readonly IReadOnlyList<RitzPair> _known;
    private readonly List<double[]> _basis = [];
    private SplitMix64 _random;

    public LanczosSearch(ComponentLaplacian laplacian, IReadOnlyList<RitzPair> known, ulong seed)
    {
        _laplacian = laplacian;
        _known = known;
        _random = new SplitMix64(seed);
    }

    /// <summary>
    /// Finds the <paramref name="wanted"/> smallest eigenvalues of what is not known yet; stops early once the smallest is sure to be no smaller than <paramref name="threshold"/>.
    /// </summary>
    public (RitzPair[] Smallest, RitzPair Largest) Run(
        int wanted, double threshold, double tolerance, ref int steps, CancellationToken cancellationToken)
    {
        var room = _laplacian.Size - 1 - _known.Count;
        wanted = Math.Min(wanted, room);
        var capacity = Math.Min(room, Math.Max(2 * wanted + 24, 64));
        var projected = new double[capacity, capacity];
        _basis.Add(RandomDirection());
        var size = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = Extend(size++, projected, out var beta);
            steps--;
            var full = size == capacity;
            if (!full && steps > 0 && (size < wanted + 8 || size % ChecksEvery != 0))
            {
                _basis.Add(next!);
                continue;
            }

            var (values, vectors) = DenseEigensolver.Decompose(Leading(projected, size));
            var residuals = Enumerable.Range(0, size).Select(i => Math.Abs(beta * vectors[size - 1, i])).ToArray();
            var usable = Math.Min(wanted, size);
            var converged = usable == wanted
                && residuals.AsSpan(0, usable).IndexOfAnyExceptInRange(0, tolerance) < 0
                && (residuals[^1] <= tolerance || !double.IsPositiveInfinity(threshold));
            var nothingSmaller = values[0] - residuals[0] >= threshold;
            if (converged || nothingSmaller || steps <= 0 || size == room)
            {
                return (
                    [.. Enumerable.Range(0, usable).Select(i => new RitzPair(values[i], residuals[i], Combine(vectors, i)))],
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

    /// <summary>
    /// Multiplies the newest basis vector with L, writes its column of the projection, and makes the rest orthogonal to all there is.
    /// </summary>
    /// <returns>The next basis vector, null when the basis spans all there is.</returns>
    private double[]? Extend(int newest, double[,] projected, out double beta)
    {
        var rest = new double[_laplacian.Size];
        _laplacian.Multiply(_basis[newest], rest);
        var components = new double[newest + 1];
        Orthogonalise(rest, components);
        Orthogonalise(rest, components);
        for (var i = 0; i <= newest; i++)
        {
            projected[i, newest] = components[i];
            projected[newest, i] = components[i];
        }

        beta = Math.Sqrt(DenseVector.Dot(rest, rest));
        if (newest + 2 > _laplacian.Size - 1 - _known.Count)
        {
            beta = 0;
            return null;
        }

        // What is left is rounding: the basis is an invariant subspace. Go on in a new direction.
        if (beta <= 1e-13 * _laplacian.NormBound)
        {
            beta = 0;
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

        for (var pass = 0; pass < 3; pass++)
        {
            Orthogonalise(direction, new double[_basis.Count]);
            DenseVector.Scale(direction, 1 / Math.Sqrt(DenseVector.Dot(direction, direction)));
        }

        return direction;
    }

    /// <summary>
    /// One pass of classical Gram-Schmidt; two make it orthogonal to working precision (Giraud et al. 2005). Leaving the second out where little cancels
    /// was tried: the errors grow from step to step until nothing converges.
    /// </summary>
    private void Orthogonalise(double[] vector, double[] components)
    {
        Remove(_laplacian.NullVector);
        foreach (var pair in _known)
        {
            Remove(pair.Vector);
        }

        var parts = new double[components.Length];
        for (var i = 0; i < components.Length; i++)
        {
            parts[i] = DenseVector.Dot(_basis[i], vector);
        }

        for (var i = 0; i < components.Length; i++)
        {
            DenseVector.AddScaled(vector, -parts[i], _basis[i]);
            components[i] += parts[i];
        }

        void Remove(double[] direction) => DenseVector.AddScaled(vector, -DenseVector.Dot(direction, vector), direction);
    }

    /// <summary>Keeps the Ritz vectors at the low end and the topmost one as the new basis.</summary>
    private int Restart(double[,] projected, double[] values, double[,] vectors, int wanted)
    {
        var kept = Enumerable.Range(0, wanted + (values.Length - wanted) / 3).Append(values.Length - 1).ToArray();
        var basis = Array.ConvertAll(kept, i => Combine(vectors, i));
        _basis.Clear();
        _basis.AddRange(basis);
        Array.Clear(projected);
        for (var i = 0; i < kept.Length; i++)
        {
            projected[i, i] = values[kept[i]];
        }

        return kept.Length;
    }

    private double[] Combine(double[,] vectors, int column)
    {
        var sum = new double[_laplacian.Size];
        for (var row = 0; row < vectors.GetLength(0); row++)
        {
            DenseVector.AddScaled(sum, vectors[row, column], _basis[row]);
        }

        return sum;
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
