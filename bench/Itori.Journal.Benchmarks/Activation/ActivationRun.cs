using Itori.Journal.Benchmarks.Hosting;
using Itori.Tests.Shared;

namespace Itori.Journal.Benchmarks.Activation;

/// <summary>One store's activations of the same graph.</summary>
internal sealed record ActivationRow(string Store, long SnapshotBytes, long TailBytes, IReadOnlyList<ActivationTimes> First, IReadOnlyList<ActivationTimes> Later, IReadOnlyList<double[]> Stages);

/// <summary>How long a graph with a long history takes to be there.</summary>
internal static class ActivationRun
{
    private const int Processes = 5;
    private const int Again = 4;
    private const int StageTimes = 11;
    private const string Graph = "long-used";

    public static async Task<IReadOnlyList<ActivationRow>> RunAsync()
    {
        var rows = new List<ActivationRow>();
        await using var server = PostgresServer.Missing is null ? await PostgresServer.StartAsync(CancellationToken.None) : null;
        foreach (var database in server is null ? [null] : (PostgresServer?[])[null, server])
        {
            using var store = await Store.NewAsync(database);
            var journal = await store.OpenAsync();
            var (snapshot, tail) = await GraphJournal.WriteAsync(journal, Graph);
            await ((IAsyncDisposable)journal).DisposeAsync();
            Console.WriteLine($"{store.Kind}: {GraphJournal.Operations} operations written");

            var (first, later) = (new List<ActivationTimes>(), new List<ActivationTimes>());
            for (var n = 0; n < Processes; n++)
            {
                var times = await ActivationProcess.MeasureAsync(store, Graph, Again);
                first.Add(times[0]);
                later.AddRange(times.Skip(1));
            }

            rows.Add(new ActivationRow(store.Kind, snapshot, tail, first, later, await ActivationStages.MeasureAsync(store, Graph, StageTimes)));
            Console.WriteLine(Tables.Row(rows[^1]));
        }

        return rows;
    }
}
