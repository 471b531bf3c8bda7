using System.Text.Json;

namespace Itori.Evaluation;

/// <summary>A meeting's transcript (speaker, tab, turn, one a line) with the turns at which people saw its topic change.</summary>
internal sealed record Meeting(string Name, IReadOnlyList<string> Turns, IReadOnlyList<int> Boundaries)
{
    private const double WordsPerSecond = 2.5;

    /// <summary>About how long a turn takes to say.</summary>
    public static double SecondsOf(string turn) => Math.Max(1, turn.Count(c => c == ' ') / WordsPerSecond);

    /// <summary>All NAME.tsv of a folder that have a NAME.qa.json beside them.</summary>
    public static List<Meeting> ReadAll(string folder)
    {
        var meetings = Directory.GetFiles(folder, "*.qa.json").Order(StringComparer.Ordinal).Select(Read).ToList();
        return meetings.Count > 0 ? meetings : throw new FormatException($"{folder} holds no NAME.qa.json with NAME.tsv.");
    }

    private static Meeting Read(string file)
    {
        var name = Path.GetFileName(file)[..^".qa.json".Length];
        var turns = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(file)!, name + ".tsv")).Select(line => line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..]).ToArray();
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));

        // A topic's first turn is a boundary, but for the one with which the meeting begins.
        var starts = json.RootElement.GetProperty("topics").EnumerateArray()
            .SelectMany(topic => topic.GetProperty("turns").EnumerateArray()).Select(span => span[0].GetInt32());
        return new Meeting(name, turns, starts.Where(start => start > 20 && start < turns.Length).Distinct().Order().ToArray());
    }
}
