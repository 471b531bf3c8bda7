namespace Itori.Numerics.Forecasting;

/// <summary>How different two distributions over the same things are (Lin 1991).</summary>
public static class JensenShannon
{
    /// <summary>½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q)/2, in bits.</summary>
    /// <param name="p">Non-negative weights; scaled to a sum of 1 here.</param>
    /// <param name="q">As many.</param>
    /// <returns>0 for equal distributions, 1 for such that share nothing. 0 where either has no weight: nothing is known of it.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or a weight is negative or not finite.</exception>
    public static double Divergence(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        if (p.Length != q.Length)
        {
            throw new ArgumentException($"{p.Length} and {q.Length} weights.", nameof(q));
        }

        double first = 0, second = 0;
        for (var i = 0; i < p.Length; i++)
        {
            if (!(p[i] >= 0) || !(q[i] >= 0) || double.IsInfinity(p[i]) || double.IsInfinity(q[i]))
            {
                throw new ArgumentException($"Weights {p[i]} and {q[i]}; weights are finite and at least 0.", nameof(p));
            }

            first += p[i];
            second += q[i];
        }

        if (!(first > 0) || !(second > 0))
        {
            return 0;
        }

        double sum = 0;
        for (var i = 0; i < p.Length; i++)
        {
            var (a, b) = (p[i] / first, q[i] / second);
            var mean = (a + b) / 2;
            sum += Part(a, mean) + Part(b, mean);
        }

        return Math.Clamp(sum / 2, 0, 1);
    }

    private static double Part(double share, double mean) => share > 0 ? share * Math.Log2(share / mean) : 0;
}
