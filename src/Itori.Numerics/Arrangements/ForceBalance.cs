namespace Itori.Numerics.Arrangements;

/// <summary>
/// Bodies that related ones pull, all others push and the middle draws, on their way to where these balance. The forces are those of ForceAtlas2 (Jacomy et al. 2014): relations pull with w d, bodies push with 9 m_i m_j / d, the
/// middle draws with 0.11 m r, and m is 1 and the sum of the weights.
/// </summary>
/// <remarks>
/// Not its steps, though: each body goes as far as its own forces and their stiffness say (a diagonal Newton step), with some of its last step added (heavy ball), never further than <c>reach</c>. One step is O(N log N + M).
/// </remarks>
internal sealed class ForceBalance
{
    public const double Repulsion = 9;
    public const double Gravity = 0.11;
    private const double Part = 0.6;

    /// <summary>Where no step is longer than this, nothing is gained by more; in layout units.</summary>
    private const double AtRest = 0.1;
    private const double Inertia = 0.6;

    private readonly Springs _springs;
    private readonly double[] _mass;
    private readonly double[] _hold;
    private readonly double[] _homeX;
    private readonly double[] _homeY;
    private readonly double[] _lastX;
    private readonly double[] _lastY;
    private readonly bool[] _stays;
    private readonly RepulsionTree _tree;

    /// <param name="springs">What pulls.</param>
    /// <param name="mass">Of each body.</param>
    /// <param name="x">Where each begins; moved in place.</param>
    /// <param name="y">Where each begins; moved in place.</param>
    /// <param name="hold">How firmly each is held where it begins; not finite: it stays.</param>
    public ForceBalance(Springs springs, double[] mass, double[] x, double[] y, double[] hold)
    {
        (_springs, _mass, X, Y, _hold) = (springs, mass, x, y, hold);
        (_homeX, _homeY) = ([.. x], [.. y]);
        (_lastX, _lastY) = (new double[x.Length], new double[x.Length]);
        _stays = Array.ConvertAll(hold, value => !double.IsFinite(value));
        _tree = new RepulsionTree(x.Length);
    }

    public double[] X { get; }

    public double[] Y { get; }

    /// <summary>Goes at most so many steps, the first of at most <paramref name="reach"/> and each later one of less.</summary>
    public void Relax(int steps, double reach, CancellationToken cancellationToken)
    {
        if (Array.TrueForAll(_stays, stays => stays))
        {
            return;
        }

        for (var step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _tree.Build(X, Y, _mass);
            if (Step(reach * (1 - (double)step / steps)) < AtRest)
            {
                return;
            }
        }
    }

    /// <summary>How far went the one that went furthest.</summary>
    private double Step(double reach)
    {
        var furthest = 0.0;
        foreach (var body in _tree.Bodies)
        {
            if (_stays[body])
            {
                continue;
            }

            double x = X[body], y = Y[body], mass = _mass[body], draw = Gravity * mass;
            var push = _tree.At(x, y, body);
            double forceX = Repulsion * mass * push.X - draw * x, forceY = Repulsion * mass * push.Y - draw * y, pull = draw;
            for (var p = _springs.RowStarts[body]; p < _springs.RowStarts[body + 1]; p++)
            {
                var (other, weight) = (_springs.Columns[p], _springs.Weights[p]);
                forceX -= weight * (x - X[other]);
                forceY -= weight * (y - Y[other]);
                pull += weight;
            }

            var held = _hold[body] * pull;
            forceX -= held * (x - _homeX[body]);
            forceY -= held * (y - _homeY[body]);
            var stiffness = pull + held + Repulsion * mass * push.Stiffness;
            var stepX = Part * forceX / stiffness + Inertia * _lastX[body];
            var stepY = Part * forceY / stiffness + Inertia * _lastY[body];
            var length = Math.Sqrt(stepX * stepX + stepY * stepY);
            if (length > reach)
            {
                stepX *= reach / length;
                stepY *= reach / length;
            }

            // At once, not after all have been asked: what comes later in this step sees it (Gauss-Seidel), which no pair of bodies can make swing.
            (_lastX[body], _lastY[body]) = (stepX, stepY);
            (X[body], Y[body]) = (x + stepX, y + stepY);
            furthest = Math.Max(furthest, Math.Min(length, reach));
        }

        return furthest;
    }
}
