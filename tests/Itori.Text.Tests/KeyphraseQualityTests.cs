namespace Itori.Text.Tests;

/// <summary>Looks at real text, where it is: the folder that the environment variable ITORI_DATA names.</summary>
public sealed class KeyphraseQualityTests
{
    private static string DataFile(string name)
    {
        var folder = Environment.GetEnvironmentVariable("ITORI_DATA");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "ITORI_DATA names no folder with evaluation data.");
        var path = Path.Combine(folder!, name);
        Assert.SkipUnless(File.Exists(path), $"ITORI_DATA has no {name}.");
        return path;
    }

    [Fact]
    public void Concepts_of_a_real_meeting_are_what_it_was_about()
    {
        var extractor = new ConceptExtractor();
        var scores = new Dictionary<string, double>();
        foreach (var line in File.ReadLines(DataFile("meetings/val-ES2006b.tsv")))
        {
            foreach (var concept in extractor.Extract(line[(line.LastIndexOf('\t') + 1)..], TestContext.Current.CancellationToken).Concepts)
            {
                scores[concept.Key] = scores.GetValueOrDefault(concept.Key) + concept.Score;
            }
        }

        var top = scores.OrderByDescending(pair => pair.Value).Take(20).Select(pair => pair.Key).ToList();

        Assert.Equal("remote control", top[0]);
        Assert.Contains("voice recognition", top);
        Assert.Contains("target group", top);
        Assert.DoesNotContain(top, key => key is "thing" or "lot" or "way" or "people" or "time" or "um" or "yeah" or "okay" or "bit" or "kind");
    }
}
