namespace Itori.Numerics.Arrangements;

/// <summary>Middle and spread of points that only become more.</summary>
internal sealed class Cloud
{
    private double _count;
    private double _x;
    private double _y;
    private double _squares;

    public bool IsEmpty => _count == 0;

    public Place Middle => new(_x / _count, _y / _count);

    /// <summary>The root of the mean square distance from the middle.</summary>
    public double Spread
    {
        get
        {
            var (x, y) = Middle;
            return Math.Sqrt(Math.Max(0, _squares / _count - x * x - y * y));
        }
    }

    public void Add(double x, double y)
    {
        _count++;
        _x += x;
        _y += y;
        _squares += x * x + y * y;
    }
}
