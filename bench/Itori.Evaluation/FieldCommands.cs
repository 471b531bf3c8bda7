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
        Console.WriteLine("                                             alarms  precision  recall    F1");
        foreach (var (name, alarms) in signs)
        {
            DriftScore.Print(name, alarms.Sum(list => list.Count), DriftScore.Of(meetings, alarms));
            DriftScore.Print("  as many at random (mean of 1,000)", alarms.Sum(list => list.Count), DriftScore.AtRandom(meetings, alarms, 1000));
            DriftScore.Print("  as many at fixed intervals", alarms.Sum(list => list.Count), DriftScore.AtIntervals(meetings, alarms));
        }

        DriftFit.Print(meetings);
        return 0;
    }

    public static int Forecast(string folder)
    {
        var meetings = Meeting.ReadAll(folder);
        Forecast(meetings, 0, "coherence");
        Forecast(meetings, 1, "order parameter");
        return 0;
    }

    private static void Forecast(List<Meeting> meetings, int which, string name)
    {
        var options = new FieldOptions();
        var horizon = options.ForecastHorizon;
        var (all, warm) = (new ForecastScore(horizon), new ForecastScore(horizon));
        var steps = 0;
        foreach (var meeting in meetings)
        {
            var heard = new MeetingField(options);
            var said = new List<ShareForecast>();
            for (var turn = 0; turn < meeting.Turns.Count; turn++)
            {
                heard.Hear(meeting.Turns[turn], turn, () =>
                {
                    var now = heard.Field.Meter.Forecasts.ElementAt(which).Forecast;
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

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} of the meetings' fields, {steps} steps of {options.ForecastStep.TotalSeconds:0.#} s, {horizon} ahead, each meeting from nothing"));
        Console.WriteLine("steps ahead    MAE  persistence   MASE   in 80 %   in 95 %   width 80 %  width 95 %");
        foreach (var h in new[] { 1, 2, 3, 6, 9, 12 }.Where(h => h <= horizon))
        {
            Console.WriteLine($"{h,11} {all.Row(h)}");
        }

        Console.WriteLine($"{"all",11} {all.Row(null)}");
        Console.WriteLine($"{"after 5 min",11} {warm.Row(null)}");
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
