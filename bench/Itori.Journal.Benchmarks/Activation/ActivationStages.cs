using System.Diagnostics;
using System.Globalization;
using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Journaling;
using Itori.Journal.Benchmarks.Hosting;

namespace Itori.Journal.Benchmarks.Activation;

/// <summary>What an activation is made of, each part by itself and one after the other (the grain does the events beside the snapshot).</summary>
internal static class ActivationStages
{
    public const string Role = "--stages";

    public static readonly string[] Names = ["read snapshot", "decode it", "restore", "read events", "decode them", "apply"];

    /// <returns>For the first time in a new process and for the median of the later ones: ms of each of <see cref="Names"/>.</returns>
    public static async Task<IReadOnlyList<double[]>> MeasureAsync(Store store, string graph, int times)
    {
        var lines = await ActivationProcess.RunSelfAsync([Role, store.Folder, ActivationProcess.Argument(store.ConnectionString), graph, times.ToString(CultureInfo.InvariantCulture)]);
        return [.. lines.Select(static line => line.Split(' ').Select(static t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray())];
    }

    public static async Task RunAsync(string[] arguments)
    {
        var journal = await Store.At(arguments[1], ActivationProcess.Connection(arguments[2])).OpenAsync();
        var stream = TopicName.Graph(arguments[3]).ToString();
        await journal.ReadHeadAsync("none", CancellationToken.None);
        for (var n = 0; n < int.Parse(arguments[4], CultureInfo.InvariantCulture); n++)
        {
            var times = new List<double>();
            var watch = Stopwatch.StartNew();
            var snapshot = (await journal.ReadSnapshotAsync(stream, CancellationToken.None))!;
            Lap();
            var body = GraphSnapshotCodec.Decode(stream, snapshot);
            Lap();
            var graph = new ConceptGraph(arguments[3]);
            graph.Restore(body);
            Lap();
            var records = new List<JournalRecord>();
            await foreach (var record in journal.ReadAsync(stream, snapshot.Seq, CancellationToken.None))
            {
                records.Add(record);
            }

            Lap();
            var events = records.ConvertAll(record => EventCodec.Decode(stream, record));
            Lap();
            foreach (var e in events)
            {
                graph.Apply((GraphDelta)e);
            }

            Lap();
            Console.WriteLine(string.Join(' ', times.Select(static t => t.ToString("F2", CultureInfo.InvariantCulture))));

            void Lap()
            {
                times.Add(watch.Elapsed.TotalMilliseconds);
                watch.Restart();
            }
        }

        await ((IAsyncDisposable)journal).DisposeAsync();
    }
}
