using System.Diagnostics.Metrics;

namespace Itori.Journal;

/// <summary>The journal's metrics. None is tagged: a stream's name would make as many series as there are streams.</summary>
internal sealed class JournalInstruments
{
    public const string MeterName = "Itori.Journal";
    public const string CommitDuration = "itori.journal.commit.duration";
    public const string CommitWrites = "itori.journal.commit.writes";
    public const string Conflicts = "itori.journal.conflicts";
    public const string Failures = "itori.journal.failures";

    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _writes;
    private readonly Counter<long> _conflicts;
    private readonly Counter<long> _failures;

    public JournalInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _duration = meter.CreateHistogram<double>(CommitDuration, "s", "Time of one transaction, sync to disk included.");
        _writes = meter.CreateHistogram<int>(CommitWrites, "{write}", "Writes that shared one transaction.");
        _conflicts = meter.CreateCounter<long>(Conflicts, "{append}", "Appends that lost against another writer.");
        _failures = meter.CreateCounter<long>(Failures, "{write}", "Writes that ended with an error of the store.");
    }

    public void OnCommitted(int writes, TimeSpan duration)
    {
        _duration.Record(duration.TotalSeconds);
        _writes.Record(writes);
    }

    public void OnConflict() => _conflicts.Add(1);

    public void OnFailed() => _failures.Add(1);
}
