using System.Diagnostics.Metrics;

namespace Itori.Streams;

/// <summary>The counters of one stream provider.</summary>
internal sealed class StreamsInstruments
{
    public const string MeterName = "Itori.Streams";
    public const string Published = "itori.streams.published";
    public const string Delivered = "itori.streams.delivered";
    public const string Dropped = "itori.streams.dropped";
    public const string Cached = "itori.streams.cached";

    private static readonly KeyValuePair<string, object?> QueueFull = new("reason", "queue_full");
    private static readonly KeyValuePair<string, object?> SubscriberBehind = new("reason", "subscriber_behind");
    private static readonly KeyValuePair<string, object?> DeliveryFailed = new("reason", "delivery_failed");

    private readonly Counter<long> _published;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _dropped;
    private readonly UpDownCounter<long> _cached;
    private readonly KeyValuePair<string, object?> _provider;

    public StreamsInstruments(IMeterFactory meters, string provider)
    {
        var meter = meters.Create(MeterName);
        _published = meter.CreateCounter<long>(Published, "{event}", "Events that grains of this silo published.");
        _delivered = meter.CreateCounter<long>(Delivered, "{event}", "Events handed to a subscription, once for each.");
        _dropped = meter.CreateCounter<long>(Dropped, "{event}", "Events lost at a bound; by subscription unless the queue itself was full.");
        _cached = meter.CreateUpDownCounter<long>(Cached, "{event}", "Events held for subscribers.");
        _provider = new("provider", provider);
    }

    public void OnPublished(int events) => _published.Add(events, _provider);

    public void OnDelivered(int events) => _delivered.Add(events, _provider);

    public void OnQueueFull() => _dropped.Add(1, _provider, QueueFull);

    public void OnSubscriberBehind(long events) => _dropped.Add(events, _provider, SubscriberBehind);

    public void OnDeliveryFailed(int events) => _dropped.Add(events, _provider, DeliveryFailed);

    public void OnCachedChanged(int events) => _cached.Add(events, _provider);
}
