namespace Itori.Numerics.Tests.Support;

/// <summary>
/// Adaptive extrapolation of the modified midpoint rule (Gragg 1965, Bulirsch and Stoer 1966) of order 16: a reference that shares
/// no formula with the integrator under test.
/// </summary>
internal static class GraggBulirschStoer
{
    private const int Columns = 8;

    public static double[] Integrate(Action<double[], double[]> slope, double[] start, double duration, double tolerance)
    {
        var y = (double[])start.Clone();
        double t = 0, step = Math.Min(duration, 0.1);
        while (t < duration)
        {
            step = Math.Min(step, duration - t);
            var (next, error) = Extrapolate(slope, y, step);
            if (error <= tolerance)
            {
                y = next;
                t = step == duration - t ? duration : t + step;
            }

            step *= Math.Clamp(0.9 * Math.Pow(tolerance / Math.Max(error, 1e-300), 1.0 / (2 * Columns - 1)), 0.2, 2);
            if (step < 1e-9)
            {
                throw new InvalidOperationException($"The reference cannot reach {tolerance} at t = {t}.");
            }
        }

        return y;
    }

    private static (double[] Next, double Error) Extrapolate(Action<double[], double[]> slope, double[] y, double step)
    {
        var table = new double[Columns][];
        var error = double.PositiveInfinity;
        for (var row = 0; row < Columns; row++)
        {
            var substeps = 2 * (row + 1);
            var above = (double[][])table.Clone();
            table[0] = Midpoint(slope, y, step, substeps);
            for (var column = 1; column <= row; column++)
            {
                // Neville's scheme in powers of the squared substep.
                var ratio = substeps / (2.0 * (row - column + 1));
                var weight = 1 / (ratio * ratio - 1);
                var (left, old) = (table[column - 1], above[column - 1]);
                table[column] = left.Zip(old, (a, b) => a + (a - b) * weight).ToArray();
            }
        }

        error = table[Columns - 1].Zip(table[Columns - 2], (a, b) => Math.Abs(a - b)).Max();
        return (table[Columns - 1], error);
    }

    private static double[] Midpoint(Action<double[], double[]> slope, double[] y, double step, int substeps)
    {
        var h = step / substeps;
        var k = new double[y.Length];
        slope(y, k);
        var previous = y;
        var current = y.Zip(k, (a, b) => a + h * b).ToArray();
        for (var i = 1; i < substeps; i++)
        {
            slope(current, k);
            var next = previous.Zip(k, (a, b) => a + 2 * h * b).ToArray();
            (previous, current) = (current, next);
        }

        return current;
    }
}
