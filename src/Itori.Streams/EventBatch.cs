using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Itori.Streams;

/// <summary>
/// Consecutive events of one stream, as the agent reads them from a queue and as a subscriber receives them. Immutable once it is in the cache:
/// subscribers in the same silo share the events, so they must not change them.
/// </summary>
[GenerateSerializer, Immutable, Alias("itori.streams.batch")]
internal sealed class EventBatch : IBatchContainer
{
    public EventBatch(StreamId streamId, long firstSequence, List<object> events)
    {
        StreamId = streamId;
        FirstSequence = firstSequence;
        Events = events;
    }

    [Id(0)]
    public StreamId StreamId { get; }

    /// <summary>Position of the first event in its stream; set by the cache when the batch arrives there.</summary>
    [Id(1)]
    public long FirstSequence { get; set; }

    [Id(2)]
    public List<object> Events { get; }

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(FirstSequence);

    /// <summary>The events that are a <typeparamref name="T"/>; a subscriber to another type sees none, and no cast fails.</summary>
    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        for (var i = 0; i < Events.Count; i++)
        {
            if (Events[i] is T typed)
            {
                yield return Tuple.Create<T, StreamSequenceToken>(typed, new EventSequenceTokenV2(FirstSequence + i));
            }
        }
    }

    /// <summary>A batch joins events of many calls, so it carries no call's request context.</summary>
    public bool ImportRequestContext() => false;
}
