using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Itori.Journal.Hosting;

/// <summary>
/// The host's journal: opened, migrated and proven writable before any other hosted service starts, closed after all of them have stopped.
/// </summary>
internal sealed partial class HostedJournal(
    IOptions<JournalOptions> options, TimeProvider timeProvider, JournalInstruments instruments, ILogger<HostedJournal> logger)
    : IJournal, IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromMilliseconds(500);

    private IJournal? _store;

    private IJournal Store => _store ?? throw new InvalidOperationException("The journal is not open: it opens when the host starts.");

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var start = timeProvider.GetTimestamp();
        string? said = null;
        while (true)
        {
            try
            {
                _store = await OpenAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (JournalException e) when (e.IsTransient && timeProvider.GetElapsedTime(start) < options.Value.OpenTimeout)
            {
                // A database that starts together with this process is often a little later.
                if (e.Message != said)
                {
                    said = e.Message;
                    LogOpenRetried(options.Value.OpenTimeout.TotalSeconds, said);
                }
            }

            await Task.Delay(s_retryDelay, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Last of all: services that stop still write.
    public Task StoppedAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _store is IAsyncDisposable store ? store.DisposeAsync() : ValueTask.CompletedTask;

    public ValueTask<AppendOutcome> AppendAsync(string stream, long expectedSeq, IReadOnlyList<JournalRecord> records, CancellationToken ct) =>
        Store.AppendAsync(stream, expectedSeq, records, ct);

    public IAsyncEnumerable<JournalRecord> ReadAsync(string stream, long afterSeq, CancellationToken ct) =>
        Store.ReadAsync(stream, afterSeq, ct);

    public ValueTask<IReadOnlyList<JournalRecord>> ReadPageAsync(string stream, long afterSeq, int limit, CancellationToken ct) =>
        Store.ReadPageAsync(stream, afterSeq, limit, ct);

    public ValueTask<JournalHead> ReadHeadAsync(string stream, CancellationToken ct) => Store.ReadHeadAsync(stream, ct);

    public ValueTask<JournalSnapshot?> ReadSnapshotAsync(string stream, CancellationToken ct) => Store.ReadSnapshotAsync(stream, ct);

    public ValueTask WriteSnapshotAsync(string stream, JournalSnapshot snapshot, CancellationToken ct) => Store.WriteSnapshotAsync(stream, snapshot, ct);

    public ValueTask TrimAsync(string stream, long throughSeq, CancellationToken ct) => Store.TrimAsync(stream, throughSeq, ct);

    private async ValueTask<IJournal> OpenAsync(CancellationToken ct) => string.IsNullOrWhiteSpace(options.Value.ConnectionString)
        ? await SqliteJournal.OpenAsync(options.Value, timeProvider, instruments, logger, ct).ConfigureAwait(false)
        : await PostgresJournal.OpenAsync(options.Value, timeProvider, instruments, logger, ct).ConfigureAwait(false);

    [LoggerMessage(JournalEventIds.OpenRetried, LogLevel.Warning, "The journal cannot be opened yet and is tried again for {Seconds} s: {Reason}")]
    private partial void LogOpenRetried(double seconds, string reason);
}
