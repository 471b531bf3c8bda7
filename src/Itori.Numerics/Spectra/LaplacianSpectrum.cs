using Itori.Numerics.Graphs;

namespace Itori.Numerics.Spectra;

/// <summary>The low end of the Laplacian spectrum of a graph, and the connectivity of each of its components.</summary>
/// <remarks>
/// Found component by component: those of up to <see cref="DenseLimit"/> nodes with a dense solver, O(n³); larger ones by subspace iteration with a Chebyshev filter, O(degrees · m), and where that separates
/// nothing, or very many are asked for, by the Lanczos method with partial reorthogonalisation and thick restarts, O(steps · (m + n · basis)). For N = 0 everything is empty or 0; for N = 1 and for graphs without edges all eigenvalues are 0.
/// </remarks>
public sealed record LaplacianSpectrum
{
    /// <summary>Components up to this size are solved densely; beyond it that takes longer than the filter does, with 300 nodes fifteen times as long.</summary>
    public const int DenseLimit = 100;

    /// <summary>The most eigenvalues that can be asked for.</summary>
    public const int LargestCount = 512;

    /// <summary>The smallest eigenvalues of the whole graph with their multiplicities, ascending: min(count, N) of them. One exact 0 for each component.</summary>
    public required IReadOnlyList<double> Eigenvalues { get; init; }

    /// <summary>The largest eigenvalue; 0 without edges. Of large components it is found roughly, see <see cref="ResidualOfLargest"/>.</summary>
    public required double LargestEigenvalue { get; init; }

    /// <summary>There is an eigenvalue within this of <see cref="LargestEigenvalue"/>: up to a hundredth of ‖L‖, with an error of the order of its square over the gap.</summary>
    public required double ResidualOfLargest { get; init; }

    /// <summary>The connected components, by smallest node.</summary>
    public required IReadOnlyList<ComponentConnectivity> Components { get; init; }

    /// <summary>λ2 of the whole graph: above zero if it is connected and has two nodes or more, else exactly 0.</summary>
    public required double AlgebraicConnectivity { get; init; }

    /// <summary>
    /// The largest ‖Lx − λx‖ of <see cref="Eigenvalues"/>, with ‖x‖ = 1: there is an eigenvalue within this distance of each. Usually below
    /// 1e-6 · ‖L‖ (its error then is of the order of the square of that over the gap); more if an ill-conditioned graph used up the step limit.
    /// </summary>
    public required double LargestResidual { get; init; }

    /// <summary>Computes the spectrum of L = D − W. The result depends on the graph alone.</summary>
    /// <param name="graph">Any graph.</param>
    /// <param name="count">How many of the smallest eigenvalues, in [0, <see cref="LargestCount"/>].</param>
    /// <param name="cancellationToken">Looked at before each component and in each Lanczos step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is outside its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LaplacianSpectrum Compute(WeightedGraph graph, int count, CancellationToken cancellationToken = default) =>
        Compute(graph, count, LaplacianKind.Combinatorial, cancellationToken);

    /// <summary>Computes the spectrum of the Laplacian of the given kind.</summary>
    /// <param name="graph">Any graph.</param>
    /// <param name="count">How many of the smallest eigenvalues, in [0, <see cref="LargestCount"/>].</param>
    /// <param name="kind">Which Laplacian.</param>
    /// <param name="cancellationToken">Looked at before each component and in each Lanczos step.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is outside its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LaplacianSpectrum Compute(WeightedGraph graph, int count, LaplacianKind kind, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, LargestCount);
        var components = ConnectedComponents.Of(graph);
        var connectivities = new ComponentConnectivity[components.Count];
        var eigenvalues = new List<double>();
        double largest = 0, residual = 0, residualOfLargest = 0;
        for (var c = 0; c < components.Count; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var nodes = components.NodesOf(c);
            eigenvalues.Add(0);
            if (nodes.Count == 1)
            {
                connectivities[c] = new ComponentConnectivity(nodes, 0);
                continue;
            }

            // Even when nothing is asked for, λ2 is part of the result.
            var component = new ComponentLaplacian(graph, components, c, kind);
            var wanted = Math.Min(Math.Max(count - 1, 1), nodes.Count - 1);
            var part = nodes.Count <= DenseLimit
                ? DenseEigensolver.Solve(component, wanted)
                : ChebyshevEigensolver.TrySolve(component, wanted, cancellationToken) ?? LanczosEigensolver.Solve(component, wanted, cancellationToken);
            for (var i = 0; i < part.Smallest.Length; i++)
            {
                // Rounding must not make a connected component look cut in two.
                part.Smallest[i] = Math.Max(part.Smallest[i], component.ConnectivityFloor);
            }

            eigenvalues.AddRange(part.Smallest);
            connectivities[c] = new ComponentConnectivity(nodes, part.Smallest[0]);
            largest = Math.Max(largest, part.Largest);
            residualOfLargest = Math.Max(residualOfLargest, part.ResidualOfLargest);
            residual = Math.Max(residual, part.LargestResidual);
        }

        eigenvalues.Sort();
        return new LaplacianSpectrum
        {
            Eigenvalues = [.. eigenvalues.Take(Math.Min(count, graph.NodeCount))],
            LargestEigenvalue = largest,
            ResidualOfLargest = residualOfLargest,
            Components = connectivities,
            AlgebraicConnectivity = components.Count == 1 ? connectivities[0].AlgebraicConnectivity : 0,
            LargestResidual = residual,
        };
    }
}
