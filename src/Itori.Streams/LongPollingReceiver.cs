using Orleans.Streams;

namespace Itori.Streams;

/// <summary>
/// Reads one queue for its agent: waits until there is an event, takes all there are and joins those of one stream into one batch.
/// Called by one agent at a time, from its own scheduler.
/// </summary>
internal sealed class LongPollingReceiver(SiloQueue queue, TimeSpan maxWait, TimeProvider time) : IQueueAdapterReceiver
{
    /// <summary>Bounds one turn of the agent, so that deliveries and reads take turns under load.</summary>
    private const int MaxEventsPerRead = 4_096;

    private readonly Dictionary<StreamId, EventBatch> _byStream = [];
    private Task<bool>? _arrival;

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        if (queue.Reader.Count == 0)
        {
            // The wait for an arrival outlives a poll that ends without one; the next poll goes on with it.
            _arrival ??= queue.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
            if (!_arrival.IsCompleted)
            {
                // An expired poll and a stopping agent are the two expected ends, and the agent reports an exception as an error.
                await ((Task)_arrival).WaitAsync(maxWait, time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }

        if (_arrival is { IsCompleted: true })
        {
            _arrival = null;
        }

        return Drain(maxCount);
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;

    private List<IBatchContainer> Drain(int maxCount)
    {
        var batches = new List<IBatchContainer>();
        var limit = maxCount > 0 ? Math.Min(maxCount, MaxEventsPerRead) : MaxEventsPerRead;
        for (var read = 0; read < limit && queue.Reader.TryRead(out var queued); read++)
        {
            if (!_byStream.TryGetValue(queued.Stream, out var batch))
            {
                batch = new EventBatch(queued.Stream, firstSequence: 0, []);
                _byStream.Add(queued.Stream, batch);
                batches.Add(batch);
            }

            batch.Events.Add(queued.Item);
        }

        _byStream.Clear();
        return batches;
    }
}
