namespace Itori.Numerics.Spectra;

/// <summary>
/// The smallest eigenvalues of a large Laplacian by the Lanczos method.
/// </summary>
/// <remarks>
/// Thick restarts (Wu, Simon 2000) bound the memory, full reorthogonalisation keeps spurious copies out. The vector of eigenvalue 0 is known and left
/// out of the search from the start. In exact arithmetic one start vector sees each multiple eigenvalue once, so when a search has converged another begins, orthogonal to
/// all that was found, until one brings nothing smaller.
/// </remarks>
internal static class LanczosEigensolver
{
    /// <summary>Residuals up to this part of ‖L‖ count as converged.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Multiplications with L that one component may take, over all searches.</summary>
    private const int StepLimit = 6000;

    public static ComponentSpectrum Solve(ComponentLaplacian laplacian, int wanted, CancellationToken cancellationToken)
    {
        var found = new List<RitzPair>();
        var steps = StepLimit;
        var random = new SplitMix64((ulong)laplacian.Size);
        var tolerance = Tolerance * laplacian.NormBound;
        var largest = 0.0;
        var largestResidual = 0.0;
        while (steps > 0)
        {
            var search = new LanczosSearch(laplacian, found, random.NextBits());
            var threshold = found.Count < wanted ? double.PositiveInfinity : found[wanted - 1].Value - tolerance;
            var missing = found.Count == 0 ? wanted : 1;
            var (pairs, top) = search.Run(missing, threshold, tolerance, ref steps, cancellationToken);
            if (found.Count == 0)
            {
                largest = top.Value;
                largestResidual = top.Residual;
            }

            var news = pairs.Where(pair => pair.Value < threshold).ToArray();
            found.AddRange(news);
            found.Sort((a, b) => a.Value.CompareTo(b.Value));
            if (news.Length == 0 || found.Count == laplacian.Size - 1)
            {
                break;
            }
        }

        var smallest = found.Take(wanted).ToArray();
        return new ComponentSpectrum(
            Array.ConvertAll(smallest, pair => pair.Value),
            smallest.Max(pair => pair.Residual),
            Math.Max(largest, smallest[^1].Value),
            largestResidual);
    }
}
