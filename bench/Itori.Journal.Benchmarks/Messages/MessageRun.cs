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
        var call = await CallAsync(server, sessions, duration);
        var (alone, shape) = await GrainsAsync(server, sessions, duration, static n => Texts.OfNothing(n), extracts: false);
        var (plain, _) = await GrainsAsync(server, sessions, duration, static n => Texts.OfNothing(n));
        var (whole, _) = await GrainsAsync(server, sessions, duration, static n => Texts.OfConcepts(n));

        using var own = await Store.NewAsync(server);
        var journal = await JournalAlone.RunAsync(own, shape, Callers, sessions, duration);
        if (server is null)
        {
            using var bare = await Store.NewAsync(server);
            return new MessageRow(Store.Sqlite, sessions, call, alone, plain, whole, shape, journal, await BareSqlite.RunAsync(bare, shape, sessions, duration), "", Throughput.None);
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
        return new MessageRow(Store.Postgres, sessions, call, alone, plain, whole, shape, journal, best, form.ToString(), await Pgbench.RunAsync(pgbench, shape, sessions, duration));
    }

    /// <summary>The same calls to grains that store nothing and answer at once.</summary>
    private static async Task<Throughput> CallAsync(PostgresServer? server, int sessions, TimeSpan duration)
    {
        using var store = await Store.NewAsync(server);
        await using var host = await BenchHost.StartAsync(store);
        var grains = Enumerable.Range(0, sessions).Select(i => host.Grains.GetGrain<IEchoGrain>($"bench-{i}")).ToArray();
        return await Load.RunAsync(Callers, duration, static () => { }, async (caller, n) =>
        {
            await grains[(caller + n * Callers) % sessions].PostMessage(Message(caller, n, Texts.OfNothing(n)));

            // As from a socket or a commit. Where nothing is ever waited for, the pool's threads find the next call in their own queues for ever, and those in the common one starve.
            await Task.Yield();
        });
    }

    private static async Task<(MessageRate Rate, CommitShape Shape)> GrainsAsync(PostgresServer? server, int sessions, TimeSpan duration, Func<long, string> text, bool extracts = true)
    {
        using var store = await Store.NewAsync(server);
        await using var host = await BenchHost.StartAsync(store, extracts);
        var names = Enumerable.Range(0, sessions).Select(static i => $"bench-{i}").ToArray();
        await Task.WhenAll(names.Select(name => host.Grains.GetGrain<ISessionGrain>(name).GetHead().AsTask())); // active before anything is measured
        var began = 0L;
        void Begin()
        {
            host.Journal.Reset();
            began = host.Extracted;
        }

        var rate = await Load.RunAsync(Callers, duration, Begin, async (caller, n) =>
        {
            while ((await host.Courier.Post(names[(caller + n * Callers) % sessions], Message(caller, n, text(n)))).Refusal is { } refusal)
            {
                // Its graph does not take in what it says as fast as it says it.
                if (refusal.Error != ItoriError.Overloaded)
                {
                    throw new InvalidOperationException($"{refusal.Reason}: {refusal.Message}");
                }

                await Task.Delay(10);
            }
        });
        return (new MessageRate(rate, (host.Extracted - began) / duration.TotalSeconds), host.Journal.Shape());
    }

    private static PostMessage Message(int caller, long n, string text) => new() { CommandId = $"{caller}-{n}", User = User, Text = text, Assistant = false, Graph = "main" };
}

/// <summary>What callers saw, and how many messages a second the graph took in meanwhile: it may lag.</summary>
internal sealed record MessageRate(Throughput Acked, double Told);

/// <summary>One line of the table. Rates per second.</summary>
internal sealed record MessageRow(
    string Store, int Sessions, Throughput Call, MessageRate Alone, MessageRate Plain, MessageRate Whole, CommitShape Shape, Throughput Journal, double Bare, string BareForm, Throughput Pgbench);

/// <summary>What people say.</summary>
internal static class Texts
{
    private static readonly string[] Things = ["coupled oscillators", "the spectral gap", "fireflies", "tidal rhythm", "phase locking", "graph communities", "message queues", "group commit"];

    /// <summary>A message that names nothing: the graph is told and finds that there is nothing to do.</summary>
    public static string OfNothing(long n) => $"And so it is with all of that, or it is not; but then, what would it be, and who is to say so? ({n})";

    /// <summary>A message that names some of a few concepts: the graph changes with each, and its deltas go to the same journal.</summary>
    public static string OfConcepts(long n) => $"I think that {Things[n % 8]} explains {Things[(n + 3) % 8]} better than {Things[(n / 8 + 5) % 8]} does, number {n}.";
}
