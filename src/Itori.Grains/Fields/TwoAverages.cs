using Itori.Numerics;

namespace Itori.Grains.Fields;

/// <summary>
/// A fast and a slow moving average of the same happenings, per fast time constant: one happening now raises the fast one by its weight and the slow one by the ratio of the time constants. Under a steady rate both are equal.
/// </summary>
/// <param name="Fast">As of <paramref name="AsOf"/>.</param>
/// <param name="Slow">As of <paramref name="AsOf"/>.</param>
/// <param name="AsOf">Field time, seconds.</param>
internal readonly record struct TwoAverages(double Fast, double Slow, double AsOf)
{
    /// <summary>The averages after something happened.</summary>
    public TwoAverages With(double weight, double now, double fastSeconds, double slowSeconds)
    {
        var faded = At(now, fastSeconds, slowSeconds);
        return new TwoAverages(faded.Fast + weight, faded.Slow + (weight * (fastSeconds / slowSeconds)), now);
    }

    /// <summary>The averages as they have faded by now.</summary>
    public TwoAverages At(double now, double fastSeconds, double slowSeconds)
    {
        var since = now - AsOf;
        return new TwoAverages(Fast * Exponential.Of(-since / fastSeconds), Slow * Exponential.Of(-since / slowSeconds), now);
    }
}
