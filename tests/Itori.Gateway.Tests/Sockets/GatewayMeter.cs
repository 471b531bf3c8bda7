using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

using Microsoft.Extensions.DependencyInjection;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>What one gateway reports, summed by instrument.</summary>
internal sealed class GatewayMeter : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, long> sums = new(StringComparer.Ordinal);

    public GatewayMeter(TestGateway gateway)
    {
        var factory = gateway.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name == Hosting.GatewayInstruments.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => sums.AddOrUpdate(instrument.Name, value, (_, sum) => instrument.IsObservable ? value : sum + value));
        listener.Start();
    }

    /// <summary>A counter's sum since the meter was made; of what is observed, the value now.</summary>
    public long this[string name]
    {
        get
        {
            listener.RecordObservableInstruments();
            return sums.GetValueOrDefault(name);
        }
    }

    public void Dispose() => listener.Dispose();
}
