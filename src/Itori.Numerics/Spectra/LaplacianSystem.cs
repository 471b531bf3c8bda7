using Itori.Numerics.Graphs;

namespace Itori.Numerics.Spectra;

/// <summary>Solves L x = b for the Laplacian of a graph: potentials of a network of springs or resistors that is fed with b.</summary>
/// <remarks>
/// Conjugate gradients with the diagonal as preconditioner (Hestenes, Stiefel 1952). L is singular, once for each component: b is first freed of each component's mean, which makes a solution exist,
/// and x is the one without a mean on each component, L†b. O(M) an iteration, and about √(condition) of them.
/// </remarks>
public static class LaplacianSystem
{
    /// <summary>How far a solution is refined: ‖b − L x‖ ≤ 1e-11 ‖b‖.</summary>
    private const double Tolerance = 1e-11;

    /// <summary>Solves the system.</summary>
    /// <param name="graph">Any graph, N nodes.</param>
    /// <param name="right">b, length N, finite.</param>
    /// <param name="solution">Where x goes, length N; 0 at isolated nodes. What it holds before is where the search begins.</param>
    /// <param name="maxIterations">Where to stop though it is not exact yet; at least 1.</param>
    /// <param name="cancellationToken">Looked at in each iteration.</param>
    /// <returns>‖b − L x‖ / ‖b‖; 0 for b = 0.</returns>
    /// <exception cref="ArgumentException">A length is not N or a value is not finite.</exception>
    public static double Solve(
        WeightedGraph graph, ReadOnlySpan<double> right, Span<double> solution, int maxIterations = 10_000, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxIterations, 1);
        var n = graph.NodeCount;
        if (right.Length != n || solution.Length != n)
        {
            throw new ArgumentException($"{right.Length} and {solution.Length} values for {n} nodes.");
        }

        if (right.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue) >= 0 || solution.IndexOfAnyExceptInRange(double.MinValue, double.MaxValue) >= 0)
        {
            throw new ArgumentException("All values are finite.");
        }

        var components = ConnectedComponents.Of(graph);
        var rest = right.ToArray();
        RemoveMeans(components, rest);
        var norm = Math.Sqrt(DenseVector.Dot(rest, rest));
        if (norm == 0)
        {
            solution.Clear();
            return 0;
        }

        var product = new double[n];
        Multiply(graph, solution, product);
        DenseVector.AddScaled(rest, -1, product);
        var scaled = Preconditioned(graph, rest, new double[n]);
        var direction = (double[])scaled.Clone();
        var energy = DenseVector.Dot(rest, scaled);
        for (var i = 0; i < maxIterations && Math.Sqrt(DenseVector.Dot(rest, rest)) > Tolerance * norm; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Multiply(graph, direction, product);
            var curvature = DenseVector.Dot(direction, product);
            if (!(curvature > 0) || !double.IsFinite(curvature))
            {
                break; // Only rounding is left.
            }

            var step = energy / curvature;
            DenseVector.AddScaled(solution, step, direction);
            DenseVector.AddScaled(rest, -step, product);
            Preconditioned(graph, rest, scaled);
            var next = DenseVector.Dot(rest, scaled);
            DenseVector.Scale(direction, next / energy);
            DenseVector.AddScaled(direction, 1, scaled);
            energy = next;
        }

        RemoveMeans(components, solution);
        Multiply(graph, solution, product);
        right.CopyTo(rest);
        RemoveMeans(components, rest);
        DenseVector.AddScaled(rest, -1, product);
        return Math.Sqrt(DenseVector.Dot(rest, rest)) / norm;
    }

    private static unsafe void Multiply(WeightedGraph graph, ReadOnlySpan<double> x, Span<double> result)
    {
        fixed (int* starts = graph.RowStarts, columns = graph.Columns)
        fixed (double* weights = graph.Weights, source = x, target = result)
        {
            for (var i = 0; i < result.Length; i++)
            {
                // Differences, not a diagonal less a sum: beside a heavy edge a light one would lose its digits. Two sums, as one would wait for itself.
                double even = 0, odd = 0;
                var own = source[i];
                var p = starts[i];
                var end = starts[i + 1];
                for (; p + 2 <= end; p += 2)
                {
                    even += weights[p] * (own - source[columns[p]]);
                    odd += weights[p + 1] * (own - source[columns[p + 1]]);
                }

                if (p < end)
                {
                    even += weights[p] * (own - source[columns[p]]);
                }

                target[i] = even + odd;
            }
        }
    }

    private static double[] Preconditioned(WeightedGraph graph, double[] rest, double[] scaled)
    {
        for (var i = 0; i < rest.Length; i++)
        {
            scaled[i] = graph.Strengths[i] > 0 ? rest[i] / graph.Strengths[i] : 0;
        }

        return scaled;
    }

    private static void RemoveMeans(ConnectedComponents components, Span<double> values)
    {
        for (var c = 0; c < components.Count; c++)
        {
            var nodes = components.NodesOf(c);
            var mean = 0.0;
            foreach (var node in nodes)
            {
                mean += values[node] / nodes.Count;
            }

            foreach (var node in nodes)
            {
                values[node] -= mean;
            }
        }
    }
}
