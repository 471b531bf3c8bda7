using Itori.Grains.Fields.Replay;
using Itori.Grains.Journaling;
using Itori.Journal;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.Fields;

/// <summary>
/// The field's log (see <see cref="FieldLog"/>): a mark where the field begins to turn, where it rests, now and then between, and wherever it did what does not follow from the graph's events. Written beside the turning, which
/// waits for none of it.
/// </summary>
internal sealed partial class FieldGrain
{
    /// <summary>A replay from mark to mark costs at most about so many steps of one relation or concept: a second or two.</summary>
    private const long WorkPerMark = 400_000_000;

    /// <summary>Marks that wait for the journal at most. Each is where a replay of what was shown since begins; beyond, the older ones are given up, and that stretch is replayed as if nothing had been out of turn.</summary>
    private const int MaxWaitingMarks = 8;

    private readonly FieldLog log;
    private Task marking = Task.CompletedTask;
    private readonly List<(FieldBody Body, bool Turning, long At)> waiting = [];
    private long logHead;
    private long markedAt;
    private long stepsAtMark;
    private bool resting = true;
    private bool irregular;

    private long WorkSinceMark => (simulation.Steps - stepsAtMark) * (simulation.Count + simulation.RelationCount);

    /// <summary>Goes on where the field was left, if that is known: a field that was dropped, or whose silo was lost, does not begin anew.</summary>
    private async Task TakeUp(CancellationToken cancellationToken)
    {
        try
        {
            if (await log.Newest(cancellationToken) is { } mark)
            {
                logHead = mark.Seq;
                simulation = FieldSimulation.Restore(mark.Body, options);
                return;
            }
        }
        catch (Exception e) when (e is JournalException or UnknownRecordException)
        {
            // The phases of before are nothing that somebody wrote: a field without them is a field.
            LogMarkFailed(logger, graphId, e.Message);
        }

        simulation.Load(await Graph.GetSnapshot());
    }

    /// <summary>Whether a turning field has to leave a mark by now.</summary>
    private bool MarkIsDue() => simulation.ClockMs - markedAt >= options.MarkPeriod.TotalMilliseconds || WorkSinceMark >= WorkPerMark;

    private void Mark(bool turning)
    {
        if (simulation.Count == 0 && logHead == 0)
        {
            return;
        }

        (markedAt, stepsAtMark, resting) = (simulation.ClockMs, simulation.Steps, !turning);
        if (waiting.Count == MaxWaitingMarks)
        {
            // The first may be under way.
            waiting.RemoveAt(1);
        }

        waiting.Add((simulation.Capture(), turning, markedAt));
        if (marking.IsCompleted)
        {
            marking = WriteMarks();
        }
    }

    /// <summary>Writes the marks that wait, in order.</summary>
    private async Task WriteMarks()
    {
        try
        {
            while (waiting is [var mark, ..])
            {
                if (await log.Add(logHead, mark.Body, mark.Turning, mark.At, lifetime.Token) is { } place)
                {
                    logHead = place;
                    waiting.RemoveAt(0);
                    if (options.KeepMarksFor > TimeSpan.Zero)
                    {
                        await log.Forget(mark.At - (long)options.KeepMarksFor.TotalMilliseconds, lifetime.Token);
                    }
                }
                else
                {
                    // Another activation of this field, perhaps one that does not know yet that it is none. Both show the same as long as both follow the graph.
                    logHead = await log.Head(lifetime.Token);
                }
            }
        }
        catch (Exception e) when (e is JournalException or OperationCanceledException)
        {
            // What was to be written of the time before is of no use with a hole in it.
            waiting.Clear();
            LogMarkFailed(logger, graphId, e.Message);
        }
    }

    [LoggerMessage(ItoriEventIds.MarkFailed, LogLevel.Warning, "Field {Graph}: its state could not be stored or read; replays of this time are coarser. ({Why})")]
    private static partial void LogMarkFailed(ILogger logger, string graph, string why);
}
