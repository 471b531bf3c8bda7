namespace Itori.Journal.Tests.Specification;

public abstract partial class JournalSpecification
{
    [Fact]
    public async Task A_stream_that_was_never_written_is_empty()
    {
        var journal = await OpenAsync();

        Assert.Equal(new JournalHead(0, 1), await journal.ReadHeadAsync("s", Ct));
        Assert.Empty(await journal.ReadPageAsync("s", 0, 10, Ct));
        Assert.Empty(await ReadAllAsync(journal, "s"));
        Assert.Null(await journal.ReadSnapshotAsync("s", Ct));
    }

    [Fact]
    public async Task A_page_holds_as_many_records_as_asked_and_fewer_only_at_the_head()
    {
        var journal = await OpenAsync(o => o.PageBytes = 1_024);
        await AppendAsync(journal, "s", 0, 10, new string('x', 2_000));

        Assert.Equal([1L, 2, 3, 4], (await journal.ReadPageAsync("s", 0, 4, Ct)).Select(r => r.Seq));
        Assert.Equal([9L, 10], (await journal.ReadPageAsync("s", 8, 4, Ct)).Select(r => r.Seq));
        Assert.Empty(await journal.ReadPageAsync("s", 10, 4, Ct));
        Assert.Empty(await journal.ReadPageAsync("s", 99, 4, Ct));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await journal.ReadPageAsync("s", 0, 0, Ct));
    }

    [Fact]
    public async Task A_long_read_returns_each_record_once_whatever_the_size_of_its_pages()
    {
        var journal = await OpenAsync(o => o.PageRecords = 3);
        await AppendAsync(journal, "s", 0, 100);
        Records.AssertEqual(Records.Run(41, 59), await ReadAllAsync(journal, "s", 41));
        await CloseAsync(journal);

        journal = await OpenAsync(o => o.PageBytes = 1_024);
        await AppendAsync(journal, "s", 100, 20, new string('x', 700));
        Assert.Equal(Enumerable.Range(1, 120).Select(i => (long)i), (await ReadAllAsync(journal, "s")).Select(r => r.Seq));
    }

    [Fact]
    public async Task PageRecords_and_PageBytes_bound_what_a_long_read_fetches_ahead()
    {
        // A page fetched before the record was damaged would still show the old one: what a read yields after the damage tells where its page ended.
        foreach (var (configure, fetched) in new (Action<JournalOptions>, long)[] { (o => o.PageRecords = 4, 4), (o => o.PageBytes = 1_024, 2) })
        {
            var stream = $"s{fetched}";
            var journal = await OpenAsync(configure);
            await AppendAsync(journal, stream, 0, 12, new string('x', 700));
            await journal.WriteSnapshotAsync(stream, Records.Snapshot(12), Ct);
            var seen = new List<long>();
            var trimmed = await Assert.ThrowsAsync<JournalTrimmedException>(async () =>
            {
                await foreach (var record in journal.ReadAsync(stream, 0, Ct))
                {
                    seen.Add(record.Seq);
                    await journal.TrimAsync(stream, 12, Ct);
                }
            });

            Assert.Equal(fetched, seen.Count);
            Assert.Equal((fetched + 1, 13L, true), (trimmed.Seq, trimmed.FirstSeq, trimmed.IsTransient));
            await CloseAsync(journal);
        }
    }

    [Fact]
    public async Task A_long_read_ends_at_the_head_it_began_with()
    {
        var journal = await OpenAsync(o => o.PageRecords = 2);
        await AppendAsync(journal, "s", 0, 5);
        var seq = 5L;
        var seen = new List<long>();
        await foreach (var record in journal.ReadAsync("s", 0, Ct))
        {
            seen.Add(record.Seq);
            await AppendAsync(journal, "s", seq++, 1);
        }

        Assert.Equal([1L, 2, 3, 4, 5], seen);
    }

    [Fact]
    public async Task Readers_see_whole_appends_only_and_never_a_hole_while_a_writer_is_busy()
    {
        var journal = await OpenAsync(o => o.PageRecords = 16);
        var writing = Task.Run(async () =>
        {
            for (var seq = 0L; seq < 600; seq += 3)
            {
                await AppendAsync(journal, "s", seq, 3);
            }
        }, Ct);

        var last = 0;
        do
        {
            var all = await ReadAllAsync(journal, "s");
            Records.AssertEqual(Records.Run(0, all.Count), all);
            Assert.Equal(0, all.Count % 3);
            Assert.True(all.Count >= last, "A later read saw less.");
            last = all.Count;
        }
        while (last < 600);
        await writing;
    }

    [Fact]
    public async Task A_cancelled_read_ends()
    {
        var journal = await OpenAsync(o => o.PageRecords = 1);
        await AppendAsync(journal, "s", 0, 10);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in journal.ReadAsync("s", 0, cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
        Assert.Equal(10, (await ReadAllAsync(journal, "s")).Count);
    }

    [Fact]
    public async Task More_readers_than_connections_take_turns()
    {
        var journal = await OpenAsync(o => o.ReadConnections = 2);
        await AppendAsync(journal, "s", 0, 50);

        var reads = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ReadAllAsync(journal, "s")));

        Assert.All(reads, r => Assert.Equal(50, r.Count));
    }
}
