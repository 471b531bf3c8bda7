using Itori.Contracts;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.ConceptGraphs;

/// <summary>Finds the graph's communities some time after it changed, beside its work, and stores them.</summary>
internal sealed partial class ConceptGraphGrain
{
    /// <summary>Concepts that are given a cluster by one delta: put into the graph and written out in a millisecond or two.</summary>
    private const int ClustersPerDelta = 1_000;

    private bool clustersAreOld;

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
            clusterSearch.Later();
        }
    }

    private async Task FindClusters()
    {
        clustersAreOld = false;
        try
        {
            var search = new GraphClusters(graph);
            var changes = await clusterSearch.Beside(() => search.Changes(search.Find(options.ClusterResolution, Lifetime)));
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
        catch (Exception e) when (LateSearch.IsPutOff(e))
        {
            clustersAreOld = true;
        }
    }

    [LoggerMessage(ItoriEventIds.ClustersFailed, LogLevel.Error, "{Graph}: its communities could not be found; the next change tries again.")]
    private static partial void LogClustersFailed(ILogger logger, string graph, Exception error);
}
