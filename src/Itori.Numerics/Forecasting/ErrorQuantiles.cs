namespace Itori.Numerics.Forecasting;

/// <summary>
/// The latest errors of a forecast at one horizon, and the quantiles of them that bound the next one. Each side of each level is tuned for itself (adaptive conformal inference): a bound that
/// was passed moves out, one that held moves in a little.
/// </summary>
internal sealed class ErrorQuantiles
{
    /// <summary>γ of Gibbs and Candès: how fast a level follows. In 1/γ steps a wrong level is mostly put right.</summary>
    private const double Rate = 0.02;

    private readonly double[] _sorted;
    private readonly double[] _ring;
    private readonly double[] _nominal;
    private readonly double[] _missBelow;
    private readonly double[] _missAbove;
    private int _count;
    private int _next;

    /// <param name="memory">How many errors are kept.</param>
    /// <param name="levels">How often bounds are to hold.</param>
    public ErrorQuantiles(int memory, double[] levels)
    {
        _ring = new double[memory];
        _sorted = new double[memory];
        _nominal = Array.ConvertAll(levels, level => (1 - level) / 2);
        _missBelow = (double[])_nominal.Clone();
        _missAbove = (double[])_nominal.Clone();
    }

    /// <param name="error">What the value was, less what had been forecast.</param>
    /// <param name="issued">The bounds that had been given with that forecast, for each level: it is these that are judged, not those which are known by now.</param>
    public void Add(double error, ReadOnlySpan<(double Below, double Above)> issued)
    {
        for (var l = 0; l < _nominal.Length; l++)
        {
            _missBelow[l] = Moved(_missBelow[l], _nominal[l], error < issued[l].Below);
            _missAbove[l] = Moved(_missAbove[l], _nominal[l], error > issued[l].Above);
        }

        if (_count == _ring.Length)
        {
            var old = Array.BinarySearch(_sorted, 0, _count, _ring[_next]);
            Array.Copy(_sorted, old + 1, _sorted, old, _count - old - 1);
            _count--;
        }

        var at = Array.BinarySearch(_sorted, 0, _count, error);
        at = at < 0 ? ~at : at;
        Array.Copy(_sorted, at, _sorted, at + 1, _count - at);
        _sorted[at] = error;
        _ring[_next] = error;
        _next = (_next + 1) % _ring.Length;
        _count++;
    }

    /// <summary>Between which errors the next one will be, as often as the level says; a guess of ±4, nearly all of [0, 1] on the logit scale, before the first.</summary>
    public (double Below, double Above) Bounds(int level) => _count == 0 ? (-4, 4) : (-Upper(_missBelow[level], mirrored: true), Upper(_missAbove[level], mirrored: false));

    private static double Moved(double miss, double nominal, bool missed) => Math.Clamp(miss + Rate * (nominal - (missed ? 1 : 0)), -0.5, 0.5);

    /// <summary>
    /// The ⌈(n + 1)(1 − miss)⌉-th smallest error. Beyond the largest one there is nothing to go by: it is then widened, by as much as the level asks for more than n errors can tell.
    /// </summary>
    private double Upper(double miss, bool mirrored)
    {
        var rank = Math.Max(1, (int)Math.Ceiling((_count + 1) * (1 - miss)));
        if (rank <= _count)
        {
            return mirrored ? -_sorted[_count - rank] : _sorted[rank - 1];
        }

        var most = mirrored ? -_sorted[0] : _sorted[_count - 1];
        var size = Math.Max(Math.Abs(_sorted[0]), Math.Abs(_sorted[_count - 1]));
        return most + (size + 0.05) * Math.Max(0.1, -miss + 2.0 / (_count + 1));
    }
}
