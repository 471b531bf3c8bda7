namespace Itori.Numerics.Arrangements;

/// <summary>What pushes a body away from all others: Σ m_j (x − x_j) / |x − x_j|², far ones taken together (Barnes, Hut 1986).</summary>
/// <remarks>
/// Cells stand in preorder with a link to what follows when one is taken as a whole, so a walk needs no stack. A cell of few bodies is not divided, nor is one below the depth bound: any number of bodies may
/// share one place. Building is O(N log N). Sums have one order and use only IEEE additions, multiplications and divisions, so the same bodies give the same bits everywhere.
/// </remarks>
internal sealed class RepulsionTree(int capacity)
{
    private const int Bucket = 6;
    private const int MaxDepth = 30;

    /// <summary>Bodies nearer than this push as from here, in layout units: or two that stand almost upon each other, whose push is the stiffest, would go apart by almost nothing.</summary>
    private const double Nearest = 0.5;

    // A cell counts as one body seen from further than its side divided by this.
    private const double Opening = 0.9;

    private readonly int[] _bodies = new int[capacity];
    private readonly double[] _x = new double[capacity];
    private readonly double[] _y = new double[capacity];
    private readonly double[] _mass = new double[capacity];
    private Cell[] _cells = new Cell[Math.Max(16, capacity)];
    private int _cellCount;

    /// <summary>The bodies in an order in which near ones come together.</summary>
    public ReadOnlySpan<int> Bodies => _bodies;

    public void Build(double[] x, double[] y, double[] mass)
    {
        double left = double.PositiveInfinity, right = double.NegativeInfinity, low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (var i = 0; i < capacity; i++)
        {
            _bodies[i] = i;
            left = Math.Min(left, x[i]);
            right = Math.Max(right, x[i]);
            low = Math.Min(low, y[i]);
            high = Math.Max(high, y[i]);
        }

        _cellCount = 0;
        if (capacity > 0)
        {
            var side = Math.Max(Math.Max(right - left, high - low), 1e-3);
            Divide(x, y, mass, 0, capacity, left, low, side, 0);
        }
    }

    /// <summary>The push at a place, from all but one body, and the largest m_j / |x − x_j|² of those that are near.</summary>
    public (double X, double Y, double Stiffness) At(double x, double y, int except)
    {
        double pushX = 0, pushY = 0, stiffness = 0;
        var cells = _cells;
        for (var c = 0; c < _cellCount;)
        {
            ref var cell = ref cells[c];
            double dx = x - cell.X, dy = y - cell.Y;
            var square = dx * dx + dy * dy;
            if (square > cell.Reach)
            {
                var force = cell.Mass / square;
                pushX += dx * force;
                pushY += dy * force;
                c = cell.Next;
                continue;
            }

            for (var b = cell.First; b < cell.End; b++)
            {
                if (_bodies[b] == except)
                {
                    continue;
                }

                dx = x - _x[b];
                dy = y - _y[b];
                square = dx * dx + dy * dy;
                if (square < Nearest * Nearest)
                {
                    (dx, dy) = Apart(dx, dy, except, _bodies[b]);
                    square = Nearest * Nearest;
                }

                var near = _mass[b] / square;
                pushX += dx * near;
                pushY += dy * near;
                stiffness = Math.Max(stiffness, near);
            }

            c++;
        }

        return (pushX, pushY, stiffness);
    }

    /// <summary>The direction from a body that is too near, as long as <see cref="Nearest"/>. From one at the very same place each goes to its own side, and each two along a line of their own.</summary>
    private static (double X, double Y) Apart(double dx, double dy, int body, int other)
    {
        if (Math.Abs(dx) + Math.Abs(dy) < 1e-9)
        {
            var (low, high) = (Math.Min(body, other), Math.Max(body, other));
            dx = body == low ? -1 : 1;
            dy = dx * ((low * 5L + high * 3L) % 7 - 3);
        }

        var scale = Nearest / Math.Sqrt(dx * dx + dy * dy);
        return (dx * scale, dy * scale);
    }

    private void Divide(double[] x, double[] y, double[] mass, int begin, int end, double left, double low, double side, int depth)
    {
        if (_cellCount == _cells.Length)
        {
            Array.Resize(ref _cells, 2 * _cells.Length);
        }

        var at = _cellCount++;
        double sum = 0, sumX = 0, sumY = 0;
        for (var b = begin; b < end; b++)
        {
            var body = _bodies[b];
            sum += mass[body];
            sumX += mass[body] * x[body];
            sumY += mass[body] * y[body];
        }

        var isLeaf = end - begin <= Bucket || depth == MaxDepth;
        if (isLeaf)
        {
            for (var b = begin; b < end; b++)
            {
                var body = _bodies[b];
                (_x[b], _y[b], _mass[b]) = (x[body], y[body], mass[body]);
            }
        }
        else
        {
            var half = side / 2;
            double middleX = left + half, middleY = low + half;
            var upper = Part(y, middleY, begin, end);
            var lowRight = Part(x, middleX, begin, upper);
            var highRight = Part(x, middleX, upper, end);
            Descend(begin, lowRight, left, low);
            Descend(lowRight, upper, middleX, low);
            Descend(upper, highRight, left, middleY);
            Descend(highRight, end, middleX, middleY);

            void Descend(int from, int to, double cornerX, double cornerY)
            {
                if (from < to)
                {
                    Divide(x, y, mass, from, to, cornerX, cornerY, half, depth + 1);
                }
            }
        }

        _cells[at] = new Cell
        {
            X = sumX / sum,
            Y = sumY / sum,
            Mass = sum,
            Reach = isLeaf && end - begin == 1 ? double.PositiveInfinity : side * side / (Opening * Opening),
            First = isLeaf ? begin : 0,
            End = isLeaf ? end : 0,
            Next = _cellCount,
        };
    }

    /// <summary>Puts the bodies below the middle first; where the others begin.</summary>
    private int Part(double[] along, double middle, int begin, int end)
    {
        while (begin < end)
        {
            if (along[_bodies[begin]] < middle)
            {
                begin++;
            }
            else
            {
                end--;
                (_bodies[begin], _bodies[end]) = (_bodies[end], _bodies[begin]);
            }
        }

        return begin;
    }

    private struct Cell
    {
        public double X;
        public double Y;
        public double Mass;
        public double Reach;
        public int First;
        public int End;
        public int Next;
    }
}
