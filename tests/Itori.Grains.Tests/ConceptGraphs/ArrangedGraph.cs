using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Journaling;
using Itori.Grains.Tests.Support;
using Itori.Numerics.Arrangements;

namespace Itori.Grains.Tests.ConceptGraphs;

/// <summary>A graph that is arranged the way its grain does it, without one; and what there is to say of an arrangement.</summary>
internal sealed class ArrangedGraph
{
    private const int Topics = 5;
    private const int SaidAtATime = 5;

    private readonly GraphUnderTest graph = new();
    private readonly UnsettledConcepts unsettled = new();
    private readonly List<string>[] topics = [.. Enumerable.Range(0, Topics).Select(_ => new List<string>())];
    private readonly Random random = new(7);

    public ConceptGraph Graph => graph.Graph;

    public ConceptState this[string conceptId] => graph[conceptId];

    public void Do(params ConceptOperation[] operations) => unsettled.Follow(graph.Do(operations));

    /// <summary>Messages about a few topics, each with some concepts that were said before and a new one or two; how many bytes their deltas take.</summary>
    public long Talk(int messages)
    {
        var bytes = 0L;
        for (var message = 0; message < messages; message++)
        {
            var topic = random.Next(Topics);
            var known = topics[topic];
            var said = new HashSet<string>();
            for (var i = 0; i < SaidAtATime; i++)
            {
                var from = random.NextDouble() < 0.1 ? topics[random.Next(Topics)] : known;
                if (from.Count < 4 || random.NextDouble() < 0.3)
                {
                    known.Add($"topic{topic} word{known.Count}");
                    said.Add(known[^1]);
                }
                else
                {
                    said.Add(from[(int)(from.Count * random.NextDouble() * random.NextDouble())]);
                }
            }

            graph.Now += 20_000;
            if (graph.Hear(Texts.Naming([.. said])) is { } delta)
            {
                unsettled.Follow(delta);
                bytes += EventCodec.Encode(delta).Body.Length;
            }
        }

        return bytes;
    }

    public ConceptChange[] Arrange()
    {
        var changes = GraphArrangement.Changes(Graph, Search());
        Apply(changes);
        return changes;
    }

    public Dictionary<string, Place> Search() => new GraphArrangement(Graph, unsettled.Take()).Find(TestContext.Current.CancellationToken);

    public void Apply(ConceptChange[] changes) =>
        Graph.Apply(new GraphDelta { Seq = Graph.Seq + 1, Timestamp = graph.Now, Epoch = Graph.Epoch, Changed = changes, Cause = new GraphCause { Kind = GraphCause.Arrangement, User = People.Ada } });

    public Dictionary<string, Place> Places() =>
        Graph.Concepts.Values.Where(GraphArrangement.IsPlaced).ToDictionary(concept => concept.ConceptId, concept => new Place(concept.X!.Value, concept.Y!.Value), StringComparer.Ordinal);

    /// <summary>The root of the mean square distance from the middle.</summary>
    public double Radius()
    {
        var places = Places().Values;
        var (x, y) = (places.Average(place => place.X), places.Average(place => place.Y));
        return Math.Sqrt(places.Average(place => ((place.X - x) * (place.X - x)) + ((place.Y - y) * (place.Y - y))));
    }

    /// <summary>How far apart neighbours would be if all stood evenly.</summary>
    public double Spacing() => Radius() * Math.Sqrt(Math.PI / Graph.Concepts.Count);

    public double LeastDistance()
    {
        Place[] places = [.. Places().Values];
        return places.SelectMany((a, i) => places.Skip(i + 1).Select(b => Distance(a, b))).Min();
    }

    /// <summary>The mean distance of related concepts, in parts of the mean distance of any two.</summary>
    public double NeighboursByPairs()
    {
        var places = Places();
        Place[] all = [.. places.Values];
        var pairs = all.SelectMany((a, i) => all.Skip(i + 1).Select(b => Distance(a, b))).Average();
        return Graph.Relations.Values.Average(relation => Distance(places[relation.Source], places[relation.Target])) / pairs;
    }

    /// <summary>How far those that had places moved on average, in parts of the radius.</summary>
    public double MeanMove(Dictionary<string, Place> before)
    {
        var now = Places();
        var moves = before.Where(entry => now.ContainsKey(entry.Key)).Select(entry => Distance(entry.Value, now[entry.Key])).ToArray();
        return moves.Length == 0 ? 0 : moves.Average() / Radius();
    }

    public static double Distance(Place a, Place b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));
}
