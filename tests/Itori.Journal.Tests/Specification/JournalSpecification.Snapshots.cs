namespace Itori.Journal.Tests.Specification;

public abstract partial class JournalSpecification
{
    [Fact]
    public async Task A_snapshot_replaces_an_older_one_and_never_a_newer_one()
    {
        var journal = await OpenAsync();
        await AppendAsync(journal, "s", 0, 10);

        foreach (var (written, body, expected) in new[] { (4L, "a", "4a"), (7, "b", "7b"), (5, "c", "7b"), (7, "d", "7d"), (10, "e", "10e") })
        {
            await journal.WriteSnapshotAsync("s", Records.Snapshot(written, body), Ct);
            var stored = await journal.ReadSnapshotAsync("s", Ct);
            Assert.Equal(expected, $"{stored!.Seq}{System.Text.Encoding.UTF8.GetString(stored.Body.Span)}");
        }

        journal = await ReopenAsync(journal);
        Assert.Equal(Records.Text(Records.Snapshot(10, "e")), Records.Text(await journal.ReadSnapshotAsync("s", Ct)));
    }

    [Fact]
    public async Task A_snapshot_outside_its_stream_is_refused()
    {
        var journal = await OpenAsync();
        await AppendAsync(journal, "s", 0, 3);

        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.WriteSnapshotAsync("s", Records.Snapshot(4), Ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.WriteSnapshotAsync("s", Records.Snapshot(0), Ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.WriteSnapshotAsync("never written", Records.Snapshot(1), Ct));
        Assert.Null(await journal.ReadSnapshotAsync("s", Ct));
    }

    [Fact]
    public async Task A_trim_removes_the_records_that_the_snapshot_covers_and_no_other()
    {
        var journal = await OpenAsync();
        await AppendAsync(journal, "s", 0, 10);
        await AppendAsync(journal, "neighbour", 0, 10);

        await journal.TrimAsync("s", 10, Ct);
        Assert.Equal(new JournalHead(10, 1), await journal.ReadHeadAsync("s", Ct));

        await journal.WriteSnapshotAsync("s", Records.Snapshot(6), Ct);
        await journal.TrimAsync("s", 3, Ct);
        Assert.Equal(new JournalHead(10, 4), await journal.ReadHeadAsync("s", Ct));
        await journal.TrimAsync("s", 99, Ct);
        await journal.TrimAsync("s", 2, Ct);
        Assert.Equal(new JournalHead(10, 7), await journal.ReadHeadAsync("s", Ct));

        Records.AssertEqual(Records.Run(6, 4), await ReadAllAsync(journal, "s"));
        Records.AssertEqual(Records.Run(8, 2), await ReadAllAsync(journal, "s", 8));
        Assert.Equal(10, (await ReadAllAsync(journal, "neighbour")).Count);
    }

    [Fact]
    public async Task A_stream_trimmed_to_its_head_goes_on_where_it_was()
    {
        var journal = await OpenAsync();
        await AppendAsync(journal, "s", 0, 5);
        await journal.WriteSnapshotAsync("s", Records.Snapshot(5), Ct);
        await journal.TrimAsync("s", 5, Ct);
        journal = await ReopenAsync(journal);

        Assert.Equal(new JournalHead(5, 6), await journal.ReadHeadAsync("s", Ct));
        Assert.Empty(await ReadAllAsync(journal, "s"));
        Assert.Equal(AppendOutcome.Conflict, await journal.AppendAsync("s", 0, Records.Run(0, 1), Ct));
        await AppendAsync(journal, "s", 5, 1);
        Records.AssertEqual(Records.Run(5, 1), await ReadAllAsync(journal, "s"));
    }

    [Fact]
    public async Task A_trim_of_many_records_is_complete_when_it_returns()
    {
        var journal = await OpenAsync();
        await AppendAsync(journal, "s", 0, 9_000);
        await journal.WriteSnapshotAsync("s", Records.Snapshot(8_999), Ct);

        await journal.TrimAsync("s", 8_999, Ct);

        Assert.Equal(new JournalHead(9_000, 9_000), await journal.ReadHeadAsync("s", Ct));
        Assert.Equal([9_000L], (await ReadAllAsync(journal, "s")).Select(r => r.Seq));
    }
}
