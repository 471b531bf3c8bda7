using System.Runtime.InteropServices;

namespace Itori.Numerics.Spectra;

/// <summary>One search of the Lanczos method from one random start, orthogonal to what is already known.</summary>
internal sealed class LanczosSearch
{
    private const int ChecksEvery = 32;

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

    /// <summary>
    /// Multiplies the newest basis vector with L, writes its column of the projection, and makes the rest orthogonal to all there is.
    /// </summary>
    /// <returns>The next basis vector, null when the basis spans all there is.</returns>
    private double[]? Extend(int newest, double[,] projected, out double beta)
    {
        var rest = new double[_laplacian.Size];
        _laplacian.Multiply(_basis[newest], rest);
        var components = Orthogonalise(rest);
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

        for (var pass = 0; pass < 2; pass++)
        {
            Orthogonalise(direction);
            DenseVector.Scale(direction, 1 / Math.Sqrt(DenseVector.Dot(direction, direction)));
        }

        return direction;
    }

    /// <summary>Takes out of a vector what it has of eigenvalue 0, of the known pairs and of the basis; the parts of the basis are answered.</summary>
    private ReadOnlySpan<double> Orthogonalise(double[] vector)
    {
        var known = 1 + _known.Count;
        double[][] directions = [_laplacian.NullVector, .. _known.Select(pair => pair.Vector), .. _basis];
        var parts = new double[directions.Length];
        GramSchmidt.Orthogonalise(directions, vector, parts);
        return parts.AsSpan(known);
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
