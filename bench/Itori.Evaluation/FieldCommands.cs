using System.Globalization;
using Itori.Grains.Fields;
using Itori.Numerics.Forecasting;

namespace Itori.Evaluation;

/// <summary>Drift and forecasts on real meetings, heard by the product's own graph and field.</summary>
internal static class FieldCommands
{
    public static int Drift(string folder)
    {
        var meetings = Meeting.ReadAll(folder);
        var signs = new (string Name, List<IReadOnlyList<int>> Alarms)[] { ("what the talk is about moved", []), ("a concept's neighbourhood moved", []), ("a concept is unlocked", []) };
        foreach (var meeting in meetings)
        {
            var onsets = OnsetsOf(meeting);
            for (var i = 0; i < signs.Length; i++)
            {
                signs[i].Alarms.Add(onsets[i]);
            }
        }

        Console.WriteLine($"{meetings.Count} meetings, {meetings.Sum(meeting => meeting.Boundaries.Count)} topic boundaries, a hit is within {DriftScore.Window} turns, each boundary and alarm counts once");
        Console.WriteLine("                                           alarms  precision  recall    F1");
        foreach (var (name, alarms) in signs)
        {
            Print(name, alarms.Sum(list => list.Count), DriftScore.Of(meetings, alarms));
            Print("  as many at random (mean of 1,000)", alarms.Sum(list => list.Count), DriftScore.AtRandom(meetings, alarms, 1000));
            Print("  as many at fixed intervals", alarms.Sum(list => list.Count), DriftScore.AtIntervals(meetings, alarms));
        }

        Console.WriteLine("Halves, what the talk is about (a setting that fits one half only would show):");
        for (var half = 0; half < 2; half++)
        {
            var part = meetings.Index().Where(entry => entry.Index % 2 == half).ToArray();
            var alarms = part.Select(entry => signs[0].Alarms[entry.Index]).ToList();
            var those = part.Select(entry => entry.Item).ToList();
            Print(half == 0 ? "  even meetings" : "  odd meetings", alarms.Sum(list => list.Count), DriftScore.Of(those, alarms));
            Print("    at random", alarms.Sum(list => list.Count), DriftScore.AtRandom(those, alarms, 1000));
        }

        return 0;

        static void Print(string name, int alarms, (double Precision, double Recall) score)
        {
            var f1 = score.Precision + score.Recall > 0 ? 2 * score.Precision * score.Recall / (score.Precision + score.Recall) : 0;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-42} {alarms,6} {score.Precision,10:F2} {score.Recall,7:F2} {f1,5:F2}"));
        }
    }

    public static int Forecast(string folder)
    {
        var options = new FieldOptions();
        var horizon = options.ForecastHorizon;
        var (all, warm) = (new ForecastScore(horizon), new ForecastScore(horizon));
        var steps = 0;
        foreach (var meeting in Meeting.ReadAll(folder))
        {
            var heard = new MeetingField(options);
            var said = new List<ShareForecast>();
            for (var turn = 0; turn < meeting.Turns.Count; turn++)
            {
                heard.Hear(meeting.Turns[turn], turn, () =>
                {
                    var now = heard.Field.Meter.Forecasts.First().Forecast;
                    for (var h = 1; h <= horizon && h <= said.Count; h++)
                    {
                        all.Add(said[^h], h, now.Current);
                        if (said.Count > 60)
                        {
                            warm.Add(said[^h], h, now.Current);
                        }
                    }

                    said.Add(now);
                });
            }

            steps += said.Count;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"coherence of the meetings' fields, {steps} steps of {options.ForecastStep.TotalSeconds:0.#} s, {horizon} ahead, each meeting from nothing"));
        Console.WriteLine("steps ahead    MAE  persistence   MASE   in 80 %   in 95 %   width 80 %  width 95 %");
        foreach (var h in new[] { 1, 2, 3, 6, 9, 12 }.Where(h => h <= horizon))
        {
            Console.WriteLine($"{h,11} {all.Row(h)}");
        }

        Console.WriteLine($"{"all",11} {all.Row(null)}");
        Console.WriteLine($"{"after 5 min",11} {warm.Row(null)}");
        return 0;
    }

    private static List<int>[] OnsetsOf(Meeting meeting)
    {
        var options = new FieldOptions();
        var heard = new MeetingField(options);
        List<int>[] onsets = [[], [], []];
        var before = new bool[3];
        var (movedAt, spectralAt, unlocked) = (double.NegativeInfinity, 0.0, false);
        for (var turn = 0; turn < meeting.Turns.Count; turn++)
        {
            heard.Hear(meeting.Turns[turn], turn);
            var time = heard.Field.Time;
            if (time - spectralAt >= options.SpectralPeriod.TotalSeconds)
            {
                spectralAt = time;
                unlocked = heard.Field.BeginSpectral().Unlocked(options.DriftThreshold).Count > 0;
            }

            if (heard.Field.Drift.FieldMovedAt > movedAt)
            {
                movedAt = heard.Field.Drift.FieldMovedAt;
                onsets[0].Add(turn);
            }

            bool[] now = [false, heard.Field.Drift.Moved(time).Length > 0, unlocked];
            for (var i = 1; i < 3; i++)
            {
                if (now[i] && !before[i])
                {
                    onsets[i].Add(turn);
                }
            }

            before = now;
        }

        return onsets;
    }
}
