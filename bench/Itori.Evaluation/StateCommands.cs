using System.Diagnostics;
using System.Globalization;
using Itori.Contracts;
using Itori.Grains.Fields;

namespace Itori.Evaluation;

internal static class StateCommands
{
    /// <summary>How long the whole spectral state of a large field takes: spectrum, locking margin, fifty clusters.</summary>
    public static int Time(int concepts)
    {
        const int rounds = 15;
        var random = new Random(1);
        var graph = new GraphSnapshot
        {
            Graph = "g",
            Epoch = 1,
            Seq = 1,
            Concepts = [.. Enumerable.Range(0, concepts).Select(i => new ConceptState
            {
                ConceptId = $"c{i}", Key = $"c{i}", Label = $"c{i}", Slot = i, Weight = 0.5, Phase = 6 * random.NextDouble(), Cluster = 1 + (i % 50), Mentions = 1, CreatedAt = 0, LastSeen = 0,
            })],
            Relations = [.. Enumerable.Range(0, 10 * concepts).Select(i =>
            {
                // Four of five relations stay within the cluster.
                var from = random.Next(concepts);
                var to = random.Next(5) < 4 ? ((from % 50) + (50 * random.Next(concepts / 50))) % concepts : random.Next(concepts);
                return new RelationState { RelationId = $"r{i}", Source = $"c{from}", Target = $"c{(to == from ? (to + 50) % concepts : to)}", Weight = 0.2 + (0.8 * random.NextDouble()), Kind = "co_occurs" };
            })],
        };
        var options = new FieldOptions();
        var field = new FieldSimulation(options);
        field.Load(graph);
        field.Advance(10);
        var input = field.BeginSpectral();
        using var process = Process.GetCurrentProcess();
        var (clock, processor) = (new double[rounds], new double[rounds]);
        for (var i = -2; i < rounds; i++)
        {
            process.Refresh();
            var (used, start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
            input.Compute(options, 0, CancellationToken.None);
            if (i >= 0)
            {
                clock[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                process.Refresh();
                processor[i] = (process.TotalProcessorTime - used).TotalMilliseconds;
            }
        }

        Array.Sort(clock);
        Array.Sort(processor);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"spectral state of {concepts} concepts, {20 * concepts} directed relations, 50 clusters: fastest {clock[0]:F0} ms, median {clock[rounds / 2]:F0} ms; processor time {processor[rounds / 2]:F0} ms"));
        return 0;
    }
}
