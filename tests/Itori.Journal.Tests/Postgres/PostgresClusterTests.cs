using System.Globalization;
using Itori.Journal.Tests.Specification;
using Itori.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Itori.Journal.Tests.Postgres;

/// <summary>What only a shared store meets: other processes, a server that goes away, someone else's schema.</summary>
public sealed class PostgresClusterTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_processes_that_write_the_same_streams_one_wins_each_seq_and_no_batch_is_lost_to_the_other()
    {
        var connection = await postgres.NewSchemaAsync(Ct);
        await using var one = await OpenAsync(connection);
        await using var two = await OpenAsync(connection);
        for (var seq = 0L; seq < 15; seq++)
        {
            var attempts = new[] { one, two }.SelectMany((journal, process) => Enumerable.Range(0, 24).Select(i =>
            {
                // In opposite orders, so that the two batches take their locks crosswise.
                var stream = process == 0 ? i : 23 - i;
                return (stream, outcome: journal.AppendAsync($"s{stream}", seq, [Records.Of(seq + 1, $"{process}")], Ct).AsTask());
            })).ToList();
            await Task.WhenAll(attempts.Select(a => a.outcome)).ContinueWith(static _ => { }, Ct, TaskContinuationOptions.None, TaskScheduler.Default);

            foreach (var stream in attempts.GroupBy(a => a.stream, a => a.outcome))
            {
                _ = Assert.Single(stream, o => o.IsCompletedSuccessfully && o.Result == AppendOutcome.Appended);
                _ = Assert.Single(stream, o => o.IsCompletedSuccessfully && o.Result == AppendOutcome.Conflict);
            }
        }

        for (var stream = 0; stream < 24; stream++)
        {
            Assert.Equal(15, (await one.ReadPageAsync($"s{stream}", 0, 100, Ct)).Count);
        }
    }

    [Fact]
    public async Task Many_processes_that_start_at_once_make_the_tables_once()
    {
        var connection = await postgres.NewSchemaAsync(Ct);

        var journals = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(connection)));

        for (var i = 0; i < journals.Length; i++)
        {
            Assert.Equal(AppendOutcome.Appended, await journals[i].AppendAsync("s", i, Records.Run(i, 1), Ct));
        }

        foreach (var journal in journals)
        {
            await journal.DisposeAsync();
        }
    }

    [Fact]
    public async Task Tables_of_a_newer_version_are_refused()
    {
        var connection = await postgres.NewSchemaAsync(Ct);
        await (await OpenAsync(connection)).DisposeAsync();
        await PostgresFixture.ExecuteAsync(connection, "UPDATE itori_schema SET version = 7 WHERE component = 'journal'", Ct);

        var e = await Assert.ThrowsAsync<JournalVersionException>(() => OpenAsync(connection));

        Assert.Equal((7, 1), (e.Found, e.Supported));
    }

    [Theory]
    [InlineData("UPDATE itori_journal_record SET body = 'x' WHERE seq = 3")]
    [InlineData("UPDATE itori_journal_record SET timestamp = 0 WHERE seq = 3")]
    [InlineData("DELETE FROM itori_journal_record WHERE seq >= 3")]
    public async Task A_damaged_or_missing_row_is_named(string damage)
    {
        var connection = await postgres.NewSchemaAsync(Ct);
        await using var journal = await OpenAsync(connection);
        await journal.AppendAsync("s", 0, Records.Run(0, 5), Ct);
        await PostgresFixture.ExecuteAsync(connection, damage, Ct);

        var e = await Assert.ThrowsAsync<JournalCorruptException>(async () => await journal.ReadPageAsync("s", 0, 10, Ct));

        Assert.Equal(("s", 3L), (e.Stream, e.Seq!.Value));
        Records.AssertEqual(Records.Run(0, 2), await journal.ReadPageAsync("s", 0, 2, Ct));
    }

    [Fact]
    public async Task An_append_to_a_damaged_stream_fails_alone_in_its_commit()
    {
        var connection = await postgres.NewSchemaAsync(Ct);
        await using var journal = await OpenAsync(connection);
        await journal.AppendAsync("bad", 0, Records.Run(0, 5), Ct);
        await PostgresFixture.ExecuteAsync(connection, "UPDATE itori_journal_stream SET seq = 4 WHERE name = 'bad'", Ct);
        var good = Enumerable.Range(0, 40).Select(i => journal.AppendAsync($"good{i}", 0, Records.Run(0, 1), Ct).AsTask()).ToList();
        var bad = journal.AppendAsync("bad", 4, Records.Run(4, 1), Ct).AsTask();

        var e = await Assert.ThrowsAsync<JournalCorruptException>(() => bad);

        Assert.Equal(("bad", 5L), (e.Stream, e.Seq!.Value));
        Assert.All(await Task.WhenAll(good), o => Assert.Equal(AppendOutcome.Appended, o));
    }

    [Fact]
    public async Task On_a_server_that_knows_streams_under_other_ids_each_append_goes_to_the_stream_of_its_name_or_nowhere()
    {
        var connection = await postgres.NewSchemaAsync(Ct);
        await using var journal = await OpenAsync(connection, writeConnections: 1); // so that they are written together
        await using var other = await OpenAsync(connection);
        foreach (var stream in (string[])["a", "b", "c"])
        {
            await journal.AppendAsync(stream, 0, Records.Run(0, 2), Ct);
            await journal.AppendAsync(stream, 2, Records.Run(2, 1), Ct);
        }

        // As one that took over before the last transactions reached it, and made other streams since: "a" was never made, and "b" and "c" have each other's rows.
        await PostgresFixture.ExecuteAsync(
            connection,
            """
            DELETE FROM itori_journal_record r USING itori_journal_stream s WHERE r.stream = s.id AND s.name = 'a';
            DELETE FROM itori_journal_stream WHERE name = 'a';
            UPDATE itori_journal_stream SET name = 'd' WHERE name = 'b';
            UPDATE itori_journal_stream SET name = 'b' WHERE name = 'c';
            UPDATE itori_journal_stream SET name = 'c' WHERE name = 'd';
            """,
            Ct);

        var outcomes = await Task.WhenAll(new[] { "a", "b", "c" }.Select(stream => journal.AppendAsync(stream, 3, [Records.Of(4, $"of {stream}")], Ct).AsTask()));

        Assert.Equal([AppendOutcome.Conflict, AppendOutcome.Appended, AppendOutcome.Appended], outcomes);
        const string written = "SELECT string_agg(s.name || ' ' || r.seq || ' ' || convert_from(r.body, 'UTF8'), ', ' ORDER BY s.name) FROM itori_journal_record r JOIN itori_journal_stream s ON s.id = r.stream WHERE r.seq > 3";
        Assert.Equal("b 4 of b, c 4 of c", await PostgresFixture.ExecuteAsync(connection, written, Ct));
        Assert.Equal(AppendOutcome.Appended, await journal.AppendAsync("a", 0, Records.Run(0, 1), Ct));
        Assert.Equal(AppendOutcome.Conflict, await journal.AppendAsync("a", 3, Records.Run(3, 1), Ct));
        Assert.Equal(AppendOutcome.Appended, await other.AppendAsync("a", 1, Records.Run(1, 1), Ct));
    }

    [Fact]
    public async Task A_server_that_defaults_to_weaker_commits_is_told_to_sync_each()
    {
        var connection = await postgres.NewSchemaAsync(Ct);
        await using var journal = await OpenAsync(connection + ";Options=-c synchronous_commit=off");
        await journal.AppendAsync("s", 0, Records.Run(0, 1), Ct);

        Assert.Equal("on", await journal.AskAsync("SELECT current_setting('synchronous_commit')", Ct));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(";Max Auto Prepare=0", false)]
    public async Task The_server_plans_an_append_once_and_not_each_time_unless_it_is_told_to(string setting, bool isPlannedOnce)
    {
        var connection = await postgres.NewSchemaAsync(Ct);
        await using var journal = await OpenAsync(connection + setting);
        for (var seq = 0; seq < 20; seq++)
        {
            await journal.AppendAsync("s", seq, Records.Run(seq, 1), Ct);
        }

        // One thing after the other: all of it in one session.
        var prepared = await journal.AskAsync("SELECT string_agg(statement, ' ') FROM pg_prepared_statements", Ct) ?? "";
        Assert.Equal(isPlannedOnce, prepared.Contains("INSERT INTO itori_journal_record", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_made_for_small_tables_still_serves_large_ones()
    {
        const string scans = "SELECT seq_scan || ' ' || idx_scan FROM pg_stat_user_tables WHERE relname = 'itori_journal_stream' AND schemaname = current_schema()";
        await using var journal = await OpenAsync(await postgres.NewSchemaAsync(Ct));
        await journal.AppendAsync("s", 0, Records.Run(0, 1), Ct);
        await journal.AskAsync("ANALYZE itori_journal_stream", Ct); // One page, says the server now: to read all of it is less than to look into an index.
        for (var seq = 1; seq < 10; seq++)
        {
            await journal.AppendAsync("s", seq, Records.Run(seq, 1), Ct);
        }

        async Task<long[]> ScansAsync()
        {
            await journal.AskAsync("SELECT pg_stat_force_next_flush()::text", Ct);
            return [.. (await journal.AskAsync(scans, Ct))!.Split(' ').Select(static n => long.Parse(n, CultureInfo.InvariantCulture))];
        }

        var before = await ScansAsync();
        for (var seq = 10; seq < 30; seq++)
        {
            await journal.AppendAsync("s", seq, Records.Run(seq, 1), Ct);
        }

        Assert.Equal([before[0], before[1] + 20], await ScansAsync());
    }

    [Fact]
    public async Task Through_crashes_of_the_server_every_acknowledged_record_is_kept_and_none_is_written_twice()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        await using var server = await PostgresServer.StartAsync(Ct);
        await using var journal = await OpenAsync(server.ConnectionString);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var failures = 0;
        var acknowledged = new long[8];
        var writers = Enumerable.Range(0, acknowledged.Length).Select(WriteAsync).ToList();
        for (var crash = 0; crash < 3; crash++)
        {
            var goal = acknowledged.Select((_, i) => Volatile.Read(ref acknowledged[i]) + 20).ToArray();
            while (goal.Index().Any(g => Volatile.Read(ref acknowledged[g.Index]) < g.Item))
            {
                await Task.Delay(5, Ct);
            }

            await server.StopAsync(Ct, "immediate");
            await server.StartAgainAsync(Ct);
        }

        await end.CancelAsync();
        await Task.WhenAll(writers);

        Assert.True(failures > 0, "No writer noticed a crash.");
        for (var i = 0; i < acknowledged.Length; i++)
        {
            var head = await journal.ReadHeadAsync($"s{i}", Ct);
            Assert.Equal(acknowledged[i], head.Seq);
            Records.AssertEqual(Records.Run(0, (int)head.Seq), await journal.ReadPageAsync($"s{i}", 0, int.MaxValue, Ct));
        }

        // As a grain does it: after an unknown outcome it asks for the head and goes on from there.
        async Task WriteAsync(int number)
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    var seq = acknowledged[number];
                    Assert.Equal(AppendOutcome.Appended, await journal.AppendAsync($"s{number}", seq, [Records.Of(seq + 1)], Ct));
                    Volatile.Write(ref acknowledged[number], seq + 1);
                }
                catch (JournalUnavailableException)
                {
                    Interlocked.Increment(ref failures);
                    await RereadAsync(number);
                }
            }
        }

        async Task RereadAsync(int number)
        {
            while (true)
            {
                try
                {
                    var head = (await journal.ReadHeadAsync($"s{number}", Ct)).Seq;
                    Assert.InRange(head, acknowledged[number], acknowledged[number] + 1);
                    Volatile.Write(ref acknowledged[number], head);
                    return;
                }
                catch (JournalUnavailableException)
                {
                    await Task.Delay(20, Ct);
                }
            }
        }
    }

    private static Task<PostgresJournal> OpenAsync(string connectionString, int writeConnections = 2) =>
        PostgresJournal.OpenAsync(new JournalOptions { ConnectionString = connectionString, WriteConnections = writeConnections }, TimeProvider.System, NullLogger.Instance, Ct).AsTask();
}
