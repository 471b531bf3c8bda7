using System.Globalization;
using Itori.Contracts;
using Itori.Grains.Fields;

namespace Itori.Evaluation;

/// <summary>
/// Drift on meetings that its constants were not chosen on: they are chosen, as the best F1 of a grid, on some of the meetings, and scored on the others. What the product's own constants score on the meetings that they were
/// chosen on is no measure; this is.
/// </summary>
internal static class DriftFit
{
    private static readonly double[] FastSeconds = [30, 60, 120];
    private static readonly double[] SlowMinutes = [4, 8, 12, 20];
    private static readonly double[] Tolerances = [0.005, 0.01, 0.02];
    private static readonly double[] Alarms = [0.25, 0.35, 0.5, 0.7, 1, 1.5];

    /// <summary>What a turn of a meeting says, and when.</summary>
    private readonly record struct Said(int Turn, double Time, GraphDelta Delta, Dictionary<string, long> MentionsBefore);

    public static void Print(IReadOnlyList<Meeting> meetings)
    {
        FieldOptions[] grid =
        [
            .. from fast in FastSeconds
               from slow in SlowMinutes
               from tolerance in Tolerances
               from alarm in Alarms
               select new FieldOptions { DriftFast = TimeSpan.FromSeconds(fast), DriftSlow = TimeSpan.FromMinutes(slow), DriftTolerance = tolerance, FieldDriftAlarm = alarm },
        ];
        var heard = meetings.Select(Hear).ToArray();
        var alarms = grid.Select(options => heard.Select(said => AlarmsOf(said, options)).ToArray()).ToArray();
        int[] all = [.. Enumerable.Range(0, meetings.Count)];
        var odd = all.Where(i => i % 2 == 1).ToArray();
        var even = all.Where(i => i % 2 == 0).ToArray();

        Console.WriteLine($"Constants chosen on some meetings and scored on others: the best F1 of {grid.Length} settings of DriftFast, DriftSlow, DriftTolerance, FieldDriftAlarm");
        PrintSplits([.. Enumerable.Range(0, grid.Length)]);
        var shipped = new FieldOptions();
        int[] thresholds = [.. Enumerable.Range(0, grid.Length).Where(setting => grid[setting].DriftFast == shipped.DriftFast && grid[setting].DriftSlow == shipped.DriftSlow)];
        Console.WriteLine($"The thresholds alone, DriftTolerance and FieldDriftAlarm, {thresholds.Length} settings (the time constants are the product's, for which all meetings were looked at)");
        PrintSplits(thresholds);

        void PrintSplits(int[] settings)
        {
            PrintSplit(settings, "chosen on odd, scored on even", [(odd, even)]);
            PrintSplit(settings, "chosen on even, scored on odd", [(even, odd)]);
            PrintSplit(settings, "both halves", [(odd, even), (even, odd)]);
            PrintSplit(settings, "each meeting by the others", [.. all.Select(one => (all.Where(i => i != one).ToArray(), new[] { one }))]);
            PrintSplit(settings, "chosen on all, scored on all (too good)", [(all, all)]);
        }

        void PrintSplit(int[] among, string name, (int[] Chosen, int[] Scored)[] parts)
        {
            var those = new List<Meeting>();
            var raised = new List<IReadOnlyList<int>>();
            var regular = new List<IReadOnlyList<int>>();
            var settings = new List<string>();
            foreach (var (chosen, scored) in parts)
            {
                var best = among.MaxBy(setting => F1(chosen, i => alarms[setting][i]));
                var period = Enumerable.Range(1, 60).Select(k => 10 * k).MaxBy(turns => F1(chosen, i => Every(turns, meetings[i])));
                settings.Add(string.Create(CultureInfo.InvariantCulture, $"{grid[best].DriftFast.TotalSeconds:F0} s / {grid[best].DriftSlow.TotalMinutes:F0} min / {grid[best].DriftTolerance} / {grid[best].FieldDriftAlarm}"));
                foreach (var i in scored)
                {
                    those.Add(meetings[i]);
                    raised.Add(alarms[best][i]);
                    regular.Add(Every(period, meetings[i]));
                }
            }

            DriftScore.Print("  " + name, raised.Sum(list => list.Count), DriftScore.Of(those, raised));
            DriftScore.Print("    as many at random (mean of 1,000)", raised.Sum(list => list.Count), DriftScore.AtRandom(those, raised, 1000));
            DriftScore.Print("    as many at fixed intervals", raised.Sum(list => list.Count), DriftScore.AtIntervals(those, raised));
            DriftScore.Print("    every so many turns, chosen likewise", regular.Sum(list => list.Count), DriftScore.Of(those, regular));
            Console.WriteLine("    settings: " + string.Join("; ", settings.GroupBy(setting => setting, StringComparer.Ordinal).Select(group => group.Count() > 1 ? $"{group.Key} ({group.Count()} times)" : group.Key)));
        }

        double F1(int[] which, Func<int, IReadOnlyList<int>> alarmsOf) => DriftScore.F1(DriftScore.Of([.. which.Select(i => meetings[i])], [.. which.Select(alarmsOf)]));
    }

    private static int[] Every(int turns, Meeting meeting) => [.. Enumerable.Range(1, meeting.Turns.Count / turns).Select(k => k * turns).Where(turn => turn < meeting.Turns.Count)];

    private static List<Said> Hear(Meeting meeting)
    {
        var graph = new MeetingGraph();
        var said = new List<Said>();
        for (var turn = 0; turn < meeting.Turns.Count; turn++)
        {
            var time = graph.Clock;
            var delta = graph.Decide(meeting.Turns[turn], turn);
            if (delta is not null)
            {
                // Without relations: of neighbourhoods nothing is asked here, and they would take most of the time.
                var before = delta.Changed.ToDictionary(change => change.ConceptId, change => graph.MentionsOf(change.ConceptId), StringComparer.Ordinal);
                said.Add(new(turn, time, delta with { RelationsAdded = [], RelationsChanged = [] }, before));
            }

            graph.Applied(meeting.Turns[turn], delta);
        }

        return said;
    }

    private static List<int> AlarmsOf(List<Said> meeting, FieldOptions options)
    {
        var drift = new FieldDrift(options);
        var turns = new List<int>();
        foreach (var (turn, time, delta, before) in meeting)
        {
            var movedAt = drift.FieldMovedAt;
            drift.Follow(delta, before, time);
            if (drift.FieldMovedAt > movedAt)
            {
                turns.Add(turn);
            }
        }

        return turns;
    }
}
