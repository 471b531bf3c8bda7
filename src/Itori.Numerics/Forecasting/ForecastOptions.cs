namespace Itori.Numerics.Forecasting;

/// <summary>How far ahead and how sure. Each value is checked when it is set.</summary>
public sealed record ForecastOptions
{
    /// <summary>How many steps ahead; in [1, 256], 12 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public int Horizon
    {
        get;
        init => field = value is >= 1 and <= 256 ? value : throw new ArgumentOutOfRangeException(nameof(Horizon), value, "Horizon is between 1 and 256.");
    } = 12;

    /// <summary>How many of the latest errors the bounds are made of, and over how many the smoothings are compared; in [20, 10000], 200 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public int Memory
    {
        get;
        init => field = value is >= 20 and <= 10_000 ? value : throw new ArgumentOutOfRangeException(nameof(Memory), value, "Memory is between 20 and 10,000.");
    } = 200;

    /// <summary>How often bounds are to hold, each in (0, 1), ascending; 0.8 and 0.95 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public double[] Levels
    {
        get;
        init => field = value is { Length: > 0 } && value.All(level => level is > 0 and < 1)
            ? [.. value.Order()]
            : throw new ArgumentOutOfRangeException(nameof(Levels), "Levels are between 0 and 1.");
    } = [0.8, 0.95];

    /// <summary>Shares nearer to 0 or 1 than this are taken as so near; in (0, 0.1], 0.001 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public double Edge
    {
        get;
        init => field = value is > 0 and <= 0.1 ? value : throw new ArgumentOutOfRangeException(nameof(Edge), value, "Edge is above 0 and at most 0.1.");
    } = 0.001;
}

/// <summary>What is to come of a series of shares.</summary>
/// <param name="Current">The latest value.</param>
/// <param name="Points">The forecast of each step ahead, in [0, 1].</param>
/// <param name="Bounds">Bounds of each asked level, the narrower first.</param>
public sealed record ShareForecast(double Current, double[] Points, ForecastBounds[] Bounds)
{
    /// <summary>The first step ahead at which the forecast is below a threshold; null where it stays above.</summary>
    /// <param name="threshold">In [0, 1].</param>
    public int? StepsUntilBelow(double threshold)
    {
        var first = Array.FindIndex(Points, point => point < threshold);
        return first < 0 ? null : first + 1;
    }
}

/// <summary>Between what the series will be.</summary>
/// <param name="Level">How often it will be, in (0, 1).</param>
/// <param name="Lower">For each step ahead, in [0, 1].</param>
/// <param name="Upper">For each step ahead, in [0, 1].</param>
public sealed record ForecastBounds(double Level, double[] Lower, double[] Upper);
