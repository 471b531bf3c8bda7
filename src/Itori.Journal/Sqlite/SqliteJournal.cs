using Itori.Journal.Commits;
using Itori.Journal.Reading;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

using Itori.Journal.Sqlite;

namespace Itori.Journal;

/// <summary>
/// The journal in one SQLite file, <c>itori.db</c>, for one process: write-ahead log, synced on every commit, one writer with group commit,
/// a few read-only connections.
/// </summary>
public sealed partial class SqliteJournal : IJournal, IAsyncDisposable
{
    private readonly JournalOptions _options;
    private readonly DataFolderLock _lock;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaderPool _readers;
    private readonly ILogger _logger;
    private readonly string _path;
    private int _disposed;

    private SqliteJournal(
        SqliteFile file, DataFolderLock folderLock, SqliteWriteConnection connection, JournalOptions options, TimeProvider timeProvider, JournalInstruments? instruments, ILogger logger)
    {
        _path = file.Path;
        _options = options;
        _lock = folderLock;
        _logger = logger;
        _writer = new SqliteWriter(file, connection, options, timeProvider, instruments, logger);
        _readers = new SqliteReaderPool(file, options.ReadConnections);
    }

    /// <summary>Whether a transaction is under way.</summary>
    internal bool IsCommitting => _writer.IsCommitting;

    /// <summary>Opens the journal in <see cref="JournalOptions.DataDirectory"/>, makes it when missing and brings an older one up to date.</summary>
    /// <exception cref="JournalLockedException">Another process uses the folder.</exception>
    /// <exception cref="JournalVersionException">A newer version of this program, or another program, wrote the file.</exception>
    /// <exception cref="JournalAccessException">The folder or the file cannot be written.</exception>
    /// <exception cref="JournalCorruptException">The file is not a database, or damaged.</exception>
    /// <exception cref="JournalUnavailableException">The disk is full or fails.</exception>
    public static ValueTask<SqliteJournal> OpenAsync(JournalOptions options, TimeProvider timeProvider, ILogger logger, CancellationToken ct) =>
        OpenAsync(options, timeProvider, instruments: null, logger, ct);

    internal static async ValueTask<SqliteJournal> OpenAsync(
        JournalOptions options, TimeProvider timeProvider, JournalInstruments? instruments, ILogger logger, CancellationToken ct)
    {
        var start = timeProvider.GetTimestamp();
        var journal = await Task.Run(() => Open(options, timeProvider, instruments, logger), ct).ConfigureAwait(false);
        journal.LogOpened(journal._path, SqliteSchema.Current, timeProvider.GetElapsedTime(start).TotalMilliseconds);
        return journal;
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> AppendAsync(string stream, long expectedSeq, IReadOnlyList<JournalRecord> records, CancellationToken ct)
    {
        JournalArguments.CheckAppend(stream, expectedSeq, records);
        return _writer.SubmitAsync(new PendingAppend(stream, expectedSeq, records), ct);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<JournalRecord> ReadAsync(string stream, long afterSeq, CancellationToken ct)
    {
        JournalArguments.CheckStream(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(afterSeq);
        return PagedRead.RunAsync(
            (after, token) => _readers.ReadAsync(stream, c => c.ReadPage(stream, after, _options.PageRecords, _options.PageBytes, token), token), stream, afterSeq, ct);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<JournalRecord>> ReadPageAsync(string stream, long afterSeq, int limit, CancellationToken ct)
    {
        JournalArguments.CheckStream(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(afterSeq);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var page = await _readers.ReadAsync(stream, c => c.ReadPage(stream, afterSeq, limit, long.MaxValue, ct), ct).ConfigureAwait(false);
        return page.Records;
    }

    /// <inheritdoc/>
    public ValueTask<JournalHead> ReadHeadAsync(string stream, CancellationToken ct)
    {
        JournalArguments.CheckStream(stream);
        return _readers.ReadAsync(stream, c => c.ReadHead(stream), ct);
    }

    /// <inheritdoc/>
    public ValueTask<JournalSnapshot?> ReadSnapshotAsync(string stream, CancellationToken ct)
    {
        JournalArguments.CheckStream(stream);
        return _readers.ReadAsync(stream, c => c.ReadSnapshot(stream), ct);
    }

    /// <inheritdoc/>
    public async ValueTask WriteSnapshotAsync(string stream, JournalSnapshot snapshot, CancellationToken ct)
    {
        JournalArguments.CheckSnapshot(stream, snapshot);
        if (await _writer.SubmitAsync(new PendingSnapshot(stream, snapshot), ct).ConfigureAwait(false) is { } head)
        {
            throw JournalArguments.SnapshotBeyondHead(stream, snapshot.Seq, head);
        }
    }

    /// <inheritdoc/>
    public async ValueTask TrimAsync(string stream, long throughSeq, CancellationToken ct)
    {
        JournalArguments.CheckStream(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(throughSeq);
        await _writer.SubmitAsync(new PendingTrim(stream, throughSeq), ct).ConfigureAwait(false);
    }

    /// <summary>Commits what is queued, refuses what comes later, closes the file and gives the folder free.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _writer.DisposeAsync().ConfigureAwait(false);
        await _readers.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
        LogClosed(_path);
    }

    private static SqliteJournal Open(JournalOptions options, TimeProvider timeProvider, JournalInstruments? instruments, ILogger logger)
    {
        var folder = Path.GetFullPath(options.DataDirectory);
        var folderLock = DataFolderLock.Take(folder);
        var file = new SqliteFile(folder, options.CommandTimeout);
        SqliteWriteConnection? connection = null;
        try
        {
            connection = file.OpenWriter();
            return new SqliteJournal(file, folderLock, connection, options, timeProvider, instruments, logger);
        }
        catch (SqliteException e)
        {
            folderLock.Dispose();
            throw SqliteErrors.Translate(e, file.Path);
        }
        catch
        {
            connection?.Dispose();
            folderLock.Dispose();
            throw;
        }
    }
}
