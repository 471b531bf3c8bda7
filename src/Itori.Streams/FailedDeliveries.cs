using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Itori.Streams;

/// <summary>
/// Hears of batches that were given up for one subscriber. It stays subscribed: the next batch may reach it, and the events
/// it missed are a hole that it can see. They are counted where their number is known, in <see cref="WindowCursor"/>.
/// </summary>
internal sealed partial class FailedDeliveries(ILogger<FailedDeliveries> logger) : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        LogDeliveryFailed(streamProviderName, streamIdentity, subscriptionId.Guid, sequenceToken);
        return Task.CompletedTask;
    }

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        LogSubscriptionFailed(streamProviderName, streamIdentity, subscriptionId.Guid);
        return Task.CompletedTask;
    }

    [LoggerMessage(9502, LogLevel.Warning, "Stream provider {Provider} gave up a batch of stream {Stream} at {Sequence} for subscription {Subscription}, which did not acknowledge it.")]
    private partial void LogDeliveryFailed(string provider, StreamId stream, Guid subscription, StreamSequenceToken? sequence);

    [LoggerMessage(9503, LogLevel.Warning, "Stream provider {Provider} could not attach subscription {Subscription} to stream {Stream}.")]
    private partial void LogSubscriptionFailed(string provider, StreamId stream, Guid subscription);
}
