using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Itori.Numerics.Oscillators;

/// <summary>
/// Sine and cosine that give the same bits on every machine.
/// </summary>
/// <remarks>
/// The platform's own functions differ between C libraries and between vector widths. Here each lane goes through the same IEEE 754
/// double additions and multiplications in the same order, none of them fused (the JIT contracts nothing by itself), so lanes, width and
/// instruction set do not show in the result. Reduction by multiples of π/2 in two parts (Cody, Waite 1980), then the
/// minimax polynomials of fdlibm's kernels on [−π/4, π/4]. Absolute error below 3e-16 for |x| ≤ 100; valid to |x| &lt; 2^20.
/// </remarks>
internal static class SineCosine
{
    /// <summary>Lanes that are processed together; lengths given to it are multiples of it.</summary>
    public const int Lanes = 4;

    // Adding and taking away 1.5 · 2^52 rounds to the nearest integer and leaves it in the low bits of the sum.
    private const double RoundingMagic = 6755399441055744.0;
    private const double HalfPiHigh = 1.57079632673412561417e+00;
    private const double HalfPiLow = 6.07710050650619224932e-11;

    /// <summary>Writes cos x_0, sin x_0, cos x_1, sin x_1, …</summary>
    /// <param name="angles">Angles in rad; the length is a multiple of <see cref="Lanes"/>.</param>
    /// <param name="unit">Twice as long as <paramref name="angles"/>.</param>
    public static unsafe void Interleave(ReadOnlySpan<double> angles, Span<double> unit)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(angles.Length % Lanes, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(unit.Length, 2 * angles.Length);
        fixed (double* source = angles)
        fixed (double* target = unit)
        {
            for (var i = 0; i < angles.Length; i += Lanes)
            {
                var (sine, cosine) = Of(Vector256.Load(source + i));
                Pairs(cosine, sine, target + 2 * i);
            }
        }
    }

    /// <summary>Writes cos x_0, sin x_0, cos x_1, sin x_1, … and the same once more by themselves.</summary>
    /// <param name="angles">Angles in rad; the length is a multiple of <see cref="Lanes"/>.</param>
    /// <param name="unit">Twice as long as <paramref name="angles"/>.</param>
    /// <param name="cosines">As long as <paramref name="angles"/>.</param>
    /// <param name="sines">As long as <paramref name="angles"/>.</param>
    public static unsafe void Interleave(ReadOnlySpan<double> angles, Span<double> unit, Span<double> cosines, Span<double> sines)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(angles.Length % Lanes, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(unit.Length, 2 * angles.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(cosines.Length, angles.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(sines.Length, angles.Length);
        fixed (double* source = angles)
        fixed (double* target = unit, cos = cosines, sin = sines)
        {
            for (var i = 0; i < angles.Length; i += Lanes)
            {
                var (sine, cosine) = Of(Vector256.Load(source + i));
                Pairs(cosine, sine, target + 2 * i);
                cosine.Store(cos + i);
                sine.Store(sin + i);
            }
        }
    }

    /// <summary>Sine and cosine of one angle.</summary>
    /// <param name="angle">An angle in rad, |x| &lt; 2^20.</param>
    public static (double Sine, double Cosine) Of(double angle)
    {
        var (sine, cosine) = Of(Vector256.Create(angle));
        return (sine.ToScalar(), cosine.ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Pairs(Vector256<double> cosines, Vector256<double> sines, double* to)
    {
        Vector128.Create(cosines.GetElement(0), sines.GetElement(0)).Store(to);
        Vector128.Create(cosines.GetElement(1), sines.GetElement(1)).Store(to + 2);
        Vector128.Create(cosines.GetElement(2), sines.GetElement(2)).Store(to + 4);
        Vector128.Create(cosines.GetElement(3), sines.GetElement(3)).Store(to + 6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Sine, Vector256<double> Cosine) Of(Vector256<double> x)
    {
        var magic = Vector256.Create(RoundingMagic);
        var shifted = x * Vector256.Create(2 / Math.PI) + magic;
        var quarter = shifted.AsInt64();
        var n = shifted - magic;
        var r = (x - n * Vector256.Create(HalfPiHigh)) - n * Vector256.Create(HalfPiLow);
        var z = r * r;

        var sine = Vector256.Create(1.58969099521155010221e-10);
        sine = sine * z + Vector256.Create(-2.50507602534068634195e-08);
        sine = sine * z + Vector256.Create(2.75573137070700676789e-06);
        sine = sine * z + Vector256.Create(-1.98412698298579493134e-04);
        sine = sine * z + Vector256.Create(8.33333333332248946124e-03);
        sine = sine * z + Vector256.Create(-1.66666666666666324348e-01);
        sine = r + r * (z * sine);

        var cosine = Vector256.Create(-1.13596475577881948265e-11);
        cosine = cosine * z + Vector256.Create(2.08757232129817482790e-09);
        cosine = cosine * z + Vector256.Create(-2.75573143513906633035e-07);
        cosine = cosine * z + Vector256.Create(2.48015872894767294178e-05);
        cosine = cosine * z + Vector256.Create(-1.38888888888741095749e-03);
        cosine = cosine * z + Vector256.Create(4.16666666666666019037e-02);
        cosine = Vector256<double>.One - (z * Vector256.Create(0.5) - z * z * cosine);

        // Odd quarters swap the two; the sign of each follows bit 1 of the quarter, for the cosine of the next quarter.
        var swap = Vector256.Equals(quarter & Vector256<long>.One, Vector256<long>.One).AsDouble();
        var sineSign = (Vector256.ShiftLeft(quarter, 62) & Vector256.Create(long.MinValue)).AsDouble();
        var cosineSign = (Vector256.ShiftLeft(quarter + Vector256<long>.One, 62) & Vector256.Create(long.MinValue)).AsDouble();
        return (Vector256.ConditionalSelect(swap, cosine, sine) ^ sineSign, Vector256.ConditionalSelect(swap, sine, cosine) ^ cosineSign);
    }
}
