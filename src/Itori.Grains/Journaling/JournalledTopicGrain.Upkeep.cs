using Itori.Journal;

namespace Itori.Grains.Journaling;

/// <summary>Snapshots, which bound what an activation replays, and the removal of history that is not to be kept. Beside the writing: nobody waits for it.</summary>
internal abstract partial class JournalledTopicGrain
{
    /// <summary>Bytes of events after a snapshot that are worth another one, however few they are.</summary>
    private const long LeastBytesPerSnapshot = 256 * 1024;

    /// <summary>Bytes of events up to which an activation may read more than twice its state, so that less is written.</summary>
    private const long LittleToRead = 1024 * 1024;

    private const int RetentionPages = 64;
    private const int RetentionPage = 256;
    private static readonly TimeSpan FirstRetention = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetentionPeriod = TimeSpan.FromMinutes(10);

    private Task upkeep = Task.CompletedTask;
    private (long Seq, Task<JournalSnapshot> Snapshot)? prepared;
    private long lastSnapshot;
    private long storedSnapshot;
    private long snapshotBytes;
    private long bytesSince;

    // By bytes as well, for they are what time goes into: after a snapshot an activation reads as many as that waits for, or a thousand short events.
    private bool IsSnapshotDue => tail.Head > lastSnapshot && bytesSince >= SnapshotWaitsFor(snapshotBytes)
        && (tail.Head - lastSnapshot >= options.EventsPerSnapshot || bytesSince >= LeastBytesPerSnapshot);

    /// <summary>
    /// Bytes of events after a snapshot before which no other is made. Four times its own as long as that is little to read, so that small snapshots are at most a fifth of what is written; its own where it is large, for what an
    /// activation reads is to stay within twice the state: at most half of what is written, then.
    /// </summary>
    internal static long SnapshotWaitsFor(long snapshotBytes) => Math.Max(snapshotBytes, Math.Min(4 * snapshotBytes, LittleToRead));

    private void SnapshotIfDue()
    {
        // State is ahead of the journal while there is work, for ever under steady load: a snapshot is taken of what is decided and written once that is stored.
        if (prepared is null && IsSnapshotDue)
        {
            prepared = (seq, Prepare(seq));
            bytesSince = 0;
        }

        if (upkeep.IsCompleted && prepared?.Seq <= tail.Head)
        {
            upkeep = KeepUp();
        }
    }

    private Task<JournalSnapshot> Prepare(long at) => Task.Run(TakeSnapshot(at));

    private Task Retain(CancellationToken cancellation)
    {
        if (upkeep.IsCompleted)
        {
            upkeep = KeepUp();
        }

        return upkeep;
    }

    private async Task KeepUp()
    {
        try
        {
            do
            {
                if (prepared is { } ready && ready.Seq <= tail.Head)
                {
                    lastSnapshot = ready.Seq;
                    prepared = null;
                    var snapshot = await ready.Snapshot;
                    snapshotBytes = snapshot.Body.Length;
                    await Write(snapshot);
                }

                await Trim();
            }
            while (prepared?.Seq <= tail.Head);
        }
        catch (Exception e) when (e is JournalException or OrleansException or OperationCanceledException)
        {
            // Replay takes longer and history is longer, nothing else: the events are all there.
            LogUpkeepFailed(logger, JournalStream, e.Message);
        }
    }

    private async Task Write(JournalSnapshot snapshot)
    {
        await journal.WriteSnapshotAsync(JournalStream, snapshot, Lifetime);
        storedSnapshot = snapshot.Seq;
    }

    private async Task Trim()
    {
        var retention = options.RetentionOf(Topic);
        var through = retention.KeepEvents > 0 ? tail.Head - retention.KeepEvents : 0;
        if (retention.KeepFor > TimeSpan.Zero)
        {
            through = Math.Max(through, await LastBefore(Now - (long)retention.KeepFor.TotalMilliseconds));
        }

        if (through < firstKept)
        {
            return;
        }

        if (through > storedSnapshot)
        {
            // What is removed must be in a snapshot.
            var snapshot = await Prepare(seq);
            await WhenStored(snapshot.Seq);
            lastSnapshot = Math.Max(lastSnapshot, snapshot.Seq);
            await Write(snapshot);
        }

        // Told first, done then: a reader that is refused loses nothing, one that finds a hole would.
        firstKept = through + 1;
        await journal.TrimAsync(JournalStream, through, Lifetime);
        LogTrimmed(logger, JournalStream, through);
    }

    /// <summary>The last event that is older than a time, as far as a bounded look finds it; the next look goes on there.</summary>
    private async Task<long> LastBefore(long time)
    {
        var last = firstKept - 1;
        for (var pages = 0; pages < RetentionPages; pages++)
        {
            var page = await journal.ReadPageAsync(JournalStream, last, RetentionPage, Lifetime);
            foreach (var record in page)
            {
                if (record.Timestamp >= time || record.Seq > tail.Head)
                {
                    return last;
                }

                last = record.Seq;
            }

            if (page.Count == 0)
            {
                break;
            }
        }

        return last;
    }
}
