using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Itori.Journal.Tests.Specification;

/// <summary>Counts what one journal reports: transactions, the writes in the largest, conflicts, failures.</summary>
internal sealed class CommitMeter : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private long _conflicts;
    private long _failures;

    public CommitMeter()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        Instruments = new JournalInstruments(factory);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((_, value, _, _) =>
        {
            lock (Commits)
            {
                Commits.Add(value);
            }
        });
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            Interlocked.Add(ref instrument.Name == JournalInstruments.Conflicts ? ref _conflicts : ref _failures, value));
        _listener.Start();
    }

    public JournalInstruments Instruments { get; }

    /// <summary>Writes per transaction, in the order of commits.</summary>
    public List<int> Commits { get; } = [];

    public long Conflicts => Interlocked.Read(ref _conflicts);

    public long Failures => Interlocked.Read(ref _failures);

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }
}
