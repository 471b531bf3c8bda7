using Itori.Journal.Commits;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Itori.Journal.Sqlite;

/// <summary>
/// The writer's thread: takes what has gathered while the last transaction was synced and commits it as one. There is no waiting for company:
/// under load the disk's own time makes the groups, and a lone append is not delayed.
/// </summary>
internal sealed partial class SqliteWriter : IAsyncDisposable
{
    private readonly SqliteFile _file;
    private readonly JournalOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly JournalInstruments? _instruments;
    private readonly ILogger _logger;
    private readonly CommitQueue<PendingWrite> _queue;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PendingWrite> _batch = [];

    // Trims that need further transactions; they join the next batch, so appends overtake them.
    private readonly List<PendingWrite> _unfinished = [];
    private SqliteWriteConnection? _connection;
    private bool _failing;
    private volatile bool _committing;

    public SqliteWriter(
        SqliteFile file, SqliteWriteConnection connection, JournalOptions options, TimeProvider timeProvider, JournalInstruments? instruments, ILogger logger)
    {
        _file = file;
        _connection = connection;
        _options = options;
        _timeProvider = timeProvider;
        _instruments = instruments;
        _logger = logger;
        _queue = new CommitQueue<PendingWrite>(options.MaxQueuedBytes);
        new Thread(Run) { IsBackground = true, Name = "Itori journal writer" }.Start();
    }

    /// <summary>Whether a transaction is under way.</summary>
    public bool IsCommitting => _committing;

    public ValueTask<TResult> SubmitAsync<TResult>(PendingWrite<TResult> write, CancellationToken ct) =>
        _queue.SubmitAsync<PendingWrite<TResult>, TResult>(write, ct);

    /// <summary>Commits what is queued, then ends the thread and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _stopped.Task.ConfigureAwait(false);
        _queue.Dispose();
    }

    private void Run()
    {
        try
        {
            while (_unfinished.Count > 0 || WaitForWrites())
            {
                _batch.AddRange(_unfinished);
                _unfinished.Clear();
                _queue.Take(_batch, _options.MaxBatchAppends, _options.MaxBatchBytes);
                if (_batch.Count > 0)
                {
                    _committing = true;
                    Commit();
                    _committing = false;
                    _batch.Clear();
                }
            }
        }
        catch (Exception e)
        {
            // A fault of this code. Nobody would ever answer the callers again, so tell them, and every later one, at once.
            LogWriterFailed(e);
            var reason = new JournalUnavailableException("The journal's writer has failed; restart the process.", e);
            _queue.Abandon(reason);
            foreach (var write in _batch)
            {
                write.Fail(reason);
            }
        }
        finally
        {
            _connection?.Dispose();
            _stopped.SetResult();
        }
    }

    private bool WaitForWrites()
    {
        var waiting = _queue.WaitAsync();
        return waiting.IsCompletedSuccessfully ? waiting.Result : waiting.AsTask().GetAwaiter().GetResult();
    }

    private void Commit()
    {
        var start = _timeProvider.GetTimestamp();
        try
        {
            Connect().CommitTogether(_batch);
        }
        catch (SqliteException e) when (_batch.Count > 1 && SqliteErrors.ConcernsOneWrite(e))
        {
            Replace(e);
            CommitOneByOne();
            return;
        }
        catch (SqliteException e)
        {
            Replace(e);
            FailBatch(e);
            return;
        }

        _failing = false;
        _instruments?.OnCommitted(_batch.Count, _timeProvider.GetElapsedTime(start));
        foreach (var write in _batch)
        {
            Finish(write);
        }
    }

    private void CommitOneByOne()
    {
        foreach (var write in _batch)
        {
            try
            {
                Connect().CommitTogether([write]);
                Finish(write);
            }
            catch (SqliteException e)
            {
                Replace(e);
                Fail(write, e);
            }
        }
    }

    private void Finish(PendingWrite write)
    {
        if (write is PendingTrim { Result: false })
        {
            _unfinished.Add(write);
            return;
        }

        if (write is PendingAppend { Result: AppendOutcome.Conflict })
        {
            _instruments?.OnConflict();
        }

        write.Publish();
    }

    private void FailBatch(SqliteException e)
    {
        // Once per episode, not once per batch: a full disk fails many.
        if (!_failing)
        {
            LogCommitFailed(_file.Path, e.SqliteErrorCode, e);
            _failing = true;
        }

        foreach (var write in _batch)
        {
            Fail(write, e);
        }
    }

    private void Fail(PendingWrite write, SqliteException e)
    {
        _instruments?.OnFailed();
        write.Fail(SqliteErrors.Translate(e, _file.Path, write.Stream, (write as PendingAppend)?.ExpectedSeq + 1));
    }

    private SqliteWriteConnection Connect() => _connection ??= _file.OpenWriter();

    private void Replace(SqliteException e)
    {
        if (SqliteErrors.SpoilsConnection(e))
        {
            _connection?.Dispose();
            _connection = null;
        }
    }
}
