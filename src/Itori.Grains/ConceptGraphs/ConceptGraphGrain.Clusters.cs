using Itori.Contracts;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.ConceptGraphs;

/// <summary>Finds the graph's communities some time after it changed, beside its work, and stores them.</summary>
internal sealed partial class ConceptGraphGrain
{
    // A search that takes long is followed by a longer pause: at most a fifth of a core goes into one graph's clusters.
    private const int PauseFactor = 4;

    /// <summary>Concepts that are given a cluster by one delta: put into the graph and written out in a millisecond or two.</summary>
    private const int ClustersPerDelta = 1_000;

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
            // An activation that reads its journal: this was the last look. While it runs only its own looks come here, and what changed during them stays to be looked at.
            clustersAreOld &= isOpen;
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
            var changes = await Task.Run(() => search.Changes(search.Find(options.ClusterResolution, Lifetime)), Lifetime);
            pause = PauseFactor * Time.GetElapsedTime(began);
            var cause = new GraphCause { Kind = GraphCauses.Clusters, User = Machine };
            foreach (var portion in changes.Chunk(ClustersPerDelta))
            {
                // Waited for, so that others have their turn between two of them and a slow journal is not handed all at once.
                if (GraphClusters.StillDue(graph, portion) is { Length: > 0 } due)
                {
                    await Commit(new GraphDelta { Seq = NextSeq, Timestamp = Now, Epoch = graph.Epoch, Changed = due, Cause = cause });
                }
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
