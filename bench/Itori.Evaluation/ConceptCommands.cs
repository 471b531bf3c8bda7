using System.Globalization;
using Itori.Text;
using Itori.Text.Tokens;

namespace Itori.Evaluation;

internal static class ConceptCommands
{
    public static int Show(string path)
    {
        var extractor = new ConceptExtractor();
        var lines = File.ReadAllLines(path).Select(line => line[(line.LastIndexOf('\t') + 1)..]).Where(line => line.Length > 0).ToList();
        var totals = new Dictionary<string, (string Label, int Count, double Score)>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var extraction = extractor.Extract(line);
            foreach (var concept in extraction.Concepts)
            {
                var known = totals.GetValueOrDefault(concept.Key, (concept.Label, 0, 0.0));
                totals[concept.Key] = (known.Item1, known.Item2 + concept.Mentions.Count, known.Item3 + concept.Score);
            }

            if (extraction.Concepts.Count > 0)
            {
                Console.WriteLine($"> {line}");
                Console.WriteLine($"  {extraction.Language}: " + string.Join(" | ", extraction.Concepts.Select(concept => string.Create(CultureInfo.InvariantCulture, $"{concept.Label} {concept.Score:F2}"))));
                foreach (var relation in extraction.Relations.Where(relation => relation.Kind != RelationKinds.CoOccurs))
                {
                    Console.WriteLine($"  {relation.SourceKey} --{relation.Kind}--> {relation.TargetKey}");
                }
            }
        }

        Console.WriteLine("== all lines, by the sum of their scores");
        foreach (var (label, count, score) in totals.Values.OrderByDescending(total => total.Score).Take(60))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{score,7:F2} {count,4} {label}"));
        }

        return 0;
    }

    public static int Tags(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            var parsed = ParsedText.Parse(line, CancellationToken.None);
            Console.WriteLine(string.Join(' ', parsed.Tokens.Select(token => $"{parsed.Written(token)}/{token.Tag}")));
        }

        return 0;
    }
}
