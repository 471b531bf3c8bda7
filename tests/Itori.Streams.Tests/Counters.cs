using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Itori.Streams.Tests;

/// <summary>Reads one silo's counters, as an exporter would.</summary>
internal sealed class Counters : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _totals = [];

    public Counters(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StreamsInstruments.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = instrument.Name;
            foreach (var tag in tags)
            {
                key += tag.Key == "reason" ? $" {tag.Value}" : "";
            }

            _totals.AddOrUpdate(key, value, (_, total) => total + value);
        });
        _listener.Start();
    }

    public Counters(IHost silo)
        : this(silo.Services)
    {
    }

    public long Published => Total(StreamsInstruments.Published);

    public long Delivered => Total(StreamsInstruments.Delivered);

    public long Cached => Total(StreamsInstruments.Cached);

    public long QueueFull => Total(StreamsInstruments.Dropped + " queue_full");

    public long SubscriberBehind => Total(StreamsInstruments.Dropped + " subscriber_behind");

    public long DeliveryFailed => Total(StreamsInstruments.Dropped + " delivery_failed");

    public void Dispose() => _listener.Dispose();

    private long Total(string key) => _totals.GetValueOrDefault(key);
}
