using System.Runtime.CompilerServices;
using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Journal;

namespace Itori.Grains.ConceptGraphs;

/// <summary>A graph's past, read from the journal beside the grain that writes it: nobody who works in the graph waits for somebody who looks back.</summary>
internal sealed class GraphHistory(IJournal journal, string graphId)
{
    private readonly string stream = TopicName.Graph(graphId).ToString();

    /// <summary>
    /// A state of the graph from which its state at <paramref name="timestamp"/> follows by the events after it: the newest snapshot if that is old enough, else the empty graph.
    /// </summary>
    /// <param name="timestamp">Unix ms.</param>
    /// <param name="throughSeq">The state may not be newer than this event.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <returns>Null where the events that lead there are no longer kept.</returns>
    public async Task<ConceptGraph?> Before(long timestamp, long throughSeq, CancellationToken ct)
    {
        var graph = new ConceptGraph(graphId);
        if (await journal.ReadSnapshotAsync(stream, ct) is { } snapshot && snapshot.Seq <= throughSeq && await IsOf(snapshot, timestamp, ct))
        {
            graph.Restore(GraphSnapshotCodec.Decode(stream, snapshot));
            return graph;
        }

        var head = await journal.ReadHeadAsync(stream, ct);
        return head.FirstSeq <= 1 ? graph : null;
    }

    /// <summary>The events behind a state, up to a moment.</summary>
    public async IAsyncEnumerable<GraphDelta> Between(long afterSeq, long timestamp, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var record in journal.ReadAsync(stream, afterSeq, ct))
        {
            if (record.Timestamp > timestamp)
            {
                yield break;
            }

            yield return (GraphDelta)EventCodec.Decode(stream, record);
        }
    }

    /// <summary>Whether a snapshot is of a time at or before a moment: by its last event or, where that was removed, the first one after it.</summary>
    private async Task<bool> IsOf(JournalSnapshot snapshot, long timestamp, CancellationToken ct)
    {
        var page = await journal.ReadPageAsync(stream, snapshot.Seq - 1, 1, ct);
        return page.Count > 0 && page[0].Timestamp <= timestamp;
    }
}
