using Itori.Contracts;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.ConceptGraphs;

/// <summary>Finds places for concepts some time after the graph changed, beside its work, and stores them.</summary>
internal sealed partial class ConceptGraphGrain
{
    // Some 70 KB of a message each.
    private const int PlacesPerDelta = 1_000;

    private readonly UnsettledConcepts unsettled = new();
    private IGrainTimer? arranging;
    private bool storesPlaces;
    private TimeSpan arrangingPause;

    /// <summary>With each delta, stored before or decided now.</summary>
    private void FollowArrangement(GraphDelta delta)
    {
        // What changed while these places were looked for is to be looked at yet.
        if (storesPlaces)
        {
            return;
        }

        unsettled.Follow(delta);
        if (isOpen)
        {
            ArrangeLater();
        }
    }

    private void ArrangeLater()
    {
        if (arranging is not null || unsettled.IsEmpty)
        {
            return;
        }

        // It interleaves, as the grain does: it decides in one synchronous stretch, after what it awaited.
        var due = options.ArrangeDelay > arrangingPause ? options.ArrangeDelay : arrangingPause;
        arranging = this.RegisterGrainTimer(Arrange, new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true });
    }

    private async Task Arrange(CancellationToken cancellationToken)
    {
        var taken = unsettled.Take();
        try
        {
            var search = new GraphArrangement(graph, taken);
            var began = Time.GetTimestamp();
            var found = await Task.Run(() => search.Find(Lifetime), Lifetime);
            arrangingPause = PauseFactor * Time.GetElapsedTime(began);
            await StorePlaces(GraphArrangement.Changes(graph, found));
        }
        catch (Exception e) when (e is TopicUnavailableException or OperationCanceledException)
        {
            // The journal is away, or the activation goes; there is another time.
            unsettled.PutBack(taken);
        }
        catch (Exception e)
        {
            LogNotArranged(logger, Topic.ToString(), e);
        }
        finally
        {
            arranging?.Dispose();
            arranging = null;
            if (!Lifetime.IsCancellationRequested)
            {
                ArrangeLater();
            }
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
        storesPlaces = true;
        try
        {
            return Commit([.. changes.Chunk(PlacesPerDelta).Select((some, i) => new GraphDelta { Seq = first + i, Timestamp = now, Epoch = graph.Epoch, Changed = some, Cause = cause })]);
        }
        finally
        {
            storesPlaces = false;
        }
    }

    [LoggerMessage(ItoriEventIds.NotArranged, LogLevel.Error, "{Graph}: places could not be found for its concepts; the next change tries again.")]
    private static partial void LogNotArranged(ILogger logger, string graph, Exception error);
}
