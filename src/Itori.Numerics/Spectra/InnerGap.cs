using Itori.Numerics.Graphs;

namespace Itori.Numerics.Spectra;

/// <summary>λ₂ of the normalised Laplacian alone, roughly: enough to compare communities, at a fraction of what a spectrum costs.</summary>
public static class InnerGap
{
    /// <summary>Graphs up to this size are solved densely, to working precision.</summary>
    private const int DenseLimit = 48;

    /// <summary>An eigenvalue lies within this of what is found in larger ones, and mostly within the square of it over the gap.</summary>
    private const double Tolerance = 1e-3;

    private const int StepLimit = 2000;

    /// <summary>The gap of a graph; O(M) for each of some dozens of Lanczos steps.</summary>
    /// <param name="graph">Any graph.</param>
    /// <param name="cancellationToken">Looked at in each step.</param>
    /// <returns>In [0, 2]; exactly 0 for fewer than two nodes and for a graph that is not connected.</returns>
    public static double Of(WeightedGraph graph, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var components = ConnectedComponents.Of(graph);
        if (graph.NodeCount < 2 || components.Count > 1)
        {
            return 0;
        }

        var laplacian = new ComponentLaplacian(graph, components, 0, LaplacianKind.Normalised);
        double found;
        if (laplacian.Size <= DenseLimit)
        {
            found = DenseEigensolver.Solve(laplacian, 1).Smallest[0];
        }
        else
        {
            // A finite threshold: the largest eigenvalue need not be found too.
            var steps = StepLimit;
            var (smallest, _) = new LanczosSearch(laplacian, [], (ulong)laplacian.Size).Run(1, double.MaxValue, Tolerance, ref steps, cancellationToken);
            found = smallest[0].Value;
        }

        return Math.Clamp(found, laplacian.ConnectivityFloor, 2);
    }
}
