namespace Itori.Numerics;

/// <summary>
/// e^x and tanh x out of operations that every machine rounds alike. The platform's own may differ in the last bit between systems and versions, and a field's phases follow from them.
/// </summary>
public static class Exponential
{
    private const double Log2E = 1.4426950408889634;

    // ln 2 in two parts: the first has 21 zero bits at its end, so its product with a whole number below 2^21 is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>e^x; relative error below 4e-16. 0 below −708, where it would be subnormal; +∞ above 709.</summary>
    /// <param name="x">Any number; NaN gives NaN.</param>
    public static double Of(double x)
    {
        if (!(x > -708))
        {
            return double.IsNaN(x) ? x : 0;
        }

        if (x > 709)
        {
            return double.PositiveInfinity;
        }

        var k = Math.Floor(x * Log2E + 0.5);
        var r = (x - k * Ln2High) - k * Ln2Low;

        // Taylor's series on |r| ≤ ln 2 / 2: the first term left out is below 2e-17.
        var sum = 1.0 / 6227020800;
        sum = sum * r + 1.0 / 479001600;
        sum = sum * r + 1.0 / 39916800;
        sum = sum * r + 1.0 / 3628800;
        sum = sum * r + 1.0 / 362880;
        sum = sum * r + 1.0 / 40320;
        sum = sum * r + 1.0 / 5040;
        sum = sum * r + 1.0 / 720;
        sum = sum * r + 1.0 / 120;
        sum = sum * r + 1.0 / 24;
        sum = sum * r + 1.0 / 6;
        sum = sum * r + 0.5;
        var value = 1 + (r + r * r * sum);
        return value * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
    }

    /// <summary>tanh x; absolute error below 4e-16. Odd to the bit.</summary>
    /// <param name="x">Any number; NaN gives NaN.</param>
    public static double Tanh(double x)
    {
        var decay = Of(-2 * Math.Abs(x));
        return Math.CopySign((1 - decay) / (1 + decay), x);
    }
}
