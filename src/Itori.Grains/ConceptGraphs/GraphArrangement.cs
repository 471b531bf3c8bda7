using Itori.Contracts;
using Itori.Numerics.Arrangements;
using Itori.Numerics.Graphs;

namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// Where a graph's concepts stand. Places are found beside the grain and stored by it as a delta like any other, so all who watch see the same ones. What stands already moves little: only what changed, what is related to it, and
/// what is related to that, each held the more firmly; a place of a person, or a pinned one, not at all.
/// </summary>
internal sealed class GraphArrangement
{
    /// <summary>How firmly a concept is held that got new relations.</summary>
    public const double TouchedHold = 0.5;

    /// <summary>How firmly one is held that a person let go.</summary>
    public const double ReleasedHold = 0;

    /// <summary>Concepts that had places and may move at a time.</summary>
    internal const int MostMoved = 256;

    /// <summary>A concept whose better place is nearer than this stays, in layout units: nobody would see it go.</summary>
    internal const double LeastMove = 1.5;

    // Relations pull even where they weigh next to nothing: what is related at all stands together.
    private const double LeastPull = 0.15;

    private const int Decimals = 2;

    // Of the related ones, and of those related to them.
    private static readonly double[] HoldByHop = [1, 4];

    private readonly ConceptState[] concepts;
    private readonly RelationState[] relations;
    private readonly IReadOnlyDictionary<string, double> touched;

    /// <summary>Takes what the search needs, on the grain's thread. <paramref name="touched"/>: what changed since the last time, and how firmly it is held now; it is kept, and must not change.</summary>
    public GraphArrangement(ConceptGraph graph, IReadOnlyDictionary<string, double> touched) =>
        (concepts, relations, this.touched) = ([.. graph.Concepts.Values], [.. graph.Relations.Values], touched);

    /// <summary>Whether a concept has no place.</summary>
    public static bool IsMissing(ConceptGraph graph) => graph.Concepts.Values.Any(concept => !IsPlaced(concept));

    /// <summary>A place for each concept that has none or may have another. Takes seconds for the largest graphs without places; runs off the grain's thread.</summary>
    public Dictionary<string, Place> Find(CancellationToken cancellationToken)
    {
        // A fixed order: sums depend on it.
        Array.Sort(concepts, (a, b) => string.CompareOrdinal(a.ConceptId, b.ConceptId));
        Array.Sort(relations, (a, b) => string.CompareOrdinal(a.RelationId, b.RelationId));
        var row = new Dictionary<string, int>(concepts.Length, StringComparer.Ordinal);
        foreach (var (index, concept) in concepts.Index())
        {
            row[concept.ConceptId] = index;
        }

        WeightedEdge[] pulls = [.. relations.Where(relation => relation.Source != relation.Target).Select(relation => new WeightedEdge(row[relation.Source], row[relation.Target], LeastPull + relation.Weight))];
        var graph = WeightedGraph.FromEdges(concepts.Length, pulls);
        var nodes = new ArrangedNode[concepts.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            var concept = concepts[i];
            nodes[i] = new ArrangedNode(IsPlaced(concept) ? new Place(concept.X!.Value, concept.Y!.Value) : null, double.PositiveInfinity, TurnOf(concept.ConceptId));
        }

        Loosen(graph, nodes);
        var found = Arrangement.Find(graph, nodes, cancellationToken);
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i].Place is null || double.IsFinite(nodes[i].Hold))
            {
                places[concepts[i].ConceptId] = new Place(Math.Round(found[i].X, Decimals), Math.Round(found[i].Y, Decimals));
            }
        }

        return places;
    }

    /// <summary>What has to be changed for the graph, as it is now, to have those places; what a person placed meanwhile stays there.</summary>
    public static ConceptChange[] Changes(ConceptGraph graph, IReadOnlyDictionary<string, Place> found) =>
    [
        .. found.Keys.Select(graph.Find).OfType<ConceptState>()
            .Where(concept => !IsPlaced(concept) || (MayMove(concept) && Distance(concept, found[concept.ConceptId]) >= LeastMove))
            .OrderBy(concept => concept.Slot)
            .Select(concept => new ConceptChange
            {
                ConceptId = concept.ConceptId,
                X = found[concept.ConceptId].X,
                Y = found[concept.ConceptId].Y,
                Arranged = concept.Arranged ? null : true,
            }),
    ];

    internal static bool IsPlaced(ConceptState concept) => concept is { X: not null, Y: not null };

    private static bool MayMove(ConceptState concept) => concept is { Arranged: true, Pinned: false };

    private static double Distance(ConceptState concept, Place place)
    {
        var (x, y) = (place.X - concept.X!.Value, place.Y - concept.Y!.Value);
        return Math.Sqrt(x * x + y * y);
    }

    /// <summary>Lets go what changed and what is near to it, the nearest first.</summary>
    private void Loosen(WeightedGraph graph, ArrangedNode[] nodes)
    {
        var begun = new List<int>();
        var seen = new bool[nodes.Length];
        var left = MostMoved;
        for (var i = 0; i < nodes.Length; i++)
        {
            var isTouched = touched.TryGetValue(concepts[i].ConceptId, out var hold);
            if (nodes[i].Place is null || isTouched)
            {
                begun.Add(i);
                seen[i] = true;
            }

            if (isTouched)
            {
                Loosen(i, hold);
            }
        }

        foreach (var hold in HoldByHop)
        {
            var next = new List<int>();
            foreach (var node in begun)
            {
                foreach (var neighbour in graph.NeighboursOf(node))
                {
                    if (!seen[neighbour])
                    {
                        seen[neighbour] = true;
                        next.Add(neighbour);
                        Loosen(neighbour, hold);
                    }
                }
            }

            begun = next;
        }

        void Loosen(int node, double hold)
        {
            if (left > 0 && nodes[node].Place is not null && MayMove(concepts[node]))
            {
                nodes[node] = nodes[node] with { Hold = hold };
                left--;
            }
        }
    }

    /// <summary>FNV-1a over the id, as an angle: the IDE places a new concept in the same direction until it hears more.</summary>
    private static double TurnOf(string conceptId)
    {
        var hash = 0x811c9dc5;
        foreach (var unit in conceptId)
        {
            hash = unchecked((hash ^ unit) * 0x01000193);
        }

        return hash / 4294967296.0 * Math.Tau;
    }
}
