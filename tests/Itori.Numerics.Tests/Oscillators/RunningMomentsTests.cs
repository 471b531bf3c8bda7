using CsCheck;
using Itori.Numerics.Oscillators;

namespace Itori.Numerics.Tests.Oscillators;

public sealed class RunningMomentsTests
{
    [Fact]
    public void Without_forgetting_they_are_the_moments_of_all_values() => Gen.Double[-5, 5].Array[1, 40].Sample(values =>
    {
        var moments = values.Aggregate(default(RunningMoments), (sofar, value) => sofar.With(value, 1));
        var mean = values.Average();
        Assert.Equal(mean, moments.Mean, 1e-12);
        Assert.Equal(values.Average(value => (value - mean) * (value - mean)), moments.Variance, 1e-11);
    });

    [Fact]
    public void What_is_long_ago_no_longer_counts() => Gen.Select(Gen.Double[-5, 5].Array[0, 20], Gen.Double[-5, 5]).Sample((before, value) =>
    {
        var moments = before.Aggregate(default(RunningMoments), (sofar, old) => sofar.With(old, 0.8));
        for (var i = 0; i < 200; i++)
        {
            moments = moments.With(value, 0.8);
        }

        // 0.8^200 of it is left, far below rounding.
        Assert.Equal(value, moments.Mean, 1e-12);
        Assert.Equal(0, moments.Variance, 1e-12);
        Assert.Equal(5, moments.Weight, 1e-12);
    });

    [Fact]
    public void What_is_no_number_is_left_out() => Assert.Equal(default(RunningMoments).With(3, 0.5), default(RunningMoments).With(3, 0.5).With(double.NaN, 0.5));
}
