using CsCheck;
using Itori.Numerics.Forecasting;

namespace Itori.Numerics.Tests.Forecasting;

public sealed class ChangeTests
{
    private static readonly Gen<double[]> Weights = Gen.Double[0, 5].Array[8];

    [Fact]
    public void Divergence_is_that_of_the_definition()
    {
        Assert.Equal(0, JensenShannon.Divergence([1, 2, 3], [2, 4, 6]), 15);
        Assert.Equal(1, JensenShannon.Divergence([1, 0], [0, 7]), 15);

        // Half of each: H(3/4, 1/4) − ½ H(1/2, 1/2) − ½ H(1).
        var mixed = -(0.75 * Math.Log2(0.75)) - (0.25 * Math.Log2(0.25)) - 0.5;
        Assert.Equal(mixed, JensenShannon.Divergence([1, 1], [1, 0]), 12);
    }

    [Fact]
    public void Divergence_is_symmetric_bounded_and_blind_to_scale() => Gen.Select(Weights, Weights, Gen.Double[0.1, 50]).Sample((p, q, scale) =>
    {
        var d = JensenShannon.Divergence(p, q);
        Assert.InRange(d, 0, 1);
        Assert.Equal(d, JensenShannon.Divergence(q, p), 5e-13);
        Assert.Equal(d, JensenShannon.Divergence([.. p.Select(weight => scale * weight)], q), 5e-13);
    });

    [Fact]
    public void Of_nothing_nothing_is_known()
    {
        Assert.Equal(0, JensenShannon.Divergence([], []));
        Assert.Equal(0, JensenShannon.Divergence([0, 0], [1, 2]));
        Assert.Throws<ArgumentException>(() => JensenShannon.Divergence([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => JensenShannon.Divergence([-1], [1]));
        Assert.Throws<ArgumentException>(() => JensenShannon.Divergence([double.NaN], [1]));
    }

    [Fact]
    public void A_rise_is_seen_once_it_has_added_up_to_the_threshold()
    {
        // n values of 0, then 1: each adds 1 − mean − δ, and the mean after k of them is k/(n + k).
        const double tolerance = 0.1, threshold = 3;
        const int before = 1000;
        var test = default(PageHinkley);
        for (var i = 0; i < before; i++)
        {
            test = test.With(0, tolerance);
            Assert.Equal(0, test.Climb);
        }

        var expected = 0;
        for (var climb = 0.0; climb <= threshold; expected++)
        {
            climb += 1 - (expected + 1.0) / (before + expected + 1) - tolerance;
        }

        var took = 0;
        while (!test.HasRisen(threshold))
        {
            test = test.With(1, tolerance);
            took++;
        }

        Assert.Equal(expected, took);
    }

    [Fact]
    public void A_fall_is_no_rise()
    {
        var test = default(PageHinkley);
        for (var i = 0; i < 200; i++)
        {
            test = test.With(i < 100 ? 1 : 0, 0.05);
            Assert.False(test.HasRisen(0.5));
        }
    }

    [Fact]
    public void Noise_without_a_rise_seldom_alarms()
    {
        // The climb is a random walk with drift −δ reflected at 0: P(above λ) → e^(−2 δ λ / σ²) for its stationary maximum. Uniform noise: σ² = 1/12.
        const double tolerance = 0.1, threshold = 2;
        var random = new Random(4);
        var above = 0;
        const int runs = 2000;
        for (var run = 0; run < runs; run++)
        {
            var test = default(PageHinkley);
            for (var i = 0; i < 200; i++)
            {
                test = test.With(random.NextDouble(), tolerance);
            }

            above += test.HasRisen(threshold) ? 1 : 0;
        }

        var bound = Math.Exp(-2 * tolerance * threshold * 12);
        Assert.InRange(above / (double)runs, 0, bound + 4 * Math.Sqrt(bound / runs));
    }
}
