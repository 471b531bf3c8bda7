using System.Collections.Concurrent;
using Itori.Journal;

namespace Itori.Grains.Tests.Cluster;

/// <summary>The real journal, made to fail for the streams that a test names.</summary>
internal sealed class UnreliableJournal(IJournal store) : IJournal
{
    private readonly ConcurrentDictionary<string, Failure> failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (Failure When, TaskCompletionSource Begun, Task End)> waits = new(StringComparer.Ordinal);

    public enum Failure
    {
        /// <summary>Nothing is written.</summary>
        Before,

        /// <summary>All is written, but nobody hears of it.</summary>
        After,
    }

    /// <summary>Neither reads nor writes are answered.</summary>
    public bool IsAway { get; set; }

    /// <summary>The stream's next append fails.</summary>
    public void FailNext(string stream, Failure failure = Failure.Before) => failures[stream] = failure;

    /// <summary>The stream's next append takes until <paramref name="end"/>, before or after it is written. The returned task ends when it waits.</summary>
    public Task HoldNext(string stream, Failure when, Task end)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waits[stream] = (when, begun, end);
        return begun.Task;
    }

    public async ValueTask<AppendOutcome> AppendAsync(string stream, long expectedSeq, IReadOnlyList<JournalRecord> records, CancellationToken ct)
    {
        CheckThere();
        if (waits.TryRemove(stream, out var wait))
        {
            var written = wait.When is Failure.After ? await store.AppendAsync(stream, expectedSeq, records, ct) : (AppendOutcome?)null;
            wait.Begun.SetResult();
            await wait.End.WaitAsync(ct);
            return written ?? await store.AppendAsync(stream, expectedSeq, records, ct);
        }

        if (!failures.TryRemove(stream, out var failure))
        {
            return await store.AppendAsync(stream, expectedSeq, records, ct);
        }

        if (failure == Failure.After)
        {
            await store.AppendAsync(stream, expectedSeq, records, ct);
        }

        throw new JournalUnavailableException("The disk is full, says the test.");
    }

    private IJournal There
    {
        get
        {
            CheckThere();
            return store;
        }
    }

    public IAsyncEnumerable<JournalRecord> ReadAsync(string stream, long afterSeq, CancellationToken ct) => There.ReadAsync(stream, afterSeq, ct);

    public ValueTask<IReadOnlyList<JournalRecord>> ReadPageAsync(string stream, long afterSeq, int limit, CancellationToken ct) =>
        There.ReadPageAsync(stream, afterSeq, limit, ct);

    public ValueTask<JournalHead> ReadHeadAsync(string stream, CancellationToken ct) => There.ReadHeadAsync(stream, ct);

    public ValueTask<JournalSnapshot?> ReadSnapshotAsync(string stream, CancellationToken ct) => There.ReadSnapshotAsync(stream, ct);

    public ValueTask WriteSnapshotAsync(string stream, JournalSnapshot snapshot, CancellationToken ct) => store.WriteSnapshotAsync(stream, snapshot, ct);

    public ValueTask TrimAsync(string stream, long throughSeq, CancellationToken ct) => store.TrimAsync(stream, throughSeq, ct);

    private void CheckThere()
    {
        if (IsAway)
        {
            throw new JournalUnavailableException("The database is away, says the test.");
        }
    }
}
