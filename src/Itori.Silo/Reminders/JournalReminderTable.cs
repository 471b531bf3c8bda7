using Itori.Journal;

namespace Itori.Silo.Reminders;

/// <summary>
/// Orleans' table of reminders on the journal, for a silo without PostgreSQL: one stream, one record per change, everything in memory. An etag is the seq of the
/// record that set the reminder, so it is never given twice.
/// <para>
/// Memory shows what is stored and nothing else: a change is applied after its append, and a read first takes in what the journal has beyond it (another silo
/// on the same journal, or an append of which it was not known whether it had been stored).
/// </para>
/// </summary>
internal sealed partial class JournalReminderTable(IJournal journal, TimeProvider time, ILogger<JournalReminderTable> logger) : IReminderTable, IDisposable
{
    public const string Stream = "reminders";

    /// <summary>A snapshot is due after so many changes, or after as many as there are reminders: what it costs is spread over them.</summary>
    internal const int ChangesPerSnapshot = 1_000;

    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<(GrainId Grain, string Name), ReminderEntry> reminders = [];
    private long seq;
    private long lastSnapshot;

    public Task StartAsync(CancellationToken cancellationToken) => InTurn(() => Task.FromResult(true), cancellationToken);

    public Task<ReminderTableData> ReadRows(GrainId grainId, CancellationToken cancellationToken) => Select(entry => entry.GrainId == grainId, cancellationToken);

