namespace Itori.Numerics.Spectra;

/// <summary>
/// The smallest eigenvalues of a large Laplacian by subspace iteration with a Chebyshev filter (Zhou, Saad, Tiago, Chelikowsky 2006).
/// </summary>
/// <remarks>
/// A block of vectors is put through a polynomial of L that is large at the wanted end of the spectrum and at most 1 elsewhere, then rotated to Ritz vectors. The block sees copies of a multiple eigenvalue, needs
/// no long basis to be orthogonal to, and its products are bound by one fetch of the matrix for sixteen vectors (<see cref="PanelLaplacian"/>). The filter runs in single precision: it decides how fast the
/// search converges and not to what, as Ritz values and residuals are computed in double precision with L itself.
/// Where the filter separates nothing (an eigenvalue with more copies than the block has vectors, and little else), the search gives up, and <see cref="LanczosEigensolver"/> does the work.
/// </remarks>
internal static class ChebyshevEigensolver
{
    /// <summary>More eigenvalues than this are found sooner by <see cref="LanczosEigensolver"/>.</summary>
    public const int MostWanted = 58;

    private const int Width = PanelLaplacian.Width;

    /// <summary>Residuals up to this part of ‖L‖ count as converged: some twenty times what single precision leaves.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>The same for the largest eigenvalue, which the filter needs to know roughly: what it is taken for is then too large by some parts in a hundred, and the filter slower by half of that.</summary>
    private const double RoughTolerance = 1e-2;

    /// <summary>Vectors beyond those that are wanted: how far the spectrum after them is cut off decides how fast the search is.</summary>
    private const int Spare = 6;

    // A top that is not found by then belongs to a graph like a path or a ring, whose low end is as hard to part.
    private const int TopStepLimit = 1000;
    private const int DegreeLimit = 6000;

    // Of nine kinds of graph these took the fewest products in all; half or twice as many cost 5 to 40 % more.
    private const int FirstDegree = 12;

    // Ritz values of mixtures tell little of where the spectrum parts: a degree that they ask for is believed only in steps.
    private const int DegreeGrowth = 4;

    /// <summary>Finds the smallest eigenvalues and the largest.</summary>
    /// <returns>Null where the search gave up.</returns>
    public static ComponentSpectrum? TrySolve(ComponentLaplacian laplacian, int wanted, CancellationToken cancellationToken)
    {
        var panels = (wanted + Spare + Width - 1) / Width;
        if (wanted > MostWanted || panels * Width * 4 > laplacian.Size)
        {
            return null;
        }

        var random = new SplitMix64((ulong)laplacian.Size);
        var tolerance = Tolerance * laplacian.NormBound;
        var steps = TopStepLimit;
        var rough = RoughTolerance * laplacian.NormBound;
        var (_, top) = new LanczosSearch(laplacian, [], random.NextBits()).Run(0, double.PositiveInfinity, rough, ref steps, cancellationToken);
        if (top.Residual > rough)
        {
            return null;
        }

        var block = new PanelBlock(laplacian.Size, panels);
        for (var p = 0; p < panels; p++)
        {
            foreach (ref var value in block[p].Values)
            {
                value = random.NextDouble() - 0.5;
            }
        }

        var found = Iterate(laplacian, block, wanted, top.Value + top.Residual, tolerance, cancellationToken);
        return found is var (values, residual)
            ? new ComponentSpectrum(values, residual, Math.Max(top.Value, values[^1]), top.Residual)
            : null;
    }

    private static (double[] Values, double Residual)? Iterate(
        ComponentLaplacian laplacian, PanelBlock block, int wanted, double upper, double tolerance, CancellationToken cancellationToken)
    {
        var filter = new ChebyshevFilter(new PanelLaplacian(laplacian), upper);
        var product = new PanelBlock(block.Size, block.Columns / Width);
        var (lowest, cut, degree, degrees) = (0.0, upper / 10, FirstDegree, 0);
        var (best, idle) = (double.PositiveInfinity, 0);
        while (degrees < DegreeLimit && idle < 3)
        {
            for (var p = 0; p < block.Columns / Width; p++)
            {
                filter.Apply(block[p], degree, lowest, cut, cancellationToken);
            }

            degrees += degree;
            if (block.TryFactor(laplacian.NullVector) is not { } inverse)
            {
                return null;
            }

            for (var p = 0; p < block.Columns / Width; p++)
            {
                laplacian.Multiply(block[p], product[p]);
            }

            // Ritz vectors of an orthonormal basis X R⁻¹ that nobody needs by itself.
            var (values, vectors) = DenseEigensolver.Decompose(SmallMatrix.Congruence(inverse, PanelBlock.Gram(block, product)));
            var rotation = SmallMatrix.Product(inverse, vectors);
            block.Rotate(rotation);
            product.Rotate(rotation);
            var residual = PanelBlock.Residuals(block, product, values).AsSpan(0, wanted).ToArray().Max();
            if (residual <= tolerance)
            {
                return (values[..wanted], residual);
            }

            // Ritz vectors of the first rounds are mixtures; later ones must come nearer each time.
            idle = residual < best / 2 ? 0 : idle + 1;
            best = Math.Min(best, residual);
            lowest = values[0];
            cut = values[^1];
            degree = Math.Min(DegreeGrowth * degree, filter.DegreeFor(values[wanted - 1], residual / tolerance, lowest, cut));
        }

        return null;
    }
}
