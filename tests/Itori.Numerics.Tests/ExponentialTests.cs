using CsCheck;

namespace Itori.Numerics.Tests;

public sealed class ExponentialTests
{
    [Fact]
    public void It_is_the_exponential() => Gen.Double[-700, 700].Sample(x =>
    {
        // Its own error, the platform's (an ulp), and that of reading x k ln 2 apart.
        var expected = Math.Exp(x);
        Assert.InRange(Exponential.Of(x), expected * (1 - 8e-16), expected * (1 + 8e-16));
    });

    [Fact]
    public void The_hyperbolic_tangent_follows() => Gen.Double[-30, 30].Sample(x =>
    {
        Assert.Equal(Math.Tanh(x), Exponential.Tanh(x), 8e-16);
        Assert.Equal(Exponential.Tanh(x), -Exponential.Tanh(-x));
    });

    [Fact]
    public void Its_ends_are_defined()
    {
        Assert.Equal((1, 0, double.PositiveInfinity), (Exponential.Of(0), Exponential.Of(double.NegativeInfinity), Exponential.Of(double.PositiveInfinity)));
        Assert.Equal((0, 1, -1), (Exponential.Tanh(0), Exponential.Tanh(double.PositiveInfinity), Exponential.Tanh(double.NegativeInfinity)));
        Assert.True(double.IsNaN(Exponential.Of(double.NaN)) && double.IsNaN(Exponential.Tanh(double.NaN)));
    }
}
