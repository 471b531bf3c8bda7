using System.Numerics;

namespace Itori.Numerics.Oscillators;

/// <summary>
/// Kuramoto's order parameter: r e^(iψ) = (1/N) Σ_j e^(iθ_j). How much a population turns as one, and where it points.
/// </summary>
/// <param name="R">r ∈ [0, 1], dimensionless: 0 when phases cancel, 1 when all are equal. 0 for N = 0.</param>
/// <param name="MeanPhase">
/// ψ in [0, 2π) rad; 0 for N = 0, without meaning when r is near zero. It goes through the platform's arc tangent, so its last bit may differ between machines;
/// the bits of r do not.
/// </param>
public readonly record struct OrderParameter(double R, double MeanPhase)
{
    private const int Chunk = 64;

    /// <summary>The order parameter of some phases; O(N). Sums run in one fixed order.</summary>
    /// <param name="phases">θ in rad, finite, of any length.</param>
    /// <exception cref="ArgumentException">A phase is not finite.</exception>
    public static OrderParameter Of(ReadOnlySpan<double> phases) => Sum(phases);

    /// <inheritdoc cref="Of(ReadOnlySpan{double})"/>
    public static OrderParameter Of(ReadOnlySpan<float> phases) => Sum(phases);

    /// <summary>From Σ cos θ, Σ sin θ and the number or total weight of the phases; (0, 0) when that is zero.</summary>
    internal static OrderParameter FromSums(double cosines, double sines, double total)
    {
        if (total <= 0)
        {
            return default;
        }

        // Rounding may carry a population in full agreement a few bits past one.
        var r = Math.Min(1, Math.Sqrt(cosines * cosines + sines * sines) / total);
        return new OrderParameter(r, Phase.Wrap(Math.Atan2(sines, cosines)));
    }

    // A float is a double exactly, so both give the same bits for the same phases.
    private static OrderParameter Sum<T>(ReadOnlySpan<T> phases)
        where T : unmanaged, INumberBase<T>
    {
        Span<double> angles = stackalloc double[Chunk];
        Span<double> unit = stackalloc double[2 * Chunk];
        double cosines = 0, sines = 0;
        for (var at = 0; at < phases.Length; at += Chunk)
        {
            var part = phases.Slice(at, Math.Min(Chunk, phases.Length - at));
            for (var i = 0; i < part.Length; i++)
            {
                angles[i] = Checked(double.CreateTruncating(part[i]), at + i);
            }

            Accumulate(angles, unit, part.Length, ref cosines, ref sines);
        }

        return FromSums(cosines, sines, phases.Length);
    }

    internal static double Checked(double phase, int index)
    {
        var wrapped = Phase.Wrap(phase);
        return double.IsNaN(wrapped) ? throw new ArgumentException($"Phase {index} is {phase}; phases are finite.", nameof(phase)) : wrapped;
    }

    private static void Accumulate(Span<double> angles, Span<double> unit, int count, ref double cosines, ref double sines)
    {
        angles[count..].Clear();
        SineCosine.Interleave(angles, unit);
        for (var i = 0; i < count; i++)
        {
            cosines += unit[2 * i];
            sines += unit[2 * i + 1];
        }
    }
}
