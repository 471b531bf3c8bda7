using Itori.Contracts;

namespace Itori.Grains.Assistants.Context;

/// <summary>A concept beside another one.</summary>
/// <param name="Concept">The other one.</param>
/// <param name="Relation">What relates them.</param>
internal sealed record Neighbour(ConceptState Concept, RelationState Relation);

/// <summary>A graph as questions look at it: by name, by neighbourhood, by path. Immutable.</summary>
internal sealed class GraphView
{
    private static readonly Neighbour[] Nobody = [];
    private readonly Dictionary<string, ConceptState> _byId;
    private readonly Dictionary<string, ConceptState> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Neighbour[]> _neighbours;

    /// <summary>Reads a snapshot; relations to concepts that it does not have are left out.</summary>
    /// <param name="snapshot">The graph.</param>
    /// <param name="keyOf">The normal form of a label (concepts' aliases are found by it).</param>
    public GraphView(GraphSnapshot snapshot, Func<string, string> keyOf)
    {
        Seq = snapshot.Seq;
        Epoch = snapshot.Epoch;
        KeyOf = keyOf;
        Relations = snapshot.Relations;
        _byId = new Dictionary<string, ConceptState>(snapshot.Concepts.Count, StringComparer.Ordinal);
        foreach (var concept in snapshot.Concepts)
        {
            _byId.TryAdd(concept.ConceptId, concept);
        }

        // A concept's own key wins over another concept's alias.
        foreach (var concept in snapshot.Concepts)
        {
            _byKey.TryAdd(concept.Key, concept);
        }

        foreach (var concept in snapshot.Concepts)
        {
            foreach (var alias in concept.Aliases)
            {
                _byKey.TryAdd(keyOf(alias), concept);
            }
        }

        Strongest = snapshot.Concepts.OrderByDescending(c => c.Weight).ThenByDescending(c => c.Mentions).ThenBy(c => c.Label, StringComparer.Ordinal).ToArray();
        _neighbours = Adjacency(snapshot.Relations);
    }

    /// <summary>A graph without concepts.</summary>
    public static GraphView Empty(Func<string, string> keyOf) =>
        new(new GraphSnapshot { Graph = string.Empty, Epoch = 0, Seq = 0, Concepts = Array.Empty<ConceptState>(), Relations = Array.Empty<RelationState>() }, keyOf);

    public long Seq { get; }

    public long Epoch { get; }

    public Func<string, string> KeyOf { get; }

    /// <summary>All concepts, the heaviest first.</summary>
    public IReadOnlyList<ConceptState> Strongest { get; }

    public IReadOnlyList<RelationState> Relations { get; }

    public ConceptState? ById(string id) => _byId.GetValueOrDefault(id);

    public ConceptState? ByKey(string key) => _byKey.GetValueOrDefault(key);

    /// <summary>What a concept is related to, the strongest first; each concept once.</summary>
    public IReadOnlyList<Neighbour> NeighboursOf(string id) => _neighbours.GetValueOrDefault(id, Nobody);

    /// <summary>
    /// The way between two concepts that has few steps and strong ones: each step costs 2 − w (Dijkstra 1959). Empty where there is none within <paramref name="maxSteps"/>.
    /// </summary>
    public IReadOnlyList<Neighbour> Path(string from, string to, int maxSteps = 6)
    {
        var best = new Dictionary<string, (double Cost, string From, Neighbour Step)>(StringComparer.Ordinal);
        var open = new PriorityQueue<(string Id, int Steps), double>();
        var closed = new HashSet<string>(StringComparer.Ordinal);
        open.Enqueue((from, 0), 0);
        while (open.TryDequeue(out var at, out var cost))
        {
            if (at.Id == to)
            {
                break;
            }

            if (!closed.Add(at.Id) || at.Steps == maxSteps)
            {
                continue;
            }

            foreach (var step in NeighboursOf(at.Id))
            {
                var next = step.Concept.ConceptId;
                var price = cost + 2 - Math.Clamp(step.Relation.Weight, 0, 1);
                if (next != from && (!best.TryGetValue(next, out var known) || price < known.Cost))
                {
                    best[next] = (price, at.Id, step);
                    open.Enqueue((next, at.Steps + 1), price);
                }
            }
        }

        var path = new List<Neighbour>();
        for (var at = to; at != from; at = best[at].From)
        {
            if (!best.TryGetValue(at, out var arrival))
            {
                return Nobody;
            }

            path.Add(arrival.Step);
        }

        path.Reverse();
        return path;
    }

    private Dictionary<string, Neighbour[]> Adjacency(IReadOnlyList<RelationState> relations)
    {
        var lists = new Dictionary<string, Dictionary<string, Neighbour>>(StringComparer.Ordinal);
        foreach (var relation in relations)
        {
            if (relation.Source != relation.Target && _byId.TryGetValue(relation.Source, out var source) && _byId.TryGetValue(relation.Target, out var target))
            {
                Add(source, target, relation);
                Add(target, source, relation);
            }
        }

        return lists.ToDictionary(
            list => list.Key,
            list => list.Value.Values.OrderByDescending(n => n.Relation.Weight).ThenByDescending(n => n.Concept.Weight).ThenBy(n => n.Concept.Label, StringComparer.Ordinal).ToArray(),
            StringComparer.Ordinal);

        void Add(ConceptState one, ConceptState other, RelationState relation)
        {
            if (!lists.TryGetValue(one.ConceptId, out var list))
            {
                lists[one.ConceptId] = list = new Dictionary<string, Neighbour>(StringComparer.Ordinal);
            }

            // Two concepts may be related in several ways: a way that says how ("causes") tells more than that they were said near each other.
            if (!list.TryGetValue(other.ConceptId, out var known) || Tells(relation) > Tells(known.Relation))
            {
                list[other.ConceptId] = new Neighbour(other, relation);
            }
        }

        static double Tells(RelationState relation) => relation.Weight + (relation.Kind == RelationKinds.CoOccurs ? 0 : 1);
    }
}
