using System.Runtime.Intrinsics;

namespace Itori.Numerics.Spectra;

/// <summary>Polynomials of L that are at most 1 between a cut and the top of the spectrum and grow below the cut as fast as any of their degree do.</summary>
/// <param name="laplacian">L.</param>
/// <param name="upper">At least its largest eigenvalue.</param>
internal sealed class ChebyshevFilter(PanelLaplacian laplacian, double upper)
{
    // e^12: how much more one vector of a block may be favoured than another before they are told apart again. Single precision has seven digits.
    private const double LargestFavour = 12;

    private Panel<float> _now = new(laplacian.Size);
    private Panel<float> _next = new(laplacian.Size);

    /// <summary>Puts a panel through the filter: its part at an eigenvalue λ is multiplied by T(λ) / T(<paramref name="lowest"/>). One product with L for each degree.</summary>
    public void Apply(Panel<double> panel, int degree, double lowest, double cut, CancellationToken cancellationToken)
    {
        Narrow(panel.Values, _now.Values);

        // T of (λ − centre) / radius, divided as it grows by its value at the lowest eigenvalue. The vector of eigenvalue 0 is moved to the centre, where T is smallest.
        var (radius, centre) = ((upper - cut) / 2, (upper + cut) / 2);
        var first = radius / (lowest - centre);
        var sigma = first;
        _next.Values.Clear();
        var nullParts = laplacian.NullParts(_now);
        Step(sigma / radius, 0);
        for (var k = 2; k <= degree; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var after = 1 / ((2 / first) - sigma);
            Step(2 * after / radius, -sigma * after);
            sigma = after;
        }

        Widen(_now.Values, panel.Values);

        // next = scale (L + centre · v vᵀ − centre) now + c · next.
        void Step(double scale, double c)
        {
            nullParts = laplacian.Recur(_now, _next, (float)scale, (float)(-centre * scale), (float)c, Vector512.Create((float)(centre * scale)) * nullParts);
            (_now, _next) = (_next, _now);
        }
    }

    /// <summary>The degree that makes a part at <paramref name="value"/> so many times larger than all above the cut, as far as one filter may.</summary>
    public int DegreeFor(double value, double times, double lowest, double cut)
    {
        var needed = Math.Log(3 * times) / Rate(value, cut);
        return (int)Math.Clamp(Math.Min(needed, LargestFavour / Rate(lowest, cut)), 8, 1000);
    }

    // T grows by e to this for each degree.
    private double Rate(double value, double cut) => Math.Acosh(Math.Max(1, ((upper + cut) - (2 * value)) / (upper - cut))) + 1e-9;

    private static void Narrow(ReadOnlySpan<double> wide, Span<float> narrow)
    {
        for (var i = 0; i < wide.Length; i++)
        {
            narrow[i] = (float)wide[i];
        }
    }

    private static void Widen(ReadOnlySpan<float> narrow, Span<double> wide)
    {
        for (var i = 0; i < narrow.Length; i++)
        {
            wide[i] = narrow[i];
        }
    }
}
