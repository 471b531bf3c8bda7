namespace Itori.Journal.Commits;

/// <summary>
/// A write that waits for its transaction. It is claimed once, by the writer or by its caller's cancellation, whichever is first: so a
/// cancelled write was never begun, and a write that was begun always reports its true outcome.
/// </summary>
internal abstract class PendingWrite(string stream, long bytes)
{
    private const int Waiting = 0;
    private const int Claimed = 1;
    private const int Cancelled = 2;
    private int _state;

    public string Stream { get; } = stream;

    /// <summary>Size of the payload, in bytes.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>The share of the queue's bound that this write holds, until the writer is done with it.</summary>
    public IDisposable? Room { get; set; }

    /// <summary>What withdraws the write when its caller's token is cancelled; ends with the write, for the token may live long.</summary>
    public CancellationTokenRegistration Withdrawal { get; set; }

    public bool TryClaim() => Interlocked.CompareExchange(ref _state, Claimed, Waiting) == Waiting;

    public void TryCancel(CancellationToken ct)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
        {
            SetCancelled(ct);
        }
    }

    /// <summary>Tells the caller what the transaction decided. Call after the commit only.</summary>
    public void Publish()
    {
        SetResult();
        Release();
    }

    public void Fail(Exception reason)
    {
        SetFailure(reason);
        Release();
    }

    private void Release()
    {
        Withdrawal.Unregister();
        Room?.Dispose();
    }

    protected abstract void SetResult();

    protected abstract void SetFailure(Exception reason);

    protected abstract void SetCancelled(CancellationToken ct);
}

/// <summary>A write whose caller awaits a <typeparamref name="TResult"/>.</summary>
internal abstract class PendingWrite<TResult>(string stream, long bytes) : PendingWrite(stream, bytes)
{
    // Asynchronously: the callers' continuations must not run on the writer, which has the next batch to commit.
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => _done.Task;

    /// <summary>Decided inside the transaction, published after it.</summary>
    public TResult? Result { get; set; }

    protected override void SetResult() => _done.TrySetResult(Result!);

    protected override void SetFailure(Exception reason) => _done.TrySetException(reason);

    protected override void SetCancelled(CancellationToken ct) => _done.TrySetCanceled(ct);
}

internal sealed class PendingAppend(string stream, long expectedSeq, IReadOnlyList<JournalRecord> records)
    : PendingWrite<AppendOutcome>(stream, BytesOf(records))
{
    public long ExpectedSeq { get; } = expectedSeq;

    public IReadOnlyList<JournalRecord> Records { get; } = records;

    /// <summary>To be tried without others of its stream: together they conflicted.</summary>
    public bool IsAlone { get; set; }

    public long HeadSeq => ExpectedSeq + Records.Count;

    private static long BytesOf(IReadOnlyList<JournalRecord> records)
    {
        var bytes = 0L;
        for (var i = 0; i < records.Count; i++)
        {
            bytes += records[i].Body.Length;
        }

        return bytes;
    }
}

/// <summary>The result is the stream's head where the snapshot lies beyond it, else null.</summary>
internal sealed class PendingSnapshot(string stream, JournalSnapshot snapshot) : PendingWrite<long?>(stream, snapshot.Body.Length)
{
    public JournalSnapshot Snapshot { get; } = snapshot;
}

/// <summary>The result tells whether the trim is complete; a long one takes several transactions.</summary>
internal sealed class PendingTrim(string stream, long throughSeq) : PendingWrite<bool>(stream, 0)
{
    public long ThroughSeq { get; } = throughSeq;
}
