using System.Globalization;
using System.Text.Json;

namespace Itori.Assistants.Tests.Embedded;

/// <summary>
/// Questions about recorded meetings, asked of the embedded assistant: how often a quoted turn lies in the turns that answer the question, and how often it answers a
/// question that is about another meeting. Needs the data folder (ITORI_DATA) and prints the figures.
/// </summary>
public sealed class RecordedMeetings(ITestOutputHelper output)
{
    [Fact]
    public void Quotes_lie_where_the_answer_is_and_questions_about_another_meeting_are_mostly_refused()
    {
        var folder = Environment.GetEnvironmentVariable("ITORI_DATA");
        Assert.SkipWhen(string.IsNullOrEmpty(folder) || !Directory.Exists(Path.Combine(folder, "meetings")), "ITORI_DATA names no folder with meetings; nothing was measured.");
        var meetings = Directory.GetFiles(Path.Combine(folder!, "meetings"), "*.qa.json").Order(StringComparer.Ordinal).Select(Read).ToArray();

        int questions = 0, answered = 0, quotes = 0, within = 0, firstWithin = 0, foreign = 0, falseAnswers = 0;
        double chance = 0;
        List<double> own = [], others = [];
        for (var m = 0; m < meetings.Length; m++)
        {
            var scene = meetings[m].Scene;
            foreach (var (query, spans) in meetings[m].Questions)
            {
                questions++;
                own.Add(Evidence(scene, query));
                var seqs = Quoted(scene.Ask(query));
                chance += spans.Sum(span => span.To - span.From + 1) / (double)meetings[m].Turns;
                if (seqs.Count > 0)
                {
                    answered++;
                    quotes += seqs.Count;
                    within += seqs.Count(seq => In(seq, spans));
                    firstWithin += In(seqs[0], spans) ? 1 : 0;
                }
            }

            // The meeting of another series that is farthest away in the list.
            foreach (var (query, _) in meetings[(m + (meetings.Length / 2)) % meetings.Length].Questions)
            {
                foreign++;
                others.Add(Evidence(scene, query));
                falseAnswers += Quoted(scene.Ask(query)).Count > 0 ? 1 : 0;
            }
        }

        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{questions} questions, {answered} answered; quoted turns within gold spans {within}/{quotes} = {(double)within / quotes:0.000}, first quote {(double)firstWithin / answered:0.000}, by chance {chance / questions:0.000}; answers to questions of another meeting {falseAnswers}/{foreign} = {(double)falseAnswers / foreign:0.000}");
        output.WriteLine(line);
        foreach (var least in new[] { 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7 })
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"least evidence {least:0.00}: {own.Count(evidence => evidence >= least) / (double)own.Count:0.000} of the meeting's own questions answered, {others.Count(evidence => evidence >= least) / (double)others.Count:0.000} of another's"));
        }

        TestContext.Current.SendDiagnosticMessage(line);
        Assert.True(within > 1.5 * quotes * chance / questions, line);
        Assert.True(falseAnswers < 0.5 * foreign, line);
    }

    private static double Evidence(Scene scene, string query) => scene.Turn(query).Passages.Select(passage => passage.Evidence).DefaultIfEmpty(0).Max();

    private static bool In(int seq, (int From, int To)[] spans) => spans.Any(span => seq - 1 >= span.From && seq - 1 <= span.To);

    private static List<int> Quoted(string answer)
    {
        var seqs = new List<int>();
        foreach (var part in answer.Split("(message ").Skip(1))
        {
            seqs.Add(int.Parse(part[..part.IndexOf(')', StringComparison.Ordinal)], CultureInfo.InvariantCulture));
        }

        return seqs;
    }

    private static (Scene Scene, int Turns, (string Query, (int From, int To)[] Spans)[] Questions) Read(string path)
    {
        var scene = new Scene();
        var turns = File.ReadAllLines(path.Replace(".qa.json", ".tsv", StringComparison.Ordinal));
        foreach (var turn in turns)
        {
            var tab = turn.IndexOf('\t', StringComparison.Ordinal);
            scene.Say(turn[..tab], turn[(tab + 1)..]);
        }

        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var questions = json.RootElement.GetProperty("specific").EnumerateArray()
            .Select(item => (item.GetProperty("query").GetString()!, item.GetProperty("turns").EnumerateArray().Select(span => (span[0].GetInt32(), span[1].GetInt32())).ToArray()))
            .ToArray();
        return (scene, turns.Length, questions);
    }
}
