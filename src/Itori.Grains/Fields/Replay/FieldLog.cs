using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Journal;

namespace Itori.Grains.Fields.Replay;

/// <summary>
/// The marks of one field: a stream <c>field:ID</c> of the journal. Between two marks a field is a function of the first one and of the graph's events, so the log is small, and losing it loses nothing that people wrote:
/// replays then know the graph but not how its phases were.
/// </summary>
internal sealed class FieldLog(IJournal journal, string graphId)
{
    private const string TurningType = "field_turning";
    private const string RestingType = "field_resting";
    private const string TrimType = "field_trim";

    /// <summary>Old marks removed with each new one: more than one, so that a log that was kept longer before gets shorter.</summary>
    private const int TrimsAtOnce = 4;

    private readonly string stream = TopicName.Field(graphId).ToString();

    /// <summary>The newest mark, or null.</summary>
    /// <exception cref="UnknownRecordException">It was written by a newer version of the code, or is damaged.</exception>
    public async Task<FieldMark?> Newest(CancellationToken ct)
    {
        var head = await journal.ReadHeadAsync(stream, ct);
        return head.Seq < head.FirstSeq ? null : Decode(await Read(head.Seq, ct));
    }

    /// <summary>The newest mark at or before a moment, or null.</summary>
    public async Task<FieldMark?> At(long timestamp, CancellationToken ct)
    {
        var head = await journal.ReadHeadAsync(stream, ct);
        JournalRecord? found = null;
        var (low, high) = (head.FirstSeq, head.Seq);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            var record = await Read(middle, ct);
            if (record.Timestamp <= timestamp)
            {
                (found, low) = (record, record.Seq + 1);
            }
            else
            {
                high = middle - 1;
            }
        }

        return found is null ? null : Decode(found);
    }

    /// <summary>Adds a mark behind <paramref name="after"/>.</summary>
    /// <returns>Its place; null where another activation of the field wrote meanwhile.</returns>
    public async Task<long?> Add(long after, FieldBody body, bool turning, long timestamp, CancellationToken ct)
    {
        // A large field takes a tenth of a second to pack; its frames do not wait for that.
        var packed = await Task.Run(() => FieldBodyCodec.Encode(body), ct);
        var record = new JournalRecord
        {
            Seq = after + 1,
            Type = turning ? TurningType : RestingType,
            Version = FieldBodyCodec.Version,
            Timestamp = timestamp,
            Body = packed,
        };
        return await journal.AppendAsync(stream, after, [record], ct) == AppendOutcome.Appended ? record.Seq : null;
    }

    /// <summary>The place of the newest mark; 0 for none.</summary>
    public async Task<long> Head(CancellationToken ct) => (await journal.ReadHeadAsync(stream, ct)).Seq;

    /// <summary>Removes marks that are older than a moment, the oldest first and a few at a time; the newest mark always stays.</summary>
    public async Task Forget(long before, CancellationToken ct)
    {
        var head = await journal.ReadHeadAsync(stream, ct);
        var through = head.FirstSeq - 1;
        while (through - head.FirstSeq + 1 < TrimsAtOnce && through + 1 < head.Seq && (await Read(through + 1, ct)).Timestamp < before)
        {
            through++;
        }

        if (through >= head.FirstSeq)
        {
            // The journal removes only what a snapshot covers; a log has nothing to sum up, so it is empty.
            await journal.WriteSnapshotAsync(stream, new JournalSnapshot(through, TrimType, FieldBodyCodec.Version, ReadOnlyMemory<byte>.Empty), ct);
            await journal.TrimAsync(stream, through, ct);
        }
    }

    private async Task<JournalRecord> Read(long seq, CancellationToken ct) => (await journal.ReadPageAsync(stream, seq - 1, 1, ct))[0];

    private FieldMark Decode(JournalRecord record)
    {
        if (record.Version != FieldBodyCodec.Version || record.Type is not (TurningType or RestingType))
        {
            throw new UnknownRecordException(stream, record.Seq, record.Type, record.Version);
        }

        try
        {
            return new FieldMark(record.Seq, record.Timestamp, record.Type == TurningType, FieldBodyCodec.Decode(record.Body));
        }
        catch (InvalidDataException)
        {
            throw new UnknownRecordException(stream, record.Seq, record.Type, record.Version);
        }
    }
}
