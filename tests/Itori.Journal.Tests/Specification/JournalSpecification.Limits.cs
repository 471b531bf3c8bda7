namespace Itori.Journal.Tests.Specification;

public abstract partial class JournalSpecification
{
    [Fact]
    public async Task An_append_cancelled_in_the_queue_is_not_written_and_one_under_way_reports_its_outcome()
    {
        var journal = await OpenAsync(o => o.WriteConnections = 1);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var held = await HoldCommitsAsync();
        var underWay = journal.AppendAsync("s", 0, Records.Run(0, 1), cancel.Token).AsTask();
        await UntilAsync(() => Holds(journal), "the writer has claimed the first append");
        var queued = journal.AppendAsync("t", 0, Records.Run(0, 1), cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued.WaitAsync(Limit, Ct));
        Assert.False(underWay.IsCompleted);
        await held.DisposeAsync();
        Assert.Equal(AppendOutcome.Appended, await underWay);
        Assert.Equal(new JournalHead(1, 1), await journal.ReadHeadAsync("s", Ct));
        Assert.Equal(new JournalHead(0, 1), await journal.ReadHeadAsync("t", Ct));
    }

    [Fact]
    public async Task A_cancelled_append_was_never_written_whenever_the_cancellation_came()
    {
        var journal = await OpenAsync();
        var appends = Enumerable.Range(0, 400).Select(async i =>
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var append = Task.Run(() => journal.AppendAsync($"s{i}", 0, Records.Run(0, 1), cancel.Token).AsTask(), Ct);
            if (i % 2 == 0)
            {
                await Task.Yield();
            }

            await cancel.CancelAsync();
            try
            {
                return await append == AppendOutcome.Appended;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }).ToList();

        foreach (var (index, written) in (await Task.WhenAll(appends)).Index())
        {
            Assert.Equal(written ? 1 : 0, (await journal.ReadHeadAsync($"s{index}", Ct)).Seq);
        }
    }

    [Fact]
    public async Task Beyond_the_queues_bound_callers_wait_and_beyond_that_they_are_refused_at_once()
    {
        var journal = await OpenAsync(o => (o.MaxQueuedBytes, o.MaxBatchBytes, o.WriteConnections) = (64 << 10, 1_024, 1));
        var held = await HoldCommitsAsync();

        var appends = Enumerable.Range(0, 200).Select(i => journal.AppendAsync($"s{i}", 0, Records.Run(0, 1), Ct).AsTask()).ToList();
        var refused = appends.Count(a => a.IsFaulted);
        await held.DisposeAsync();
        await Task.WhenAll(appends).ContinueWith(static _ => { }, Ct, TaskContinuationOptions.None, TaskScheduler.Default);

        // 64 units of room and 64 that wait for it; what the writer has claimed keeps its room until it is written.
        Assert.Equal(200 - 128, refused);
        Assert.Equal(128, appends.Count(a => a.IsCompletedSuccessfully));
        Assert.All(appends.Where(a => a.IsFaulted), a => Assert.IsType<JournalUnavailableException>(a.Exception!.InnerException));
        await AppendAsync(journal, "afterwards", 0, 1);
    }

    [Fact]
    public async Task A_commit_that_takes_longer_than_CommandTimeout_is_reported_as_unavailable_and_the_journal_goes_on()
    {
        var journal = await OpenAsync(o => o.CommandTimeout = TimeSpan.FromSeconds(1));
        await using (await HoldCommitsAsync())
        {
            var e = await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.AppendAsync("s", 0, Records.Run(0, 1), Ct));
            Assert.True(e.IsTransient);
        }

        await UntilAsync(() => Meter.Failures == 1, "the failure is counted");
        await AppendAsync(journal, "s", 0, 1);
    }

    [Fact]
    public async Task Closing_finishes_what_is_queued_and_refuses_what_comes_later()
    {
        var journal = await OpenAsync();
        var appends = Enumerable.Range(0, 300).Select(i => journal.AppendAsync($"s{i}", 0, Records.Run(0, 1), Ct).AsTask()).ToList();

        await CloseAsync(journal);

        Assert.All(await Task.WhenAll(appends), o => Assert.Equal(AppendOutcome.Appended, o));
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.AppendAsync("late", 0, Records.Run(0, 1), Ct));
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.ReadHeadAsync("s0", Ct));
        journal = await OpenAsync();
        Assert.Equal(1, (await journal.ReadHeadAsync("s299", Ct)).Seq);
    }

    /// <summary>Whether the store's writer has taken an append out of the queue and waits for its commit.</summary>
    private static bool Holds(IJournal journal) => journal switch
    {
        SqliteJournal sqlite => sqlite.IsCommitting,
        PostgresJournal postgres => postgres.IsCommitting,
        _ => throw new NotSupportedException(journal.GetType().Name),
    };
}
