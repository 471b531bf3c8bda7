using System.IO.Hashing;
using System.Text;
using Itori.Journal.Commits;
using Itori.Journal.Postgres;
using Itori.Journal.Reading;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Itori.Journal;

/// <summary>
/// The journal in PostgreSQL, for all silos of a cluster: appends of many streams share one command and one commit, and of two processes
/// that write one stream, one wins.
/// </summary>
public sealed partial class PostgresJournal : IJournal, IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly JournalOptions _options;
    private readonly ILogger _logger;
    private readonly PostgresQueries _queries;
    private readonly PostgresLane[] _lanes;
    private readonly SemaphoreSlim _free;
    private volatile bool _closed;
    private int _disposed;

    private PostgresJournal(NpgsqlDataSource source, JournalOptions options, TimeProvider timeProvider, JournalInstruments? instruments, ILogger logger)
    {
        _source = source;
        _options = options;
        _logger = logger;
        _queries = new PostgresQueries(source);
        _lanes = [.. Enumerable.Range(0, options.WriteConnections).Select(_ => new PostgresLane(source, options, timeProvider, instruments, logger))];
        _free = new SemaphoreSlim(options.ReadConnections);
    }

    /// <summary>Whether a commit is under way.</summary>
    internal bool IsCommitting => _lanes.Any(static l => l.IsCommitting);

    /// <summary>Opens the journal at <see cref="JournalOptions.ConnectionString"/> and makes or updates its tables, one process at a time.</summary>
    /// <exception cref="JournalVersionException">A newer version of this program made the tables.</exception>
    /// <exception cref="JournalAccessException">The server refuses the connection, or the user may not make tables.</exception>
    /// <exception cref="JournalUnavailableException">The server does not answer.</exception>
    public static ValueTask<PostgresJournal> OpenAsync(JournalOptions options, TimeProvider timeProvider, ILogger logger, CancellationToken ct) =>
        OpenAsync(options, timeProvider, instruments: null, logger, ct);

    internal static async ValueTask<PostgresJournal> OpenAsync(
        JournalOptions options, TimeProvider timeProvider, JournalInstruments? instruments, ILogger logger, CancellationToken ct)
    {
        var start = timeProvider.GetTimestamp();
        var source = BuildSource(options);
        try
        {
            await PostgresSchema.MigrateAsync(source, ct).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw PostgresErrors.Translate(e);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var journal = new PostgresJournal(source, options, timeProvider, instruments, logger);
        journal.LogOpened(PostgresSchema.Current, timeProvider.GetElapsedTime(start).TotalMilliseconds);
        try
        {
            await journal.WarnOfWeakSettingsAsync(ct).ConfigureAwait(false);
            return journal;
        }
        catch
        {
            await journal.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> AppendAsync(string stream, long expectedSeq, IReadOnlyList<JournalRecord> records, CancellationToken ct)
    {
        JournalArguments.CheckAppend(stream, expectedSeq, records);
        return _lanes[LaneOf(stream)].SubmitAsync(new PendingAppend(stream, expectedSeq, records), ct);
    }

    private long LaneOf(string stream)
    {
        Span<byte> name = stackalloc byte[JournalArguments.MaxStreamBytes];
        return Crc32.HashToUInt32(name[..Encoding.UTF8.GetBytes(stream, name)]) % _lanes.Length;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<JournalRecord> ReadAsync(string stream, long afterSeq, CancellationToken ct)
    {
        JournalArguments.CheckStream(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(afterSeq);
        return PagedRead.RunAsync(
            (after, token) => QueryAsync(stream, () => _queries.ReadPageAsync(stream, after, _options.PageRecords, _options.PageBytes, token), token), stream, afterSeq, ct);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<JournalRecord>> ReadPageAsync(string stream, long afterSeq, int limit, CancellationToken ct)
    {
        JournalArguments.CheckStream(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(afterSeq);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var page = await QueryAsync(stream, () => _queries.ReadPageAsync(stream, afterSeq, limit, long.MaxValue, ct), ct).ConfigureAwait(false);
        return page.Records;
    }

    /// <inheritdoc/>
    public ValueTask<JournalHead> ReadHeadAsync(string stream, CancellationToken ct)
    {
        JournalArguments.CheckStream(stream);
        return QueryAsync(stream, () => _queries.ReadHeadAsync(stream, ct), ct);
    }

    /// <inheritdoc/>
    public ValueTask<JournalSnapshot?> ReadSnapshotAsync(string stream, CancellationToken ct)
    {
        JournalArguments.CheckStream(stream);
        return QueryAsync(stream, () => _queries.ReadSnapshotAsync(stream, ct), ct);
    }

    /// <inheritdoc/>
    public async ValueTask WriteSnapshotAsync(string stream, JournalSnapshot snapshot, CancellationToken ct)
    {
        JournalArguments.CheckSnapshot(stream, snapshot);
        var head = await QueryAsync(stream, () => _queries.WriteSnapshotAsync(stream, snapshot, ct), ct).ConfigureAwait(false);
        if (head < snapshot.Seq)
        {
            throw JournalArguments.SnapshotBeyondHead(stream, snapshot.Seq, head);
        }
    }

    /// <inheritdoc/>
    public async ValueTask TrimAsync(string stream, long throughSeq, CancellationToken ct)
    {
        JournalArguments.CheckStream(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(throughSeq);
        while (await QueryAsync(stream, () => _queries.TrimAsync(stream, throughSeq, ct), ct).ConfigureAwait(false))
        {
        }
    }

    /// <summary>Commits what is queued, refuses what comes later, closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        foreach (var lane in _lanes)
        {
            await lane.DisposeAsync().ConfigureAwait(false);
        }

        // With all places taken, no query is under way; then each later one finds the journal closed.
        for (var i = 0; i < _options.ReadConnections; i++)
        {
            await _free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _closed = true;
        _free.Release(_options.ReadConnections);
        await _source.DisposeAsync().ConfigureAwait(false);
        LogClosed();
    }

    /// <summary>What the server answers to one of this journal's sessions: a text, or null.</summary>
    internal ValueTask<string?> AskAsync(string constantSql, CancellationToken ct) => QueryAsync(
        "",
        async () =>
        {
#pragma warning disable CA2100 // It is made of constants.
            await using var command = _source.CreateCommand(constantSql);
#pragma warning restore CA2100
            return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) as string;
        },
        ct);

    /// <summary>The server's own settings, not those of this journal's sessions, for which synchronous_commit is on in any case.</summary>
    private async ValueTask WarnOfWeakSettingsAsync(CancellationToken ct)
    {
        var weak = await AskAsync(
            "SELECT string_agg(name || '=' || reset_val, ', ' ORDER BY name) FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND reset_val = 'off'", ct).ConfigureAwait(false);
        if (weak is not null)
        {
            LogNotDurable(weak);
        }
    }

    private async ValueTask<T> QueryAsync<T>(string stream, Func<Task<T>> query, CancellationToken ct)
    {
        await _free.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return _closed ? throw new JournalUnavailableException("The journal is closed.") : await query().ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            throw PostgresErrors.Translate(e, stream);
        }
        finally
        {
            _free.Release();
        }
    }

    private static NpgsqlDataSource BuildSource(JournalOptions options)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        }
        catch (ArgumentException e)
        {
            throw new JournalAccessException($"Itori:Journal:ConnectionString is not an Npgsql connection string ({e.Message}).", e);
        }

        settings.CommandTimeout = (int)options.CommandTimeout.TotalSeconds;
        settings.MaxPoolSize = Math.Max(1, settings.MinPoolSize) + options.WriteConnections + options.ReadConnections;
        settings.NoResetOnClose = true; // Nothing here changes a session but the initializer below, whose effect is meant to last.

        // Whether it is said, that is: ContainsKey tells whether there is such a setting at all.
        if (!settings.ShouldSerialize("Max Auto Prepare"))
        {
            settings.MaxAutoPrepare = 16; // The handful of statements above. A connection string may say 0, for a pooler that cannot keep them.
        }

        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "Itori.Journal" };

        // An acknowledged append is on stable storage, also where the server's default is faster and weaker; stronger defaults stay. And every statement goes by an index: a plan is kept while its tables grow, and one made while
        // they were nearly empty would read all of them.
        const string session =
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'; SELECT set_config('enable_seqscan', 'off', false)";
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(session, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(session, connection);
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            });
        return builder.Build();
    }
}
