using System.Globalization;

namespace Itori.Evaluation;

/// <summary>Alarms against the turns at which topics change: one alarm accounts for one boundary at most.</summary>
internal static class DriftScore
{
    public const int Window = 20;

    public static (double Precision, double Recall) Of(IReadOnlyList<Meeting> meetings, IReadOnlyList<IReadOnlyList<int>> alarms)
    {
        var hits = 0;
        for (var i = 0; i < meetings.Count; i++)
        {
            // Boundaries and alarms in order, each boundary taking the first alarm that is free: on a line no other pairing has more.
            var free = new Queue<int>(alarms[i].Order());
            foreach (var boundary in meetings[i].Boundaries)
            {
                while (free.TryPeek(out var early) && early < boundary - Window)
                {
                    free.Dequeue();
                }

                if (free.TryPeek(out var alarm) && alarm <= boundary + Window)
                {
                    free.Dequeue();
                    hits++;
                }
            }
        }

        var (raised, there) = (alarms.Sum(list => list.Count), meetings.Sum(meeting => meeting.Boundaries.Count));
        return (raised == 0 ? 0 : (double)hits / raised, there == 0 ? 0 : (double)hits / there);
    }

    public static double F1((double Precision, double Recall) score) => score.Precision + score.Recall > 0 ? 2 * score.Precision * score.Recall / (score.Precision + score.Recall) : 0;

    public static void Print(string name, int alarms, (double Precision, double Recall) score) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44} {alarms,6} {score.Precision,10:F2} {score.Recall,7:F2} {F1(score),5:F2}"));

    public static (double Precision, double Recall) AtRandom(IReadOnlyList<Meeting> meetings, IReadOnlyList<IReadOnlyList<int>> alarms, int rounds)
    {
        var random = new Random(1);
        double precision = 0, recall = 0;
        for (var round = 0; round < rounds; round++)
        {
            var (p, r) = Of(meetings, meetings.Select((meeting, i) => (IReadOnlyList<int>)alarms[i].Select(_ => random.Next(meeting.Turns.Count)).ToArray()).ToArray());
            (precision, recall) = (precision + (p / rounds), recall + (r / rounds));
        }

        return (precision, recall);
    }

    public static (double Precision, double Recall) AtIntervals(IReadOnlyList<Meeting> meetings, IReadOnlyList<IReadOnlyList<int>> alarms) =>
        Of(meetings, meetings.Select((meeting, i) => (IReadOnlyList<int>)Enumerable.Range(1, alarms[i].Count).Select(k => k * meeting.Turns.Count / (alarms[i].Count + 1)).ToArray()).ToArray());
}
