using Itori.Contracts;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.ConceptGraphs;

/// <summary>Finds places for concepts some time after the graph changed, beside its work, and stores them.</summary>
internal sealed partial class ConceptGraphGrain
{
    // Some 70 KB of a message each.
    private const int PlacesPerDelta = 1_000;

    private readonly UnsettledConcepts unsettled = new();

    /// <summary>With each delta, stored before or decided now.</summary>
    private void FollowArrangement(GraphDelta delta)
    {
        // While it runs only the places come here that it found itself, and what changed while they were looked for is to be looked at yet.
        if (isOpen && delta.Cause.Kind == GraphCauses.Arrangement)
        {
            return;
        }

        unsettled.Follow(delta);
        placeSearch.Later();
    }

    private async Task FindPlaces()
    {
        var taken = unsettled.Take();
        try
        {
            var search = new GraphArrangement(graph, taken);
            var found = await placeSearch.Beside(() => search.Find(Lifetime));
            await StorePlaces(GraphArrangement.Changes(graph, found));
        }
        catch (Exception e) when (LateSearch.IsPutOff(e))
        {
            unsettled.PutBack(taken);
        }
    }

    private Task StorePlaces(ConceptChange[] changes)
    {
        if (changes.Length == 0)
        {
            return Task.CompletedTask;
        }

        var (first, now) = (NextSeq, Now);
        var cause = new GraphCause { Kind = GraphCauses.Arrangement, User = Machine };
        return Commit([.. changes.Chunk(PlacesPerDelta).Select((some, i) => new GraphDelta { Seq = first + i, Timestamp = now, Epoch = graph.Epoch, Changed = some, Cause = cause })]);
    }

    [LoggerMessage(ItoriEventIds.NotArranged, LogLevel.Error, "{Graph}: places could not be found for its concepts; the next change tries again.")]
    private static partial void LogNotArranged(ILogger logger, string graph, Exception error);
}