    public Task<ReminderTableData> ReadRows(uint begin, uint end, CancellationToken cancellationToken) => Select(
        entry =>
        {
            var hash = entry.GrainId.GetUniformHashCode();
            return begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
        },
        cancellationToken);

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName, CancellationToken cancellationToken) =>
        InTurn(() => Task.FromResult(reminders.TryGetValue((grainId, reminderName), out var entry) ? Copy(entry) : null), cancellationToken);

    public Task<string?> UpsertRow(ReminderEntry entry, CancellationToken cancellationToken)
    {
        var body = ReminderRecords.Encode(entry);
        return InTurn<string?>(
            async () =>
            {
                while (!await TryAppend(ReminderRecords.Set, body, cancellationToken))
                {
                    await CatchUp(cancellationToken);
                }

                return ReminderRecords.ETagOf(seq);
            },
            cancellationToken);
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag, CancellationToken cancellationToken)
    {
        var body = ReminderRecords.Encode(grainId, reminderName);
        return InTurn(
            async () =>
            {
                while (reminders.TryGetValue((grainId, reminderName), out var entry) && entry.ETag == eTag)
                {
                    if (await TryAppend(ReminderRecords.Removed, body, cancellationToken))
                    {
                        return true;
                    }

                    await CatchUp(cancellationToken);
                }

                return false;
            },
            cancellationToken);
    }

    public Task TestOnlyClearTable(CancellationToken cancellationToken) => InTurn(
        async () =>
        {
            while (!await TryAppend(ReminderRecords.Cleared, "{}"u8.ToArray(), cancellationToken))
            {
                await CatchUp(cancellationToken);
            }

            return true;
        },
        cancellationToken);

    // The interface has each member twice; these are older.
    public Task<ReminderTableData> ReadRows(GrainId grainId) => ReadRows(grainId, CancellationToken.None);

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => ReadRows(begin, end, CancellationToken.None);

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => ReadRow(grainId, reminderName, CancellationToken.None);

    public Task<string?> UpsertRow(ReminderEntry entry) => UpsertRow(entry, CancellationToken.None);

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => RemoveRow(grainId, reminderName, eTag, CancellationToken.None);

    public Task TestOnlyClearTable() => TestOnlyClearTable(CancellationToken.None);

    public void Dispose() => turn.Dispose();

    private Task<ReminderTableData> Select(Func<ReminderEntry, bool> which, CancellationToken cancellation) =>
        InTurn(() => Task.FromResult(new ReminderTableData(reminders.Values.Where(which).Select(Copy))), cancellation);

    /// <summary>The caller may change what it is given.</summary>
    private static ReminderEntry Copy(ReminderEntry entry) => new()
    {
        GrainId = entry.GrainId,
        ReminderName = entry.ReminderName,
        StartAt = entry.StartAt,
        Period = entry.Period,
        ETag = entry.ETag,
    };

    private async Task<T> InTurn<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            await CatchUp(cancellation);
            return await work();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>False where the journal has more than is known here.</summary>
    private async Task<bool> TryAppend(string type, byte[] body, CancellationToken cancellation)
    {
        var record = new JournalRecord { Seq = seq + 1, Type = type, Version = ReminderRecords.Version, Timestamp = time.GetUtcNow().ToUnixTimeMilliseconds(), Body = body };
        if (await journal.AppendAsync(Stream, seq, [record], cancellation) == AppendOutcome.Conflict)
        {
            return false;
        }

        Apply(record);
        if (seq - lastSnapshot >= Math.Max(ChangesPerSnapshot, reminders.Count))
        {
            await Snapshot();
        }

        return true;
    }

    private async Task Snapshot()
    {
        try
        {
            await journal.WriteSnapshotAsync(Stream, new JournalSnapshot(seq, ReminderRecords.Snapshot, ReminderRecords.Version, ReminderRecords.Encode(reminders.Values)), CancellationToken.None);
            lastSnapshot = seq;
            await journal.TrimAsync(Stream, seq, CancellationToken.None);
        }
        catch (JournalException e)
        {
            // The change is stored, which is what its caller asks; the next one tries again.
            LogSnapshotFailed(e.Message);
        }
    }

    private async Task CatchUp(CancellationToken cancellation)
    {
        var head = await journal.ReadHeadAsync(Stream, cancellation);
        if (head.Seq == seq)
        {
            return;
        }

        if (head.FirstSeq > seq + 1 || seq == 0)
        {
            await Restore(cancellation);
        }

        await foreach (var record in journal.ReadAsync(Stream, seq, cancellation))
        {
            if (record.Seq != seq + 1)
            {
                // Trimmed just now by another silo; the caller is told, and the next call begins with the snapshot.
                throw new JournalTrimmedException(Stream, seq + 1, record.Seq);
            }

            Apply(record);
        }
    }

    private async Task Restore(CancellationToken cancellation)
    {
        if (await journal.ReadSnapshotAsync(Stream, cancellation) is not { } snapshot)
        {
            return;
        }

        if (snapshot.Type != ReminderRecords.Snapshot)
        {
            throw ReminderRecords.Unknown(Stream, snapshot.Seq, snapshot.Type, snapshot.Version);
        }

        List<ReminderEntry> kept = [.. ReminderRecords.Decode(Stream, snapshot)];
        reminders.Clear();
        foreach (var entry in kept)
        {
            reminders[(entry.GrainId, entry.ReminderName)] = entry;
        }

        seq = lastSnapshot = snapshot.Seq;
    }

    private void Apply(JournalRecord record)
    {
        switch (record.Type)
        {
            case ReminderRecords.Set:
                var entry = ReminderRecords.DecodeSet(Stream, record);
                reminders[(entry.GrainId, entry.ReminderName)] = entry;
                break;
            case ReminderRecords.Removed:
                reminders.Remove(ReminderRecords.DecodeRemoved(Stream, record));
                break;
            case ReminderRecords.Cleared when record.Version == ReminderRecords.Version:
                reminders.Clear();
                break;
            default:
                throw ReminderRecords.Unknown(Stream, record.Seq, record.Type, record.Version);
        }

        seq = record.Seq;
    }

    [LoggerMessage(9010, LogLevel.Warning, "A snapshot of the reminders could not be written ({Reason}); the next change tries again.")]
    private partial void LogSnapshotFailed(string reason);
}
