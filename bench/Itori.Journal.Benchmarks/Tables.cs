using System.Globalization;
using Itori.Journal.Benchmarks.Activation;
using Itori.Journal.Benchmarks.Messages;
using Itori.Journal.Benchmarks.Pumps;

namespace Itori.Journal.Benchmarks;

/// <summary>What the runs found, as Markdown.</summary>
internal static class Tables
{
    public static void Write(IReadOnlyList<MessageRow> rows)
    {
        Line($"Acknowledged user_msg with 256 callers. Ratios are to the bare loop, which writes the same batches. Told: messages that the graph took in meanwhile.");
        Line($"");
        Line($"| store, sessions | call alone, calls/s | CPU µs | acked/s, no graph work | p50 / p99 ms | CPU µs | bytes | turns | ratio | acked/s, texts without concepts | told/s | CPU µs | ratio | acked/s, with concepts | told/s | p50 / p99 ms | CPU µs | IJournal alone, records/s | CPU µs | ratio | bare loop, records/s | pgbench with 64 clients, tps (mean ms) | appends × records a commit |");
        Line($"|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            Console.WriteLine(Row(row));
        }
    }

    public static string Row(MessageRow row)
    {
        var (alone, plain, whole) = (row.Alone.Acked, row.Plain.Acked, row.Whole.Acked);
        var pgbench = double.IsNaN(row.Pgbench.PerSecond) ? "—" : string.Create(CultureInfo.InvariantCulture, $"{row.Pgbench.PerSecond:N0} ({row.Pgbench.P50:N1})");
        return string.Create(CultureInfo.InvariantCulture, $"| {row.Store}, {row.Sessions:N0} | {row.Call.PerSecond:N0} | {row.Call.Processor:N0} | {alone.PerSecond:N0} | {alone.P50:N1} / {alone.P99:N1} | {alone.Processor:N0} | {alone.Allocated:N0} | {alone.Turns:N1} | {alone.PerSecond / row.Bare:N2} | {plain.PerSecond:N0} | {row.Plain.Told:N0} | {plain.Processor:N0} | {plain.PerSecond / row.Bare:N2} | {whole.PerSecond:N0} | {row.Whole.Told:N0} | {whole.P50:N1} / {whole.P99:N1} | {whole.Processor:N0} | {row.Journal.PerSecond:N0} | {row.Journal.Processor:N1} | {row.Journal.PerSecond / row.Bare:N2} | {row.Bare:N0} {row.BareForm} | {pgbench} | {row.Shape.AppendsPerCommit:N1} × {row.Shape.RecordsPerAppend:N1} |");
    }

    public static void Write(IReadOnlyList<PumpRow> rows)
    {
        Line($"The same topic on Itori's pump and on JournaledGrain.");
        Line($"");
        Line($"| store | grains, callers | pump, events/s | p50 / p99 ms | CPU µs | JournaledGrain, events/s | p50 / p99 ms | CPU µs | ratio of rates |");
        Line($"|---|---|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            Console.WriteLine(Row(row));
        }
    }

    public static string Row(PumpRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"| {row.Store} | {row.Grains:N0}, {row.Callers} | {row.Ours.PerSecond:N0} | {row.Ours.P50:N1} / {row.Ours.P99:N1} | {row.Ours.Processor:N0} | {row.Theirs.PerSecond:N0} | {row.Theirs.P50:N1} / {row.Theirs.P99:N1} | {row.Theirs.Processor:N0} | {row.Ours.PerSecond / row.Theirs.PerSecond:N2} |");

    public static void Write(IReadOnlyList<ActivationRow> rows)
    {
        Line($"Activation of a graph with {GraphJournal.Operations:N0} operations, {GraphJournal.Concepts:N0} concepts, {GraphJournal.Relations:N0} relations; median / worst, ms.");
        Line($"");
        Line($"| store | snapshot + tail, MB | first GetHead, new process | its CPU | then GetSnapshot | first GetHead, warm process | its CPU | then GetSnapshot |");
        Line($"|---|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            Console.WriteLine(Row(row));
        }

        Line($"");
        Line($"Its parts by themselves, one after the other: first in a new process / median of the later ones, ms.");
        Line($"");
        Line($"| store | {string.Join(" | ", ActivationStages.Names)} |");
        Line($"|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            Console.WriteLine(StagesRow(row));
        }
    }

    private static string StagesRow(ActivationRow row)
    {
        var later = row.Stages.Skip(1).ToArray();
        var parts = ActivationStages.Names.Select((_, part) => string.Create(CultureInfo.InvariantCulture, $"{row.Stages[0][part]:N1} / {later.Select(times => times[part]).Order().ElementAt(later.Length / 2):N1}"));
        return $"| {row.Store} | {string.Join(" | ", parts)} |";
    }

    public static string Row(ActivationRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"| {row.Store} | {row.SnapshotBytes / 1e6:N1} + {row.TailBytes / 1e6:N1} | {Spread(row.First, static t => t.Head)} | {Spread(row.First, static t => t.Processor)} | {Spread(row.First, static t => t.Snapshot)} | {Spread(row.Later, static t => t.Head)} | {Spread(row.Later, static t => t.Processor)} | {Spread(row.Later, static t => t.Snapshot)} |");

    private static string Spread(IReadOnlyList<ActivationTimes> times, Func<ActivationTimes, double> of)
    {
        var sorted = times.Select(of).Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2]:N0} / {sorted[^1]:N0}");
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
