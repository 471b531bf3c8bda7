using System.Text;

namespace Itori.Journal.Tests.Specification;

public abstract partial class JournalSpecification
{
    [Fact]
    public async Task Records_are_read_back_as_they_were_written_also_after_a_restart()
    {
        var journal = await OpenAsync();
        JournalRecord[] records =
        [
            Records.Of(1, "{}", type: "opened"),
            Records.Of(2, "", type: "größe/尺寸", version: 0),
            Records.Of(3, "{\"text\":\"naïve 🧠 \\u0000\"}", version: int.MaxValue) with { Timestamp = long.MaxValue },
            Records.Of(4) with { Timestamp = -1, Body = new byte[] { 0, 255, 0, 128 } },
        ];

        Assert.Equal(AppendOutcome.Appended, await journal.AppendAsync("s", 0, records, Ct));

        Records.AssertEqual(records, await ReadAllAsync(journal, "s"));
        Records.AssertEqual(records, await ReadAllAsync(await ReopenAsync(journal), "s"));
    }

    [Fact]
    public async Task A_body_that_is_part_of_a_larger_buffer_is_stored_alone()
    {
        var journal = await OpenAsync();
        var buffer = Encoding.UTF8.GetBytes("before{\"a\":1}after");

        await journal.AppendAsync("s", 0, [Records.Of(1) with { Body = buffer.AsMemory(6, 7) }], Ct);

        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString((await ReadAllAsync(journal, "s"))[0].Body.Span));
    }

    [Fact]
    public async Task An_append_behind_another_head_is_a_conflict_and_writes_nothing()
    {
        var journal = await OpenAsync();
        await AppendAsync(journal, "s", 0, 3);

        foreach (var expected in new long[] { 0, 2, 4 })
        {
            Assert.Equal(AppendOutcome.Conflict, await journal.AppendAsync("s", expected, Records.Run(expected, 2, "\"late\""), Ct));
        }

        Assert.Equal(AppendOutcome.Conflict, await journal.AppendAsync("never written", 1, Records.Run(1, 1), Ct));
        Records.AssertEqual(Records.Run(0, 3), await ReadAllAsync(journal, "s"));
        Assert.Equal(new JournalHead(0, 1), await journal.ReadHeadAsync("never written", Ct));
        Assert.Equal(4, Meter.Conflicts);
    }

    [Fact]
    public async Task Of_concurrent_writers_of_one_stream_exactly_one_wins_each_seq()
    {
        var journal = await OpenAsync();
        for (var seq = 0L; seq < 20; seq++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
                (writer, outcome: await Task.Run(async () => await journal.AppendAsync("s", seq, [Records.Of(seq + 1, $"\"{writer}\"")], Ct), Ct))));

            var winner = Assert.Single(outcomes, o => o.outcome == AppendOutcome.Appended).writer;
            var stored = Assert.Single(await journal.ReadPageAsync("s", seq, 10, Ct));
            Assert.Equal($"\"{winner}\"", Encoding.UTF8.GetString(stored.Body.Span));
        }
    }

    [Fact]
    public async Task Appends_issued_without_waiting_for_each_other_keep_their_order()
    {
        var journal = await OpenAsync();
        var appends = Enumerable.Range(0, 300).Select(i => journal.AppendAsync("s", i * 2, Records.Run(i * 2, 2), Ct).AsTask()).ToList();

        Assert.All(await Task.WhenAll(appends), o => Assert.Equal(AppendOutcome.Appended, o));
        Records.AssertEqual(Records.Run(0, 600), await ReadAllAsync(journal, "s"));
    }

    [Fact]
    public async Task Within_one_commit_a_conflict_costs_only_the_append_that_has_it()
    {
        var journal = await OpenAsync();
        await AppendAsync(journal, "taken", 0, 1);
        var held = await HoldCommitsAsync();
        var appends = Enumerable.Range(0, 60).Select(i => journal.AppendAsync(i % 3 == 0 ? "taken" : $"s{i}", 0, Records.Run(0, 2), Ct).AsTask()).ToList();
        await held.DisposeAsync();

        var outcomes = await Task.WhenAll(appends);

        Assert.All(outcomes.Index(), o => Assert.Equal(o.Index % 3 == 0 ? AppendOutcome.Conflict : AppendOutcome.Appended, o.Item));
        Assert.Equal(new JournalHead(1, 1), await journal.ReadHeadAsync("taken", Ct));
        Assert.Equal(new JournalHead(2, 1), await journal.ReadHeadAsync("s1", Ct));
    }

    [Fact]
    public async Task A_chain_of_appends_whose_first_conflicts_still_lets_a_later_one_win()
    {
        var journal = await OpenAsync();
        await AppendAsync(journal, "s", 0, 2);
        var held = await HoldCommitsAsync();
        var first = journal.AppendAsync("other", 0, Records.Run(0, 1), Ct).AsTask();
        var late = journal.AppendAsync("s", 0, Records.Run(0, 2, "\"late\""), Ct).AsTask();
        var right = journal.AppendAsync("s", 2, Records.Run(2, 1, "\"right\""), Ct).AsTask();
        await held.DisposeAsync();

        Assert.Equal([AppendOutcome.Appended, AppendOutcome.Conflict, AppendOutcome.Appended], await Task.WhenAll(first, late, right));
        Records.AssertEqual([.. Records.Run(0, 2), .. Records.Run(2, 1, "\"right\"")], await ReadAllAsync(journal, "s"));
    }

    [Fact]
    public async Task Appends_that_gather_during_a_commit_share_the_next_one()
    {
        var journal = await OpenAsync();

        var outcomes = await AppendWhileHeldAsync(journal, 300);

        Assert.All(outcomes, o => Assert.Equal(AppendOutcome.Appended, o));
        Assert.True(Meter.Commits.Count <= 20, $"300 appends took {Meter.Commits.Count} transactions.");
        Assert.Equal(300, Meter.Commits.Sum());
    }

    [Fact]
    public async Task MaxBatchAppends_bounds_the_appends_of_one_commit()
    {
        var journal = await OpenAsync(o => o.MaxBatchAppends = 7);

        await AppendWhileHeldAsync(journal, 50);

        Assert.Equal(7, Meter.Commits.Max());
        Assert.Equal(50, Meter.Commits.Sum());
    }

    [Fact]
    public async Task MaxBatchBytes_bounds_the_bytes_of_one_commit()
    {
        var journal = await OpenAsync(o => o.MaxBatchBytes = 1_024);

        await AppendWhileHeldAsync(journal, 50, new string('x', 400));

        Assert.Equal(3, Meter.Commits.Max());
    }

    [Fact]
    public async Task Bodies_of_4_MB_are_stored()
    {
        var journal = await OpenAsync();
        var body = new byte[4 << 20];
        new Random(4).NextBytes(body);
        JournalRecord[] records = [Records.Of(1) with { Body = body }, Records.Of(2), Records.Of(3) with { Body = body }];

        Assert.Equal(AppendOutcome.Appended, await journal.AppendAsync("s", 0, records, Ct));

        Records.AssertEqual(records, await ReadAllAsync(journal, "s"));
    }

    [Fact]
    public async Task Streams_whose_names_look_alike_are_different_streams()
    {
        var journal = await OpenAsync();
        string[] names = ["a", "A", "á", "a\u0301", "a ", " a", "a'; DROP TABLE record; --", "a%", "a_", "𝒂🧠", "a\n", "\\x61", new string('é', 512)];

        foreach (var (index, name) in names.Index())
        {
            await AppendAsync(journal, name, 0, index + 1);
        }

        foreach (var (index, name) in names.Index())
        {
            Records.AssertEqual(Records.Run(0, index + 1), await ReadAllAsync(journal, name));
        }
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("a zero")]
    [InlineData("half a surrogate pair")]
    public async Task A_name_that_no_store_can_keep_is_refused(string kind)
    {
        // Not in the attribute: metadata is UTF-8 and would repair the lone surrogate.
        var name = kind switch { "nothing" => "", "a zero" => "a\0b", _ => "\ud800" };
        var journal = await OpenAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.AppendAsync(name, 0, Records.Run(0, 1), Ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.AppendAsync("s", 0, [Records.Of(1, type: name)], Ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.ReadHeadAsync(name, Ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.ReadHeadAsync(new string('é', 513), Ct));
    }

    [Fact]
    public async Task Records_that_do_not_continue_the_expected_seq_are_refused()
    {
        var journal = await OpenAsync();

        await Assert.ThrowsAsync<ArgumentException>(async () => await journal.AppendAsync("s", 0, [], Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await journal.AppendAsync("s", 0, [Records.Of(2)], Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await journal.AppendAsync("s", 0, [Records.Of(1), Records.Of(3)], Ct));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await journal.AppendAsync("s", -1, [Records.Of(0)], Ct));
        Assert.Equal(new JournalHead(0, 1), await journal.ReadHeadAsync("s", Ct));
    }

    private async Task<AppendOutcome[]> AppendWhileHeldAsync(IJournal journal, int count, string? body = null)
    {
        var held = await HoldCommitsAsync();
        var appends = Enumerable.Range(0, count).Select(i => journal.AppendAsync($"s{i}", 0, Records.Run(0, 1, body), Ct).AsTask()).ToList();
        await held.DisposeAsync();
        return await Task.WhenAll(appends);
    }
}
