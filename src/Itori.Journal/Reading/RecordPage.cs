namespace Itori.Journal.Reading;

/// <summary>What one query found: the stream's ends and a dense run of records, all from one consistent view.</summary>
internal readonly record struct RecordPage(JournalHead Head, IReadOnlyList<JournalRecord> Records)
{
    public static readonly JournalHead Nothing = new(0, 1);
}

/// <summary>Builds a page row by row and refuses a run that is not dense or whose rows are not what was written. Both stores read through it.</summary>
internal sealed class RecordPageBuilder(string stream, long afterSeq, int limit)
{
    private readonly List<JournalRecord> _records = [];
    private JournalHead _head = RecordPage.Nothing;
    private long _next = afterSeq + 1;

    public long Bytes { get; private set; }

    public void Begin(long headSeq, long firstSeq)
    {
        _head = new JournalHead(headSeq, firstSeq);
        _next = Math.Max(afterSeq + 1, firstSeq);
    }

    public void Add(long seq, string type, int version, long timestamp, uint checksum, byte[] body)
    {
        if (seq != _next)
        {
            throw Missing(_next);
        }

        var record = new JournalRecord { Seq = seq, Type = type, Version = version, Timestamp = timestamp, Body = body };
        if (RowChecksum.Of(stream, record) != checksum)
        {
            throw new JournalCorruptException(stream, seq,
                $"Record {seq} of stream '{stream}' is damaged: its checksum is wrong. Restore the journal from a backup; records before it can still be read.");
        }

        _records.Add(record);
        _next++;
        Bytes += body.Length;
    }

    /// <param name="cutShort">The query ended for the page's size, so rows may follow.</param>
    public RecordPage Complete(bool cutShort)
    {
        if (!cutShort && _records.Count < limit && _next <= _head.Seq)
        {
            throw Missing(_next);
        }

        return new RecordPage(_head, _records);
    }

    private JournalCorruptException Missing(long seq) => new(stream, seq,
        $"Record {seq} of stream '{stream}' is missing though the stream's head is {_head.Seq}. Restore the journal from a backup; records before it can still be read.");
}

/// <summary>A long read as a row of pages.</summary>
internal static class PagedRead
{
    /// <param name="readPage">Reads the page after a seq.</param>
    /// <param name="stream">The stream's name.</param>
    /// <param name="afterSeq">Where to begin.</param>
    /// <param name="ct">Ends the read between pages, or within one where the store can.</param>
    public static async IAsyncEnumerable<JournalRecord> RunAsync(
        Func<long, CancellationToken, ValueTask<RecordPage>> readPage,
        string stream,
        long afterSeq,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var page = await readPage(afterSeq, ct).ConfigureAwait(false);

        // The end is fixed here: a reader that is slower than the writer would never be done.
        var through = page.Head.Seq;
        while (page.Records.Count > 0)
        {
            foreach (var record in page.Records)
            {
                if (record.Seq > through)
                {
                    yield break;
                }

                yield return record;
                afterSeq = record.Seq;
            }

            if (afterSeq >= through)
            {
                yield break;
            }

            page = await readPage(afterSeq, ct).ConfigureAwait(false);
            if (page.Head.FirstSeq > afterSeq + 1)
            {
                throw new JournalTrimmedException(stream, afterSeq + 1, page.Head.FirstSeq);
            }
        }
    }
}

/// <summary>Checks a snapshot's row.</summary>
internal static class SnapshotRow
{
    public static JournalSnapshot Verify(string stream, JournalSnapshot snapshot, uint checksum) =>
        RowChecksum.Of(stream, snapshot) == checksum
            ? snapshot
            : throw new JournalCorruptException(stream, snapshot.Seq,
                $"The snapshot of stream '{stream}' at {snapshot.Seq} is damaged: its checksum is wrong. Restore the journal from a backup, or delete the snapshot if records from 1 on are kept.");
}
