using Itori.Numerics.Graphs;

namespace Itori.Numerics.Arrangements;

/// <summary>A graph to be arranged, its nodes single or joined into groups. What stands somewhere is never joined with anything.</summary>
internal sealed class Level
{
    // Each level is to be smaller by so much, or there is nothing in joining.
    private const double LeastGain = 0.9;

    private readonly double[] _turn;
    private readonly bool[] _isPlaced;
    private int[] _group = [];

    private Level(Springs springs, double[] mass, double[] x, double[] y, double[] turn, bool[] stands)
    {
        (Springs, Mass, X, Y, _turn, Stands) = (springs, mass, x, y, turn, stands);
        _isPlaced = [.. stands];
        Newcomers = stands.Count(placed => !placed);
    }

    public Springs Springs { get; }

    public double[] Mass { get; }

    public double[] X { get; }

    public double[] Y { get; }

    /// <summary>Which nodes have a place of their own, not only one that was found here.</summary>
    public bool[] Stands { get; }

    public int Newcomers { get; }

    public static Level Of(WeightedGraph graph, ReadOnlySpan<ArrangedNode> nodes)
    {
        var count = nodes.Length;
        var (mass, x, y, turn, stands) = (new double[count], new double[count], new double[count], new double[count], new bool[count]);
        for (var i = 0; i < count; i++)
        {
            mass[i] = 1 + graph.Strengths[i];
            turn[i] = nodes[i].Turn;
            if (nodes[i].Place is { } place)
            {
                (x[i], y[i], stands[i]) = (place.X, place.Y, true);
            }
        }

        return new Level(Springs.Of(graph), mass, x, y, turn, stands);
    }

    /// <summary>
    /// Places newcomers: each beside its strongest neighbour that has a place, those without one outside of all that has. In rounds: one whose neighbours are new themselves waits for one of them, and where nobody can be placed the
    /// heaviest begins an island.
    /// </summary>
    public void SeedNewcomers()
    {
        var waiting = Enumerable.Range(0, Mass.Length).Where(node => !_isPlaced[node]).OrderByDescending(node => Mass[node]).ThenBy(node => node).ToList();
        var cloud = new Cloud();
        for (var node = 0; node < Mass.Length; node++)
        {
            if (_isPlaced[node])
            {
                cloud.Add(X[node], Y[node]);
            }
        }

        while (waiting.Count > 0)
        {
            var before = waiting.Count;
            waiting.RemoveAll(node =>
            {
                if (StrongestPlaced(node) is not { } neighbour)
                {
                    return false;
                }

                // A group needs the room that its members will.
                Put(node, Arrangement.From(new Place(X[neighbour], Y[neighbour]), Arrangement.Beside * Math.Sqrt(1 + (Mass[node] + Mass[neighbour]) / 64), _turn[node]));
                return true;
            });
            if (waiting.Count == before)
            {
                var first = waiting[0];
                waiting.RemoveAt(0);
                Put(first, cloud.IsEmpty ? default : Arrangement.From(cloud.Middle, cloud.Spread + Arrangement.Beside, _turn[first]));
            }
        }

        void Put(int node, Place place)
        {
            (X[node], Y[node], _isPlaced[node]) = (place.X, place.Y, true);
            cloud.Add(place.X, place.Y);
        }
    }

    /// <summary>Joins each newcomer with the neighbour that pulls it most, or with that one's group; those without relations in pairs. Null where that makes little difference.</summary>
    public Level? TryJoin()
    {
        _group = new int[Mass.Length];
        Array.Fill(_group, -1);
        var groups = 0;
        var alone = -1;
        for (var node = 0; node < _group.Length; node++)
        {
            if (_group[node] >= 0)
            {
                continue;
            }

            if (Stands[node])
            {
                _group[node] = groups++;
                continue;
            }

            var (free, taken) = StrongestNewcomers(node);
            if (free >= 0)
            {
                _group[node] = _group[free] = groups++;
            }
            else if (taken >= 0)
            {
                _group[node] = _group[taken];
            }
            else if (alone >= 0)
            {
                _group[node] = _group[alone];
                alone = -1;
            }
            else
            {
                _group[node] = groups++;
                alone = Springs.RowStarts[node] == Springs.RowStarts[node + 1] ? node : -1;
            }
        }

        return groups > LeastGain * _group.Length ? null : Joined(groups);
    }

    /// <summary>Gives each newcomer a place near its group's.</summary>
    public void SpreadFrom(Level coarser)
    {
        for (var node = 0; node < Mass.Length; node++)
        {
            if (!Stands[node])
            {
                var g = _group[node];
                var place = Arrangement.From(new Place(coarser.X[g], coarser.Y[g]), Arrangement.Beside / 4 * Math.Sqrt(Mass[node]), _turn[node]);
                (X[node], Y[node], _isPlaced[node]) = (place.X, place.Y, true);
            }
        }
    }

    private Level Joined(int groups)
    {
        var (mass, x, y, turn, stands) = (new double[groups], new double[groups], new double[groups], new double[groups], new bool[groups]);
        for (var node = 0; node < _group.Length; node++)
        {
            var g = _group[node];
            if (mass[g] == 0)
            {
                turn[g] = _turn[node];
            }

            mass[g] += Mass[node];
            if (Stands[node])
            {
                (x[g], y[g], stands[g]) = (X[node], Y[node], true);
            }
        }

        return new Level(Springs.Join(_group, groups), mass, x, y, turn, stands);
    }

    private int? StrongestPlaced(int node)
    {
        var best = -1;
        var weight = 0.0;
        for (var p = Springs.RowStarts[node]; p < Springs.RowStarts[node + 1]; p++)
        {
            if (_isPlaced[Springs.Columns[p]] && Springs.Weights[p] > weight)
            {
                (best, weight) = (Springs.Columns[p], Springs.Weights[p]);
            }
        }

        return best < 0 ? null : best;
    }

    /// <summary>The newcomers that pull a node most, of those in no group yet and of those in one; −1: there is none. Pulls count by what they are of the heavier end's mass, or all would join the hubs.</summary>
    private (int Free, int Taken) StrongestNewcomers(int node)
    {
        var (free, taken) = (-1, -1);
        var (freeWeight, takenWeight) = (0.0, 0.0);
        for (var p = Springs.RowStarts[node]; p < Springs.RowStarts[node + 1]; p++)
        {
            var other = Springs.Columns[p];
            var weight = Springs.Weights[p] / Mass[other];
            if (Stands[other])
            {
                continue;
            }

            if (_group[other] < 0 && weight > freeWeight)
            {
                (free, freeWeight) = (other, weight);
            }
            else if (_group[other] >= 0 && weight > takenWeight)
            {
                (taken, takenWeight) = (other, weight);
            }
        }

        return (free, taken);
    }
}
