using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;

namespace Itori.Numerics.Arrangements;

/// <summary>Finds places on a plane for the nodes of a graph: related ones near, none upon another, and what stands already moves only as far as it may.</summary>
/// <remarks>
/// The same graph and places give the same places, to the last bit, on every machine. Few newcomers begin beside their strongest neighbours; many are first arranged in joined groups, groups of groups and so on, from the
/// coarsest down (multilevel: Walshaw 2003), while all that stands stays. Then all that may move goes to where the forces balance (<see cref="ForceBalance"/>). O((N log N + M) steps). A graph without nodes gives
/// none, a node alone stands in the middle; every component is drawn to the middle, so there need not be only one.
/// </remarks>
public static class Arrangement
{
    /// <summary>How far from its neighbour a newcomer begins, in layout units.</summary>
    public const double Beside = 9;

    private const int Few = 40;
    private const int Coarsest = 40;
    private const int CoarsestSteps = 200;
    private const int CoarseSteps = 50;
    private const int LastSteps = 100;

    /// <summary>Places for all nodes.</summary>
    /// <param name="graph">N nodes; a weight is how strongly two nodes pull each other.</param>
    /// <param name="nodes">What is known of each; length N.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Length N. A node that stays has exactly the place that it had.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static Place[] Find(WeightedGraph graph, ReadOnlySpan<ArrangedNode> nodes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (nodes.Length != graph.NodeCount)
        {
            throw new ArgumentException($"The graph has {graph.NodeCount} nodes; {nodes.Length} were given.", nameof(nodes));
        }

        var level = Level.Of(graph, nodes);
        var newcomers = level.Newcomers;
        if (newcomers > Few)
        {
            PlaceInGroups(level, cancellationToken);
        }
        else
        {
            level.SeedNewcomers();
        }

        var hold = new double[nodes.Length];
        for (var i = 0; i < hold.Length; i++)
        {
            hold[i] = nodes[i].Place is null ? 0 : nodes[i].Hold;
        }

        var balance = new ForceBalance(level.Springs, level.Mass, level.X, level.Y, hold);
        balance.Relax(LastSteps, Beside, cancellationToken);
        var places = new Place[nodes.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = new Place(balance.X[i], balance.Y[i]);
        }

        return places;
    }

    private static void PlaceInGroups(Level finest, CancellationToken cancellationToken)
    {
        var levels = new List<Level> { finest };
        while (levels[^1].Newcomers > Coarsest && levels[^1].TryJoin() is { } coarser)
        {
            levels.Add(coarser);
        }

        for (var l = levels.Count - 1; l >= 0; l--)
        {
            var level = levels[l];
            var isCoarsest = l == levels.Count - 1;
            if (isCoarsest)
            {
                level.SeedNewcomers();
            }
            else
            {
                level.SpreadFrom(levels[l + 1]);
            }

            if (l > 0)
            {
                var reach = isCoarsest ? Beside * Math.Sqrt(level.Mass.Sum()) / 4 : Beside * Math.Sqrt(level.Mass.Sum() / level.Mass.Length);
                new ForceBalance(level.Springs, level.Mass, level.X, level.Y, Array.ConvertAll(level.Stands, stands => stands ? double.PositiveInfinity : 0))
                    .Relax(isCoarsest ? CoarsestSteps : CoarseSteps, reach, cancellationToken);
            }
        }
    }

    internal static Place From(Place place, double distance, double turn)
    {
        var (sine, cosine) = SineCosine.Of(turn);
        return new Place(place.X + distance * cosine, place.Y + distance * sine);
    }
}
