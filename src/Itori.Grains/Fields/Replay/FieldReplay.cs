using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Journal;

namespace Itori.Grains.Fields.Replay;

/// <summary>
/// A graph and its phases at a time that is past. The nearest mark before it is taken up, and from there the field is turned again as it was, with each of the graph's events at the step it had; the outcome is what was shown
/// then, to the bit.
/// </summary>
internal sealed class FieldReplay(IJournal journal, string graphId, FieldOptions options)
{
    private readonly FieldLog log = new(journal, graphId);
    private readonly GraphHistory history = new(journal, graphId);

    public async Task<Result<FieldMoment>> At(long timestamp, CancellationToken ct)
    {
        var mark = await log.At(timestamp, ct);
        var graph = await history.Before(timestamp, mark?.Body.Seq ?? long.MaxValue, ct);
        if (graph is null && mark is not null)
        {
            // The graph's events since the mark are gone. The graph itself may still be known.
            mark = null;
            graph = await history.Before(timestamp, long.MaxValue, ct);
        }

        if (graph is null)
        {
            return Refusal.Of(ItoriError.HistoryGone, "The graph's events of that time are no longer kept.", "at");
        }

        var simulation = mark is null ? null : FieldSimulation.Restore(mark.Body, options);
        await foreach (var delta in history.Between(graph.Seq, timestamp, ct))
        {
            graph.Apply(delta);
            if (simulation is not null && delta.Seq > simulation.Seq)
            {
                simulation.Follow(delta, mark!.Turning);
            }
        }

        var snapshot = graph.ToSnapshot();
        if (simulation is null)
        {
            simulation = new FieldSimulation(options);
            simulation.Load(snapshot);
        }

        var turning = mark is { Turning: true };
        if (turning)
        {
            // A field whose silo was lost left no word that it rests: it turned no longer than it takes to the next mark that it would have made.
            var last = mark!.Timestamp + (long)(2 * options.MarkPeriod.TotalMilliseconds);
            turning = timestamp <= last;
            simulation.AdvanceTo(simulation.StepAt(Math.Min(timestamp, last)));
        }

        return new FieldMoment { Timestamp = timestamp, Graph = snapshot, Frame = simulation.Frame(graphId, 0, timestamp), Turning = turning };
    }
}
