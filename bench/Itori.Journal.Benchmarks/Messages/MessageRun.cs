using Itori.Contracts;
using Itori.Journal.Benchmarks.Hosting;
using Itori.Journal.Benchmarks.Limits;
using Itori.Tests.Shared;

namespace Itori.Journal.Benchmarks.Messages;

/// <summary>Acknowledged messages through the real session grain, and beside them, with the same batches on the same disk, what the parts below could do.</summary>
internal static class MessageRun
{
    private const int Callers = 256;

    /// <summary>As <see cref="JournalOptions.WriteConnections"/>.</summary>
    private static readonly int Connections = new JournalOptions().WriteConnections;

    private static readonly UserRef User = new() { Id = "u-bench", Name = "Bench" };

    public static async Task<IReadOnlyList<MessageRow>> RunAsync(TimeSpan duration)
    {
        var rows = new List<MessageRow>();
        await using var server = PostgresServer.Missing is null ? await PostgresServer.StartAsync(CancellationToken.None, "max_connections=400") : null;
        foreach (var database in server is null ? [null] : (PostgresServer?[])[null, server])
        {
            foreach (var sessions in (int[])[1, 1_000])
            {
                rows.Add(await RunAsync(database, sessions, duration));
                Console.WriteLine(Tables.Row(rows[^1]));
            }
        }

        return rows;
    }

    private static async Task<MessageRow> RunAsync(PostgresServer? server, int sessions, TimeSpan duration)
    {
        var (plain, shape) = await GrainsAsync(server, sessions, duration, static n => Texts.OfNothing(n));
        var (whole, _) = await GrainsAsync(server, sessions, duration, static n => Texts.OfConcepts(n));

        using var alone = await Store.NewAsync(server);
        var journal = await JournalAlone.RunAsync(alone, shape, Callers, sessions, duration);
        if (server is null)
        {
            using var bare = await Store.NewAsync(server);
            return new MessageRow(Store.Sqlite, sessions, plain, whole, shape, journal, await BareSqlite.RunAsync(bare, shape, sessions, duration), "", Throughput.None);
        }

        var (best, form) = (0.0, BareForm.Arrays);
        foreach (var candidate in Enum.GetValues<BareForm>())
        {
            using var bare = await Store.NewAsync(server);
            var rate = await BarePostgres.RunAsync(bare, shape, sessions, Connections, candidate, duration);
            Console.WriteLine(FormattableString.Invariant($"  bare loop, {candidate}: {rate:N0} records/s"));
            (best, form) = rate > best ? (rate, candidate) : (best, form);
        }

        using var pgbench = await Store.NewAsync(server);
        return new MessageRow(Store.Postgres, sessions, plain, whole, shape, journal, best, form.ToString(), await Pgbench.RunAsync(pgbench, shape, sessions, duration));
    }

    private static async Task<(Throughput Rate, CommitShape Shape)> GrainsAsync(PostgresServer? server, int sessions, TimeSpan duration, Func<long, string> text)
    {
        using var store = await Store.NewAsync(server);
        await using var host = await BenchHost.StartAsync(store);
        var grains = Enumerable.Range(0, sessions).Select(i => host.Grains.GetGrain<ISessionGrain>($"bench-{i}")).ToArray();
        await Task.WhenAll(grains.Select(static grain => grain.GetHead().AsTask())); // active before anything is measured
        var rate = await Load.RunAsync(Callers, duration, host.Journal.Reset, async (caller, n) =>
        {
            var reply = await grains[(caller + n * Callers) % sessions].PostMessage(new PostMessage
            {
                CommandId = $"{caller}-{n}",
                User = User,
                Text = text(n),
                Assistant = false,
                Graph = "main",
            });
            if (reply.Refusal is { } refusal)
            {
                throw new InvalidOperationException($"{refusal.Reason}: {refusal.Message}");
            }
        });
        return (rate, host.Journal.Shape());
    }
}

/// <summary>One line of the table. Rates per second.</summary>
internal sealed record MessageRow(
    string Store, int Sessions, Throughput Plain, Throughput Whole, CommitShape Shape, Throughput Journal, double Bare, string BareForm, Throughput Pgbench);

/// <summary>What people say.</summary>
internal static class Texts
{
    private static readonly string[] Things = ["coupled oscillators", "the spectral gap", "fireflies", "tidal rhythm", "phase locking", "graph communities", "message queues", "group commit"];

    /// <summary>A message that names nothing: the graph is told and finds that there is nothing to do.</summary>
    public static string OfNothing(long n) => $"And so it is with all of that, or it is not; but then, what would it be, and who is to say so? ({n})";

    /// <summary>A message that names some of a few concepts: the graph changes with each, and its deltas go to the same journal.</summary>
    public static string OfConcepts(long n) => $"I think that {Things[n % 8]} explains {Things[(n + 3) % 8]} better than {Things[(n / 8 + 5) % 8]} does, number {n}.";
}
