using Orleans.Streams;

namespace Itori.Streams;

/// <summary>
/// The queues of this silo, mapped and owned. A silo knows no other silo's queues, so nothing is balanced and nothing moves: a
/// grain publishes into the silo it lives in and that silo's agents deliver.
/// </summary>
internal sealed class SiloQueues : IStreamQueueMapper, IStreamQueueBalancer
{
    /// <summary>Begins the name of every queue, and so is part of the identity of every agent that pumps one.</summary>
    public const string NamePrefix = "itori-streams";

    private readonly SiloQueue[] _queues;
    private readonly QueueId[] _ids;

    public SiloQueues(string provider, SiloAddress silo, ItoriStreamOptions options, StreamsInstruments instruments)
    {
        _queues = new SiloQueue[options.QueueCount];
        _ids = new QueueId[options.QueueCount];
        for (var i = 0; i < _queues.Length; i++)
        {
            _ids[i] = QueueId.GetQueueId($"{NamePrefix}-{provider}-{silo.ToParsableString()}", (uint)i, (uint)i);
            _queues[i] = new SiloQueue(_ids[i], options.QueueCapacity, instruments);
        }
    }

    public IReadOnlyList<SiloQueue> All => _queues;

    public SiloQueue For(StreamId stream) => _queues[IndexOf(stream)];

    public SiloQueue For(QueueId id) => _queues[id.GetNumericId()];

    public IEnumerable<QueueId> GetAllQueues() => _ids;

    public QueueId GetQueueForStream(StreamId streamId) => _ids[IndexOf(streamId)];

    public IEnumerable<QueueId> GetMyQueues() => _ids;

    public Task Initialize(IStreamQueueMapper queueMapper) => Task.CompletedTask;

    public Task Shutdown() => Task.CompletedTask;

    public bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;

    public bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;

    private int IndexOf(StreamId stream) => (int)((uint)stream.GetHashCode() % (uint)_queues.Length);
}
