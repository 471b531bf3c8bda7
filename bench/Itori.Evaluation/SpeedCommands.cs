using System.Diagnostics;
using System.Globalization;
using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Text;

namespace Itori.Evaluation;

/// <summary>How long extraction takes, and whether a graph's size shows in what a message costs it. One thread, warmed up. Processor time of the whole process, so that other programs on the machine do not count (its compiler and collector do).</summary>
internal static class SpeedCommands
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static int Extraction(string path)
    {
        var text = string.Join('\n', File.ReadLines(path).Select(line => line[(line.LastIndexOf('\t') + 1)..]));
        var extractor = new ConceptExtractor();
        var cold = Stopwatch.StartNew();
        extractor.Extract(text[..Math.Min(500, text.Length)]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first message of a process (lexicon loaded, code compiled) {cold.Elapsed.TotalMilliseconds:F0} ms"));

        var messages = DocumentPieces.Split(text, 500).Select(piece => piece.Text).ToArray();
        var next = 0;
        var (median, worst, bytes) = Measure(100, 60, () => extractor.Extract(messages[next++ % messages.Length]));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"message of ~500 characters {median:F3} ms (median of 60 batches of 100; slowest batch {worst:F3} ms), {bytes / 1024.0:F1} KiB allocated"));

        var big = string.Concat(Enumerable.Repeat(text + "\n\n", (1_000_000 / text.Length) + 1))[..1_000_000];
        (median, worst, bytes) = Measure(1, 7, () => extractor.Extract(big));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"document of 1 MB {median:F0} ms (median of 7; slowest {worst:F0} ms), {bytes / 1048576.0:F0} MiB allocated"));
        return 0;
    }

    public static int Graph()
    {
        Console.WriteLine("a message that names 8 known concepts and 12 relations of a graph:");
        foreach (var size in (ReadOnlySpan<int>)[100, 1_000, 10_000, 50_000])
        {
            var options = new ConceptGraphOptions { MaxConcepts = 50_000, MaxRelations = 1_000_000 };
            var graph = new ConceptGraph("g");
            var seq = 0L;
            for (var i = 0; i < size; i += 50)
            {
                Absorb(graph, Naming(Enumerable.Range(i, 50)), options, ++seq);
            }

            var message = Naming([1, 2, 3, 4, 51, 52, 53, 54]);
            var (median, worst, bytes) = Measure(1_000, 30, () => Absorb(graph, message, options, ++seq));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{graph.Concepts.Count,7} concepts, {graph.Relations.Count,7} relations: {1000 * median,6:F1} µs (slowest batch {1000 * worst:F1}), {bytes / 1024.0:F1} KiB allocated"));
        }

        return 0;
    }

    private static void Absorb(ConceptGraph graph, Text.Extraction text, ConceptGraphOptions options, long seq)
    {
        var draft = new GraphDraft(graph, options);
        TextAbsorption.Apply(draft, text, new ConceptSource { Session = "s", Seq = seq, Start = 0, Length = 0 }, 0, options, 1_764_000_000_000 + seq);
        var cause = new GraphCause { Kind = "message", User = new UserRef { Id = "u", Name = "U" }, Session = "s", MessageSeq = seq };
        graph.Apply(draft.ToDelta(cause, null, null, graph.Seq + 1, 1_764_000_000_000 + seq, always: true)!);
    }

    private static Text.Extraction Naming(IEnumerable<int> which)
    {
        var keys = which.Select(i => string.Create(CultureInfo.InvariantCulture, $"concept {i}x")).ToArray();
        var relations = keys.Zip(keys.Skip(1)).Concat(keys.Zip(keys.Skip(2))).Take(12).Select(pair => new ExtractedRelation
        {
            SourceKey = string.CompareOrdinal(pair.First, pair.Second) < 0 ? pair.First : pair.Second,
            TargetKey = string.CompareOrdinal(pair.First, pair.Second) < 0 ? pair.Second : pair.First,
            Weight = 0.5,
            Kind = Text.RelationKinds.CoOccurs,
            Span = new TextSpan(0, 20),
        });
        return new Text.Extraction
        {
            Concepts = [.. keys.Select((key, i) => new ExtractedConcept { Key = key, Label = key, Score = 0.5, Mentions = [new TextSpan(20 * i, 10)] })],
            Relations = [.. relations],
            Language = "en",
        };
    }

    /// <summary>Milliseconds of processor time per run (median and slowest of the batches) and bytes per run.</summary>
    private static (double Median, double Worst, long Bytes) Measure(int batch, int batches, Action run)
    {
        var watch = Stopwatch.StartNew();
        do
        {
            run();
        }
        while (watch.Elapsed < WarmUp);

        var times = new double[batches];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var b = 0; b < batches; b++)
        {
            var begin = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < batch; i++)
            {
                run();
            }

            times[b] = (Environment.CpuUsage.TotalTime - begin).TotalMilliseconds / batch;
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / ((long)batch * batches);
        Array.Sort(times);
        return (times[batches / 2], times[^1], bytes);
    }
}
