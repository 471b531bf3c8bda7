using Itori.Journal.Benchmarks.Hosting;

namespace Itori.Journal.Benchmarks.Limits;

/// <summary>The journal without Orleans: callers append what the grains appended, to their own streams, and wait.</summary>
internal static class JournalAlone
{
    /// <returns>Records per second; the times are an append's.</returns>
    public static async Task<Throughput> RunAsync(Store store, CommitShape shape, int callers, int streams, TimeSpan duration)
    {
        var journal = await store.OpenAsync();
        try
        {
            // A stream has one writer, as a grain is one; so there are no more callers than streams.
            callers = Math.Min(callers, streams);
            var heads = new long[streams];
            var names = Enumerable.Range(0, streams).Select(static i => $"session:alone-{i}").ToArray();
            var run = await Load.RunAsync(callers, duration, static () => { }, async (caller, n) =>
            {
                var own = (streams - caller + callers - 1) / callers;
                var stream = caller + (int)(n % own) * callers;
                var records = Records.Make(heads[stream], shape, n);
                if (await journal.AppendAsync(names[stream], heads[stream], records, CancellationToken.None) != AppendOutcome.Appended)
                {
                    throw new InvalidOperationException($"{names[stream]} has another writer.");
                }

                heads[stream] += records.Length;
            });
            return run with { PerSecond = run.PerSecond * shape.Records, Processor = run.Processor / shape.Records };
        }
        finally
        {
            await ((IAsyncDisposable)journal).DisposeAsync();
        }
    }
}

internal static class Records
{
    public static JournalRecord[] Make(long after, CommitShape shape, long n)
    {
        var records = new JournalRecord[shape.Records];
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = new JournalRecord
            {
                Seq = after + 1 + i,
                Type = "message_posted",
                Version = 1,
                Timestamp = 1_764_000_000_000 + n,
                Body = shape.Bodies[(n + i) % shape.Bodies.Length],
            };
        }

        return records;
    }
}
