using Itori.Journal.Commits;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Itori.Journal.Postgres;

/// <summary>
/// One of a few committing loops. A stream always goes to the same one, so its appends keep their order. Each round sends everything that
/// gathered during the last as one command.
/// </summary>
internal sealed partial class PostgresLane : IAsyncDisposable
{
    /// <summary>Streams whose row is remembered; beyond it all are looked up anew.</summary>
    private const int RememberedStreams = 16_384;

    private readonly NpgsqlDataSource _source;
    private readonly JournalOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly JournalInstruments? _instruments;
    private readonly ILogger _logger;
    private readonly CommitQueue<PendingAppend> _queue;
    private readonly Task _run;

    // Appends in the order they came: the round's own and those that wait for a later one.
    private List<PendingAppend> _batch = [];
    private List<PendingAppend> _later = [];

    // What committed appends told. A stream's row is never removed; where another server knows it under another id, the append finds out.
    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);
    private bool _failing;
    private volatile bool _committing;

    public PostgresLane(NpgsqlDataSource source, JournalOptions options, TimeProvider timeProvider, JournalInstruments? instruments, ILogger logger)
    {
        _source = source;
        _options = options;
        _timeProvider = timeProvider;
        _instruments = instruments;
        _logger = logger;
        _queue = new CommitQueue<PendingAppend>(options.MaxQueuedBytes / options.WriteConnections);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Whether a command is under way.</summary>
    public bool IsCommitting => _committing;

    public ValueTask<AppendOutcome> SubmitAsync(PendingAppend append, CancellationToken ct) => _queue.SubmitAsync<PendingAppend, AppendOutcome>(append, ct);

    /// <summary>Commits what is queued, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _run.ConfigureAwait(false);
        _queue.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (_batch.Count > 0 || await _queue.WaitAsync().ConfigureAwait(false))
            {
                _queue.Take(_batch, _options.MaxBatchAppends, _options.MaxBatchBytes);
                if (_batch.Count > 0)
                {
                    _committing = true;
                    await RoundAsync().ConfigureAwait(false);
                    _committing = false;
                }

                (_batch, _later) = (_later, _batch);
                _later.Clear();
            }
        }
        catch (Exception e)
        {
            // A fault of this code. Nobody would ever answer the callers again, so tell them, and every later one, at once.
            LogWriterFailed(e);
            var reason = new JournalUnavailableException("The journal's writer has failed; restart the process.", e);
            _queue.Abandon(reason);
            foreach (var append in _batch.Concat(_later))
            {
                append.Fail(reason);
            }
        }
    }

    private async Task RoundAsync()
    {
        var chains = AppendChain.Build(_batch, _later);
        if (await TryCommitAsync(chains).ConfigureAwait(false) is not { } error)
        {
            return;
        }

        if (chains.Count > 1 && PostgresErrors.ConcernsOneWrite(error))
        {
            foreach (var chain in chains)
            {
                if (await TryCommitAsync([chain]).ConfigureAwait(false) is { } own)
                {
                    Fail(chain, own);
                }
            }

            return;
        }

        // Once per episode, not once per round: a database that is down fails many.
        if (!_failing)
        {
            LogCommitFailed(error.SqlState ?? "no answer", error);
            _failing = true;
        }

        foreach (var chain in chains)
        {
            Fail(chain, error);
        }
    }

    private async Task<NpgsqlException?> TryCommitAsync(List<AppendChain> chains)
    {
        var start = _timeProvider.GetTimestamp();
        var byId = FindIds(chains);
        long[] won;
        try
        {
            // No token: an append that was claimed reports its true outcome. CommandTimeout bounds the wait.
            won = await PostgresAppend.ExecuteAsync(_source, chains, byId).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            return e;
        }

        _failing = false;
        _instruments?.OnCommitted(chains.Sum(static c => c.Members.Count), _timeProvider.GetElapsedTime(start));
        for (var i = 0; i < chains.Count; i++)
        {
            if (won[i] != 0)
            {
                Remember(chains[i].Stream, won[i]);
            }

            Finish(chains[i], won[i] != 0, byId);
        }

        return null;
    }

    /// <returns>Whether all of them are known; a single new one has the batch written by names.</returns>
    private bool FindIds(List<AppendChain> chains)
    {
        foreach (var chain in chains)
        {
            if (!_ids.TryGetValue(chain.Stream, out var id))
            {
                return false;
            }

            chain.Id = id;
        }

        return true;
    }

    private void Remember(string stream, long id)
    {
        if (_ids.Count >= RememberedStreams)
        {
            _ids.Clear();
        }

        _ids[stream] = id;
    }

    private void Finish(AppendChain chain, bool won, bool byId)
    {
        if (!won && (byId || chain.Members.Count > 1))
        {
            // Nothing was written. The stream may have another id than is remembered: it is tried by its name. Or which of them conflicts is not known yet: each is tried alone. Before anything that came after.
            _ids.Remove(chain.Stream);
            foreach (var member in chain.Members)
            {
                member.IsAlone |= !byId;
            }

            _later.InsertRange(AppendChain.PlaceOf(chain, _later), chain.Members);
            return;
        }

        foreach (var member in chain.Members)
        {
            member.Result = won ? AppendOutcome.Appended : AppendOutcome.Conflict;
            if (!won)
            {
                _instruments?.OnConflict();
            }

            member.Publish();
        }
    }

    private void Fail(AppendChain chain, NpgsqlException e)
    {
        foreach (var member in chain.Members)
        {
            _instruments?.OnFailed();
            member.Fail(PostgresErrors.Translate(e, member.Stream, member.ExpectedSeq + 1));
        }
    }
}
