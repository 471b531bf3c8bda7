using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Itori.Journal.Tests.Sqlite;

public sealed class SqliteCrashTests
{
    private const int Kills = 12;
    private const int Streams = 6;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_acknowledged_before_kill_9_is_there_afterwards_whole_and_in_order()
    {
        using var folder = new TemporaryFolder();
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var acknowledged = new Dictionary<string, long>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var writer = new CrashWriter(folder, Streams);
            await writer.Opened.WaitAsync(TimeSpan.FromSeconds(60), Ct);
            var lines = random.Next(1, 600);
            while (writer.Lines < lines)
            {
                await Task.Delay(1, Ct);
            }

            await writer.KillAsync(Ct);
            foreach (var (stream, seq) in writer.Acknowledged)
            {
                acknowledged[stream] = seq;
            }

            await CheckAsync(folder, acknowledged);
        }

        Assert.Equal(Streams, acknowledged.Count);
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_is_refused_with_one_line_and_the_first_goes_on()
    {
        using var folder = new TemporaryFolder();
        using var first = new CrashWriter(folder, 1);
        await first.Opened.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        using var second = new CrashWriter(folder, 1);

        Assert.Equal(3, await second.ExitAsync(Ct));
        var line = Assert.Single(second.Other);
        Assert.StartsWith("JournalLockedException", line, StringComparison.Ordinal);
        Assert.Contains(folder, line, StringComparison.Ordinal);
        var before = first.Lines;
        while (first.Lines <= before)
        {
            await Task.Delay(1, Ct);
        }

        Assert.Equal(0, await first.EndInputAsync(Ct));
        await CheckAsync(folder, first.Acknowledged);
    }

    private static async Task CheckAsync(string folder, IReadOnlyDictionary<string, long> acknowledged)
    {
        var options = new JournalOptions { DataDirectory = folder };
        await using (var journal = await SqliteJournal.OpenAsync(options, TimeProvider.System, NullLogger.Instance, Ct))
        {
            foreach (var (stream, seq) in acknowledged)
            {
                var head = await journal.ReadHeadAsync(stream, Ct);
                Assert.True(head.Seq >= seq, $"{stream}: {seq} was acknowledged, the head is {head.Seq}.");
                var snapshot = await journal.ReadSnapshotAsync(stream, Ct);
                Assert.True(head.FirstSeq <= (snapshot?.Seq ?? 0) + 1, $"{stream}: trimmed to {head.FirstSeq}, snapshot at {snapshot?.Seq}.");
                var next = head.FirstSeq;
                await foreach (var record in journal.ReadAsync(stream, 0, Ct))
                {
                    Assert.Equal(next++, record.Seq);
                    Assert.StartsWith($"{{\"stream\":\"{stream}\",\"seq\":{record.Seq},", Encoding.UTF8.GetString(record.Body.Span), StringComparison.Ordinal);
                }

                Assert.Equal(head.Seq + 1, next);

                // The writer's groups end where the next one began: a head within a group would be a torn append.
                Assert.True(IsGroupEnd(stream, head.Seq), $"{stream}: head {head.Seq} is within an append.");
            }
        }

        await using var raw = new RawDatabase(Path.Combine(folder, "itori.db"));
        Assert.Equal("ok", raw.Execute("PRAGMA integrity_check"));
    }

    private static bool IsGroupEnd(string stream, long head)
    {
        var number = stream[^1] - '0';
        long seq = 0;
        while (seq < head)
        {
            seq += 1 + ((seq + number) % 3);
        }

        return seq == head;
    }
}
