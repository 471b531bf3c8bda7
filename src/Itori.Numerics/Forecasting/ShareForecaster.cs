namespace Itori.Numerics.Forecasting;

/// <summary>
/// Forecasts a series of shares y ∈ [0, 1] at equal steps, with bounds that hold as often as they say: a damped trend on logit y, and the errors it really made.
/// </summary>
/// <remarks>
/// <para>
/// Several smoothings, persistence among them, follow the series side by side. For each horizon the one with the smallest mean absolute error so far, older errors weighing less, makes the forecast, so the
/// constants are learnt from the series and a series without a trend is forecast by its last value.
/// </para>
/// <para>
/// Bounds are the forecast plus quantiles of the latest errors at the same horizon (on the logit scale, so they stay within [0, 1] and are wide where there is room), the level of each quantile being moved
/// after each step by whether the bound held (adaptive conformal inference, Gibbs and Candès 2021): the share of misses tends to the nominal one whatever the series does.
/// </para>
/// <para>O(smoothings × horizon) a step, nothing grows. Deterministic. Not thread-safe.</para>
/// </remarks>
public sealed class ShareForecaster
{
    private static readonly TrendSmoothing[] Smoothings =
    [
        new(1, 0, 0),
        new(0.5, 0, 0), new(0.2, 0, 0), new(0.08, 0, 0),
        new(1, 0.3, 0.6), new(1, 0.3, 0.9), new(1, 1, 0.6), new(1, 1, 0.9), new(1, 1, 0.97),
        new(0.5, 0.2, 0.6), new(0.5, 0.2, 0.9), new(0.5, 0.2, 0.97),
        new(0.2, 0.1, 0.9), new(0.2, 0.1, 0.97),
    ];

    private readonly ForecastOptions _options;
    private readonly DampedTrend[] _states = new DampedTrend[Smoothings.Length];
    private readonly double[,] _errors;
    private readonly double[] _weights;

    // What was said at the latest steps, by step modulo horizon: each smoothing's state, and the forecast that was issued for each horizon.
    private readonly DampedTrend[,] _pastStates;
    private readonly double[,] _issued;
    private readonly (double Below, double Above)[] _bounds;
    private readonly ErrorQuantiles[] _quantiles;
    private long _count;
    private double _last;

    /// <summary>A forecaster that has seen nothing.</summary>
    /// <param name="options">How far and how sure.</param>
    public ShareForecaster(ForecastOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _errors = new double[Smoothings.Length, options.Horizon];
        _weights = new double[options.Horizon];
        _pastStates = new DampedTrend[options.Horizon, Smoothings.Length];
        _issued = new double[options.Horizon, options.Horizon];
        _bounds = new (double, double)[options.Horizon * options.Horizon * options.Levels.Length];
        _quantiles = new ErrorQuantiles[options.Horizon];
        for (var h = 0; h < options.Horizon; h++)
        {
            _quantiles[h] = new ErrorQuantiles(options.Memory, options.Levels);
        }
    }

    /// <summary>How many values it has seen.</summary>
    public long Count => _count;

    /// <summary>Takes the series' next value.</summary>
    /// <param name="share">y ∈ [0, 1]; what is outside or no number is taken as the nearest end, or as the last value.</param>
    public void Add(double share)
    {
        share = double.IsNaN(share) ? _last : Math.Clamp(share, 0, 1);
        _last = share;
        var value = Logit(share);
        Learn(value);
        var slot = _count % _options.Horizon;
        for (var s = 0; s < Smoothings.Length; s++)
        {
            _states[s] = _states[s].With(value, Smoothings[s]);
            _pastStates[slot, s] = _states[s];
        }

        for (var h = 0; h < _options.Horizon; h++)
        {
            _issued[slot, h] = Point(_states, Best(h), h);
            var bounds = BoundsAt(slot, h);
            for (var l = 0; l < bounds.Length; l++)
            {
                bounds[l] = _quantiles[h].Bounds(l);
            }
        }

        _count++;
    }

    /// <summary>The forecast of the next steps.</summary>
    /// <returns>Empty before the first value.</returns>
    public ShareForecast Forecast()
    {
        var steps = _count == 0 ? 0 : _options.Horizon;
        var points = new double[steps];

        // The logit knows nothing of what lies beyond the edge; a last value there is gone on from where it is.
        var beyond = _last - Math.Clamp(_last, _options.Edge, 1 - _options.Edge);
        var bounds = Array.ConvertAll(_options.Levels, level => new ForecastBounds(level, new double[steps], new double[steps]));
        for (var h = 0; h < steps; h++)
        {
            var slot = (_count - 1) % _options.Horizon;
            var center = _issued[slot, h];
            points[h] = Math.Clamp(Share(center) + beyond, 0, 1);
            for (var l = 0; l < bounds.Length; l++)
            {
                var (below, above) = BoundsAt(slot, h)[l];
                (bounds[l].Lower[h], bounds[l].Upper[h]) = (LowerShare(center + below), UpperShare(center + above));
            }
        }

        return new ShareForecast(_last, points, bounds);
    }

    private void Learn(double value)
    {
        var keep = 1 - 1.0 / _options.Memory;
        for (var h = 0; h < _options.Horizon && h < _count; h++)
        {
            var slot = (_count - 1 - h) % _options.Horizon;
            _weights[h] = keep * _weights[h] + 1;
            for (var s = 0; s < Smoothings.Length; s++)
            {
                var error = Math.Abs(Share(_pastStates[slot, s].Forecast(h + 1, Smoothings[s].Damping)) - Share(value));
                _errors[s, h] += (error - _errors[s, h]) / _weights[h];
            }

            _quantiles[h].Add(value - _issued[slot, h], BoundsAt(slot, h));
        }
    }

    private Span<(double Below, double Above)> BoundsAt(long slot, int h) =>
        _bounds.AsSpan((int)(slot * _options.Horizon + h) * _options.Levels.Length, _options.Levels.Length);

    /// <summary>The smoothing with the smallest error at a horizon; persistence until another one is better, and while little is known.</summary>
    private int Best(int h)
    {
        if (_weights[h] < _options.Horizon)
        {
            return 0;
        }

        var best = 0;
        for (var s = 1; s < Smoothings.Length; s++)
        {
            if (_errors[s, h] < _errors[best, h])
            {
                best = s;
            }
        }

        return best;
    }

    private static double Point(DampedTrend[] states, int best, int h) => states[best].Forecast(h + 1, Smoothings[best].Damping);

    // A share of exactly 0 or 1 would lie at infinity.
    private double Logit(double share)
    {
        var inside = Math.Clamp(share, _options.Edge, 1 - _options.Edge);
        return Math.Log(inside / (1 - inside));
    }

    // At the edge a bound takes in all that lies beyond: it was not told apart when the errors were measured.
    private double LowerShare(double logit) => Share(logit) is var share && share <= _options.Edge * (1 + 1e-9) ? 0 : share;

    private double UpperShare(double logit) => Share(logit) is var share && share >= 1 - _options.Edge * (1 + 1e-9) ? 1 : share;

    private static double Share(double logit) => 1 / (1 + Exponential.Of(-Math.Clamp(logit, -700, 700)));
}
