using Orleans.Streams;

namespace Itori.Streams;

/// <summary>The provider's side in an Orleans client: subscriptions go through Orleans; there is no queue here to publish into.</summary>
internal sealed class SubscribeOnlyStreams(string name) : IQueueAdapterFactory, IQueueAdapter
{
    public string Name => name;

    public bool IsRewindable => false;

    /// <summary>Nominally both, so that publishing arrives at the error below, which says what to do.</summary>
    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        Task.FromException(new NotSupportedException(
            $"Stream provider '{name}' has its queues in the silos: a client can subscribe, but only a grain can publish. Call a grain that publishes to {streamId}."));

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => throw OnlyInSilos();

    public IQueueAdapterCache GetQueueAdapterCache() => throw OnlyInSilos();

    public IStreamQueueMapper GetStreamQueueMapper() => throw OnlyInSilos();

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => throw OnlyInSilos();

    private NotSupportedException OnlyInSilos() => new($"Stream provider '{name}' has its queues and agents in the silos, not in a client.");
}
