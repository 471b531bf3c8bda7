using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Streams;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Itori.Streams;

/// <summary>One stream provider of one silo: what Orleans' agents need (queues, receivers, caches) and what grains publish into.</summary>
internal sealed class SiloStreams : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly ItoriStreamOptions _options;
    private readonly StreamsInstruments _instruments;
    private readonly SiloQueues _queues;
    private readonly DeepCopier _copier;
    private readonly TimeProvider _time;
    private readonly ILogger<WindowedCache> _cacheLogger;
    private readonly FailedDeliveries _failures;
    private readonly ConcurrentDictionary<QueueId, WindowedCache> _caches = [];

    public SiloStreams(
        string name, ItoriStreamOptions options, SiloAddress silo, DeepCopier copier, IMeterFactory meters, TimeProvider time, ILoggerFactory loggers)
    {
        Name = name;
        _options = options;
        _copier = copier;
        _time = time;
        _instruments = new StreamsInstruments(meters, name);
        _queues = new SiloQueues(name, silo, options, _instruments);
        _cacheLogger = loggers.CreateLogger<WindowedCache>();
        _failures = new FailedDeliveries(loggers.CreateLogger<FailedDeliveries>());
    }

    public string Name { get; }

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public IStreamQueueBalancer Balancer => _queues;

    /// <summary>Whether all that was published has been acknowledged by its subscribers or lost at a bound.</summary>
    public bool IsDrained => _queues.All.All(queue => queue.IsEmpty) && _caches.Values.All(cache => cache.IsDrained);

    public static SiloStreams Create(IServiceProvider services, string name) => new(
        name,
        services.GetRequiredService<IOptionsMonitor<ItoriStreamOptions>>().Get(name),
        services.GetRequiredService<ILocalSiloDetails>().SiloAddress,
        services.GetRequiredService<DeepCopier>(),
        services.GetRequiredService<IMeterFactory>(),
        services.GetService<TimeProvider>() ?? TimeProvider.System,
        services.GetRequiredService<ILoggerFactory>());

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _queues;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(_failures);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new LongPollingReceiver(_queues.For(queueId), _options.MaxPollWait, _time);

    public IQueueCache CreateQueueCache(QueueId queueId) =>
        _caches[queueId] = new WindowedCache(_queues.For(queueId), _options, _instruments, _time, _cacheLogger);

    /// <summary>Enqueues events of a grain and returns. Immutable events are not copied; others are, once, so that their publisher may go on changing them.</summary>
    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
    {
        var queue = _queues.For(streamId);
        var count = 0;
        foreach (var item in events)
        {
            ArgumentNullException.ThrowIfNull(item, nameof(events));
            queue.Enqueue(streamId, _copier.Copy<object>(item));
            count++;
        }

        _instruments.OnPublished(count);
        return Task.CompletedTask;
    }
}
