using Itori.Journal.Benchmarks.Hosting;
using Itori.Journal.Benchmarks.Messages;
using Itori.Tests.Shared;

namespace Itori.Journal.Benchmarks.Pumps;

/// <summary>One line of the comparison.</summary>
internal sealed record PumpRow(string Store, int Grains, int Callers, Throughput Ours, Throughput Theirs);

/// <summary>Itori's pump beside JournaledGrain: the same events, journal, command window and stream.</summary>
internal static class PumpRun
{
    private static readonly (int Grains, int Callers)[] Loads = [(1, 64), (1, 256), (1_000, 256)];

    public static async Task<IReadOnlyList<PumpRow>> RunAsync(TimeSpan duration)
    {
        var rows = new List<PumpRow>();
        await using var server = PostgresServer.Missing is null ? await PostgresServer.StartAsync(CancellationToken.None) : null;
        foreach (var database in server is null ? [null] : (PostgresServer?[])[null, server])
        {
            foreach (var (grains, callers) in Loads)
            {
                var ours = await MeasureAsync<IPumpedTopic>(database, grains, callers, duration);
                var theirs = await MeasureAsync<IEventSourcedTopic>(database, grains, callers, duration);
                rows.Add(new PumpRow(database is null ? Store.Sqlite : Store.Postgres, grains, callers, ours, theirs));
                Console.WriteLine(Tables.Row(rows[^1]));
            }
        }

        return rows;
    }

    private static async Task<Throughput> MeasureAsync<T>(PostgresServer? server, int count, int callers, TimeSpan duration)
        where T : IBenchTopic
    {
        using var store = await Store.NewAsync(server);
        await using var host = await BenchHost.StartAsync(store);
        var grains = Enumerable.Range(0, count).Select(i => host.Grains.GetGrain<T>($"bench-{i}")).ToArray();
        return await Load.RunAsync(callers, duration, static () => { }, (caller, n) => grains[(caller + n * callers) % count].Say($"{caller}-{n}", Texts.OfNothing(n)));
    }
}
