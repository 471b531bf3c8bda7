using System.Globalization;
using Itori.Numerics.Communities;

namespace Itori.Evaluation;

internal static class AlertCommands
{
    public static int Score(int fields)
    {
        Console.WriteLine($"{fields} made-up fields of each kind, six clusters; one is pulled apart at a known moment. A hit is within {PulledApart.Patience * 5} s, anything else a false alarm.");
        Console.WriteLine("signs that must agree  pulled by      hits  false alarms  precision  recall  median delay s");
        foreach (var agreement in new[] { 1, 2, 3 })
        {
            var options = new ClusterWatchOptions { Agreement = agreement };
            var all = new List<WatchScore>();
            foreach (var pull in Enum.GetValues<Pull>())
            {
                var scores = Enumerable.Range(0, fields).AsParallel().AsOrdered().Select(seed => PulledApart.Run(seed, pull, options)).ToArray();
                all.AddRange(scores);
                Print(agreement, pull.ToString().ToLowerInvariant(), scores, pull == Pull.Nothing ? 0 : fields);
            }

            Print(agreement, "all", [.. all], 3 * fields);
        }

        return 0;
    }

    private static void Print(int agreement, string pull, WatchScore[] scores, int pulled)
    {
        var (hits, wrong) = (scores.Count(score => score.Hit), scores.Sum(score => score.False));
        var delays = scores.Where(score => score.Hit).Select(score => 5 * score.Delay).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{agreement,22}  {pull,-12} {hits,6} {wrong,13} {(hits + wrong == 0 ? 1 : (double)hits / (hits + wrong)),10:F3} {(pulled == 0 ? double.NaN : (double)hits / pulled),7:F3} {(delays.Length == 0 ? double.NaN : delays[delays.Length / 2]),8:F0}"));
    }
}
