using System.Globalization;
using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Journaling;

namespace Itori.Evaluation;

/// <summary>
/// For how long a large file keeps a graph from its other work: the longest stretch of each kind that the grain does without a break, and what is done beside it. Processor time of the whole process, the collector's with it.
/// </summary>
internal static class ImportSpeed
{
    private const int Rounds = 15;
    private const int WarmUp = 5;
    private const int DecidedPerTurn = 1_000;
    private const int ClustersPerDelta = 1_000;

    public static int Print(int concepts, int relations)
    {
        var options = new ConceptGraphOptions { MaxConcepts = 50_000, MaxRelations = 1_000_000 };
        var command = Made(concepts, relations);
        var stretches = new Dictionary<string, List<double>>();
        for (var round = -WarmUp; round < Rounds; round++)
        {
            var graph = new ConceptGraph("g");
            var plan = Took("beside: checked, normal forms, fingerprint", () => ImportPlan.Of(command, options));
            var import = new GraphImport(graph, plan, options, 1_764_000_000_000);
            var longest = 0.0;
            for (var more = true; more;)
            {
                var begin = Environment.CpuUsage.TotalTime;
                more = import.Advance(DecidedPerTurn);
                longest = Math.Max(longest, (Environment.CpuUsage.TotalTime - begin).TotalMilliseconds);
            }

            Add("in the grain: decided, the longest portion", longest);
            var deltas = Took("in the grain: put into the graph, at once", () =>
            {
                var decided = import.ToDeltas().Value!;
                foreach (var delta in decided)
                {
                    graph.Apply(delta);
                }

                return decided;
            });
            longest = 0;
            foreach (var delta in deltas)
            {
                var begin = Environment.CpuUsage.TotalTime;
                EventCodec.Encode(delta);
                longest = Math.Max(longest, (Environment.CpuUsage.TotalTime - begin).TotalMilliseconds);
            }

            Add("in the grain: written out, the longest portion", longest);
            var body = Took("in the grain: taken for a snapshot", graph.ToBody);
            Took("beside: the snapshot written out", () => GraphSnapshotCodec.Encode(graph.Seq, body));
            var search = Took("in the grain: taken for the communities", () => new GraphClusters(graph));

            // The worst that they can be: every concept gets another one.
            var changes = Took("beside: what of it has changed", () => search.Changes(graph.Concepts.Keys.Index().ToDictionary(entry => entry.Item, entry => 1 + (entry.Index % 50))));
            longest = 0;
            foreach (var portion in changes.Chunk(ClustersPerDelta))
            {
                var begin = Environment.CpuUsage.TotalTime;
                var delta = new GraphDelta { Seq = graph.Seq + 1, Timestamp = 0, Epoch = graph.Epoch, Changed = GraphClusters.StillDue(graph, portion), Cause = new GraphCause { Kind = GraphCauses.Clusters, User = command.User } };
                graph.Apply(delta);
                EventCodec.Encode(delta);
                longest = Math.Max(longest, (Environment.CpuUsage.TotalTime - begin).TotalMilliseconds);
            }

            Add("in the grain: communities, the longest portion", longest);

            T Took<T>(string what, Func<T> work)
            {
                var begin = Environment.CpuUsage.TotalTime;
                var done = work();
                Add(what, (Environment.CpuUsage.TotalTime - begin).TotalMilliseconds);
                return done;
            }

            void Add(string what, double milliseconds)
            {
                if (round < 0)
                {
                    return;
                }

                if (!stretches.TryGetValue(what, out var times))
                {
                    stretches.Add(what, times = []);
                }

                times.Add(milliseconds);
            }
        }

        Console.WriteLine($"a file of {concepts} concepts and {relations} relations for an empty graph; median and slowest of {Rounds}");
        foreach (var (what, times) in stretches)
        {
            times.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-48} {times[Rounds / 2],7:F1} {times[^1],7:F1} ms"));
        }

        return 0;
    }

    private static ImportGraph Made(int concepts, int relations)
    {
        var random = new Random(1);
        return new ImportGraph
        {
            CommandId = "once",
            User = new UserRef { Id = "u", Name = "U" },
            Concepts = [.. Enumerable.Range(0, concepts).Select(i => new ImportedConcept { Label = string.Create(CultureInfo.InvariantCulture, $"Spectral Concepts {i}x"), Weight = 0.5, X = i, Y = -i })],
            Relations = [.. Enumerable.Range(0, relations).Select(_ => new ImportedRelation { Source = random.Next(concepts), Target = random.Next(concepts), Weight = 0.3, Kind = random.Next(2) == 0 ? "co_occurs" : "causes" })],
        };
    }
}
