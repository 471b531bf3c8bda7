using System.Diagnostics.Metrics;

namespace Itori.Journal.Benchmarks.Hosting;

/// <summary>How a run's commits were made on average, with some of their bodies.</summary>
/// <param name="AppendsPerCommit">Streams that shared a transaction.</param>
/// <param name="RecordsPerAppend">Records of one stream in a transaction.</param>
/// <param name="Bodies">Bodies that were written, a sample.</param>
internal sealed record CommitShape(double AppendsPerCommit, double RecordsPerAppend, byte[][] Bodies)
{
    public int Appends => Math.Max(1, (int)Math.Round(AppendsPerCommit));

    public int Records => Math.Max(1, (int)Math.Round(RecordsPerAppend));
}

/// <summary>The journal, counting what goes through it. How many commits it makes, the journal's own metrics tell.</summary>
internal sealed class MeteredJournal : IJournal, IDisposable
{
    private const int SampleSize = 4_096;
    private const int SampledEvery = 16; // A copy of each would be the journal's cost in what is measured.

    private readonly IJournal _inner;
    private readonly MeterListener _listener = new();
    private readonly byte[][] _sample = new byte[SampleSize][];
    private long _appends;
    private long _records;
    private long _commits;
    private long _seen;

    public MeteredJournal(IJournal inner)
    {
        _inner = inner;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Itori.Journal", Name: "itori.journal.commit.writes" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, _, _, _) => Interlocked.Increment(ref _commits));
        _listener.Start();
    }

    public void Reset()
    {
        Interlocked.Exchange(ref _appends, 0);
        Interlocked.Exchange(ref _records, 0);
        Interlocked.Exchange(ref _commits, 0);
    }

    public CommitShape Shape() => new(
        (double)_appends / Math.Max(1, _commits), (double)_records / Math.Max(1, _appends), [.. _sample.Where(static body => body is not null)]);

    public ValueTask<AppendOutcome> AppendAsync(string stream, long expectedSeq, IReadOnlyList<JournalRecord> records, CancellationToken ct)
    {
        Interlocked.Increment(ref _appends);
        Interlocked.Add(ref _records, records.Count);
        var seen = Interlocked.Increment(ref _seen);
        if (seen % SampledEvery == 0)
        {
            _sample[seen / SampledEvery % SampleSize] = records[0].Body.ToArray();
        }

        return _inner.AppendAsync(stream, expectedSeq, records, ct);
    }

    public IAsyncEnumerable<JournalRecord> ReadAsync(string stream, long afterSeq, CancellationToken ct) => _inner.ReadAsync(stream, afterSeq, ct);

    public ValueTask<IReadOnlyList<JournalRecord>> ReadPageAsync(string stream, long afterSeq, int limit, CancellationToken ct) =>
        _inner.ReadPageAsync(stream, afterSeq, limit, ct);

    public ValueTask<JournalHead> ReadHeadAsync(string stream, CancellationToken ct) => _inner.ReadHeadAsync(stream, ct);

    public ValueTask<JournalSnapshot?> ReadSnapshotAsync(string stream, CancellationToken ct) => _inner.ReadSnapshotAsync(stream, ct);

    public ValueTask WriteSnapshotAsync(string stream, JournalSnapshot snapshot, CancellationToken ct) => _inner.WriteSnapshotAsync(stream, snapshot, ct);

    public ValueTask TrimAsync(string stream, long throughSeq, CancellationToken ct) => _inner.TrimAsync(stream, throughSeq, ct);

    public void Dispose() => _listener.Dispose();
}
