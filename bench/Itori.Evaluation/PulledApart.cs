using Itori.Numerics.Communities;
using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;

namespace Itori.Evaluation;

/// <summary>How a cluster of a made-up field is pulled apart.</summary>
internal enum Pull
{
    /// <summary>Not beyond what it holds: its halves come to want frequencies that differ by a quarter of what its relations can carry.</summary>
    Nothing,

    /// <summary>They come to want such as it cannot hold.</summary>
    Frequencies,

    /// <summary>They differ as little as in <see cref="Nothing"/>, but the relations between them fade to a fiftieth.</summary>
    Relations,

    /// <summary>The relations fade, and the frequencies differ three times as much.</summary>
    Both,
}

/// <summary>What a watch said of one field.</summary>
/// <param name="Hit">Whether it raised an alarm for the right cluster between the moment of the pull and <see cref="PulledApart.Patience"/> later.</param>
/// <param name="Delay">Observations from the pull to that alarm.</param>
/// <param name="False">Alarms that began for another cluster, or too early, or too late.</param>
internal readonly record struct WatchScore(bool Hit, int Delay, int False);

/// <summary>
/// A field of six clusters of fourteen oscillators with wandering frequencies. At a known moment one cluster begins to be pulled apart, over half a minute. Observed every 5 s for ten minutes.
/// </summary>
internal static class PulledApart
{
    public const int Observations = 120;
    public const int Pulled = 60;
    public const int Patience = 36;
    private const int Clusters = 6;
    private const int Size = 14;
    private const int Ramp = 6;
    private const int StepsPerObservation = 250;
    private const double Step = 0.02;
    private const double Coupling = 1.2;
    private const int Victim = 2; // Clusters are named 1, 2, …

    /// <summary>Makes the field of a seed, watches it and says how well.</summary>
    public static WatchScore Run(int seed, Pull pull, ClusterWatchOptions options)
    {
        var random = new Random(seed);
        var edges = Edges(random);
        int[] labels = [.. Enumerable.Range(0, Clusters * Size).Select(i => 1 + (i / Size))];
        var wander = new double[labels.Length];
        double[] phases = [.. labels.Select(_ => 0.3 * random.NextDouble())];
        var watch = new ClusterWatch(options);
        var on = new HashSet<int>();
        var (hit, delay, wrong) = (false, 0, 0);
        for (var at = 0; at < Observations; at++)
        {
            var part = Math.Clamp((at - Pulled + 1) / (double)Ramp, 0, 1);
            var graph = Graph(edges, pull is Pull.Relations or Pull.Both ? part : 0);
            Wander(wander, random);
            double[] frequencies = [.. wander.Select((own, i) => 0.6 + own + Torn(i, pull) * part)];
            var integrator = new KuramotoIntegrator(CouplingMatrix.FromGraph(graph), new() { Coupling = Coupling, TimeStep = Step });
            integrator.Advance(phases, frequencies, StepsPerObservation);
            var coherence = Coherence.OfClusters(phases, labels, Clusters + 1);
            var observed = Enumerable.Range(1, Clusters).Select(cluster => new ClusterObservation(
                cluster, CommunityKnit.Of(graph, [.. Enumerable.Range((cluster - 1) * Size, Size)], frequencies, Coupling), coherence[cluster].R)).ToArray();
            var now = watch.Observe(observed).Select(alarm => alarm.Cluster).ToHashSet();
            foreach (var began in now.Except(on))
            {
                if (began == Victim && pull != Pull.Nothing && at >= Pulled && at < Pulled + Patience)
                {
                    (delay, hit) = (hit ? delay : at - Pulled, true);
                }
                else
                {
                    wrong++;
                }
            }

            on = now;
        }

        return new WatchScore(hit, delay, wrong);
    }

    private static double Torn(int node, Pull pull) => node / Size + 1 != Victim ? 0 : (node % Size < Size / 2 ? 1 : -1) * (pull switch
    {
        Pull.Frequencies => 0.9,
        Pull.Both => 0.45,
        _ => 0.15,
    });

    /// <summary>An Ornstein-Uhlenbeck walk: 0.1 rad/s wide, forgetting in 30 s.</summary>
    private static void Wander(double[] frequencies, Random random)
    {
        var keep = Math.Exp(-StepsPerObservation * Step / 30);
        for (var i = 0; i < frequencies.Length; i++)
        {
            var noise = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
            frequencies[i] = (keep * frequencies[i]) + (0.1 * Math.Sqrt(1 - (keep * keep)) * noise);
        }
    }

    private static List<WeightedEdge> Edges(Random random)
    {
        var edges = new List<WeightedEdge>();
        for (var a = 0; a < Clusters * Size; a++)
        {
            for (var b = a + 1; b < Clusters * Size; b++)
            {
                // A ring through each cluster, so that none is in pieces from the start.
                var inside = a / Size == b / Size;
                if ((inside && (b == a + 1 || b == a + Size - 1)) || random.NextDouble() < (inside ? 0.4 : 0.015))
                {
                    edges.Add(new WeightedEdge(a, b, 0.3 + (0.7 * random.NextDouble())));
                }
            }
        }

        return edges;
    }

    private static WeightedGraph Graph(List<WeightedEdge> edges, double faded) => WeightedGraph.FromEdges(Clusters * Size,
    [
        .. edges.Select(edge => edge.A / Size + 1 == Victim && edge.B / Size == edge.A / Size && (edge.A % Size < Size / 2) != (edge.B % Size < Size / 2)
            ? edge with { Weight = edge.Weight * (1 - (0.98 * faded)) } : edge),
    ]);
}
