using Itori.Contracts;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.ConceptGraphs;

/// <summary>Finds the graph's communities some time after it changed, beside its work, and stores them.</summary>
internal sealed partial class ConceptGraphGrain
{
    // A search that takes long is followed by a longer pause: at most a fifth of a core goes into one graph's clusters.
    private const int PauseFactor = 4;

    private static readonly UserRef Machine = new() { Id = "itori", Name = "Itori" };

    private IGrainTimer? clustering;
    private bool clustersAreOld;
    private bool isOpen;
    private TimeSpan pause;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);

        // The activation before may have gone between a change and its clusters or places.
        clustersAreOld |= GraphClusters.AreMissing(graph);
        unsettled.LookAt(graph);
        isOpen = true;
        ClusterLater();
        ArrangeLater();
    }

    /// <summary>With each delta, stored before or decided now.</summary>
    private void FollowClusters(GraphDelta delta)
    {
        if (delta.Cause.Kind == GraphCauses.Clusters)
        {
            clustersAreOld = false;
        }
        else if (delta.Removed.Count + delta.RelationsAdded.Count + delta.RelationsChanged.Count + delta.RelationsRemoved.Count > 0)
        {
            clustersAreOld = true;
            if (isOpen)
            {
                ClusterLater();
            }
        }
    }

    private void ClusterLater()
    {
        if (!clustersAreOld || clustering is not null)
        {
            return;
        }

        // It interleaves, as the grain does: it decides in one synchronous stretch, after what it awaited.
        var due = options.ClusterDelay > pause ? options.ClusterDelay : pause;
        clustering = this.RegisterGrainTimer(FindClusters, new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true });
    }

    private async Task FindClusters(CancellationToken cancellationToken)
    {
        clustersAreOld = false;
        try
        {
            var search = new GraphClusters(graph);
            var began = Time.GetTimestamp();
            var found = await Task.Run(() => search.Find(options.ClusterResolution, Lifetime), Lifetime);
            pause = PauseFactor * Time.GetElapsedTime(began);
            var changes = GraphClusters.Changes(graph, found);
            if (changes.Length > 0)
            {
                var cause = new GraphCause { Kind = GraphCauses.Clusters, User = Machine };
                var changedMeanwhile = clustersAreOld;
                var stored = Commit(new GraphDelta { Seq = NextSeq, Timestamp = Now, Epoch = graph.Epoch, Changed = changes, Cause = cause });
                clustersAreOld = changedMeanwhile;
                await stored;
            }
        }
        catch (Exception e) when (e is TopicUnavailableException or OperationCanceledException)
        {
            // The journal is away, or the activation goes; there is another time.
            clustersAreOld = true;
        }
        catch (Exception e)
        {
            LogClustersFailed(logger, Topic.ToString(), e);
        }
        finally
        {
            clustering?.Dispose();
            clustering = null;
            if (!Lifetime.IsCancellationRequested)
            {
                ClusterLater();
            }
        }
    }

    [LoggerMessage(ItoriEventIds.ClustersFailed, LogLevel.Error, "{Graph}: its communities could not be found; the next change tries again.")]
    private static partial void LogClustersFailed(ILogger logger, string graph, Exception error);
}
