using CsCheck;
using Itori.Numerics.Oscillators;

namespace Itori.Numerics.Tests.Oscillators;

public sealed class PhaseTests
{
    [Fact]
    public void Wrapped_phases_lie_in_one_turn_and_point_the_same_way() => Gen.Double[-1e6, 1e6].Sample(angle =>
    {
        var wrapped = Phase.Wrap(angle);
        Assert.InRange(wrapped, 0, Math.BitDecrement(Math.Tau));
        Assert.Equal(0, Phase.Difference(angle, wrapped), 1e-9);
    });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-4 * Math.PI, 0)]
    [InlineData(-1e-300, 0)]
    [InlineData(Math.Tau, 0)]
    [InlineData(-Math.PI, Math.PI)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.NegativeInfinity, double.NaN)]
    public void Edges_are_defined(double angle, double expected) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(Phase.Wrap(angle)));
}
