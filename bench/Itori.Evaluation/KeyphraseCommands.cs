using System.Globalization;
using Itori.Text;
using Itori.Text.Keyphrases;
using Itori.Text.Tokens;

namespace Itori.Evaluation;

internal static class KeyphraseCommands
{
    public static int Score(string path)
    {
        var texts = KeyphraseText.Read(path);
        var f1 = new MacroF1(5, 10, 15);
        MacroF1[] halves = [new(5, 10, 15), new(5, 10, 15)];
        var extractor = new ConceptExtractor();
        double reach = 0;
        for (var i = 0; i < texts.Count; i++)
        {
            var predictions = extractor.Extract(texts[i].Text).Concepts.Select(concept => concept.Label).ToList();
            f1.Add(predictions, texts[i].Keys);
            halves[i % 2].Add(predictions, texts[i].Keys);
            var all = predictions.Select(Stems.Of).ToHashSet(StringComparer.Ordinal);
            reach += texts[i].Keys.Count == 0 ? 0 : (double)texts[i].Keys.Count(key => all.Contains(Stems.Of(key))) / texts[i].Keys.Count;
        }

        Console.WriteLine(f1);
        Console.WriteLine($"even texts  {halves[0]}");
        Console.WriteLine($"odd texts   {halves[1]}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"keys among the candidates {100 * reach / texts.Count:F1} %"));
        return 0;
    }

    /// <summary>What the rarity of a phrase, or of its words, in the texts before would add: every score times the inverse document frequency, log(1 + n/df) / log(1 + n), to a power.</summary>
    public static int Online(string path)
    {
        var texts = KeyphraseText.Read(path).ConvertAll(text => (new ConceptExtractor().Extract(text.Text).Concepts, text.Keys));
        Console.WriteLine($"as it is            {Ranked(texts, static _ => [], power: 0)}");
        foreach (var power in (double[])[0.5, 1, 2])
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"phrases, power {power:F1}  {Ranked(texts, static concept => [concept.Key], power)}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"words, power {power:F1}    {Ranked(texts, static concept => concept.Key.Split(' '), power)}"));
        }

        return 0;
    }

    private static MacroF1 Ranked(List<(IReadOnlyList<ExtractedConcept> Concepts, IReadOnlyList<string> Keys)> texts, Func<ExtractedConcept, string[]> termsOf, double power)
    {
        var f1 = new MacroF1(5, 10, 15);
        var frequencies = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var before = 0; before < texts.Count; before++)
        {
            var (concepts, keys) = texts[before];
            f1.Add([.. concepts.OrderByDescending(concept => concept.Score * Math.Pow(termsOf(concept).Select(Rarity).DefaultIfEmpty(1).Average(), power)).Select(concept => concept.Label)], keys);
            foreach (var term in concepts.SelectMany(termsOf).Distinct())
            {
                frequencies[term] = frequencies.GetValueOrDefault(term) + 1;
            }

            double Rarity(string term) => before == 0 ? 1 : Math.Log(1 + ((double)before / Math.Max(frequencies.GetValueOrDefault(term), 1))) / Math.Log(1 + before);
        }

        return f1;
    }

    public static int Show(string path, int count)
    {
        var extractor = new ConceptExtractor();
        foreach (var text in KeyphraseText.Read(path).Take(count))
        {
            var concepts = extractor.Extract(text.Text).Concepts;
            var gold = text.Keys.Select(Stems.Of).ToHashSet(StringComparer.Ordinal);
            Console.WriteLine($"== {text.Id} {text.Text}");
            Console.WriteLine("   " + string.Join(" | ", concepts.Select(concept => string.Create(CultureInfo.InvariantCulture, $"{(gold.Contains(Stems.Of(concept.Label)) ? "+" : "")}{concept.Label} {concept.Score:F2}"))));
            var found = concepts.Select(concept => Stems.Of(concept.Label)).ToHashSet(StringComparer.Ordinal);
            Console.WriteLine("   missed: " + string.Join(" | ", text.Keys.Where(key => !found.Contains(Stems.Of(key)))));
        }

        return 0;
    }

    public static int Fit(string path)
    {
        var texts = KeyphraseText.Read(path).Select(Prepare).ToList();
        for (var half = 0; half < 2; half++)
        {
            var weights = LogisticFit.Fit(texts.Where((_, i) => i % 2 != half));
            var f1 = new MacroF1(5, 10, 15);
            foreach (var text in texts.Where((_, i) => i % 2 == half))
            {
                f1.Add(text.Ranked(weights), text.Keys);
            }

            Console.WriteLine($"held out: {f1}");
        }

        var all = LogisticFit.Fit(texts);
        var inSample = new MacroF1(5, 10, 15);
        foreach (var text in texts)
        {
            inSample.Add(text.Ranked(all), text.Keys);
        }

        Console.WriteLine($"in sample: {inSample}");
        for (var i = 0; i < all.Length; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"        /* {PhraseFeatures.Names[i],-24} */ {all[i]:F3},"));
        }

        return 0;
    }

    private static FitText Prepare(KeyphraseText text)
    {
        var options = new ExtractionOptions();
        var parsed = ParsedText.Parse(text.Text, CancellationToken.None);
        var candidates = ConceptExtractor.Candidates(parsed, options, CancellationToken.None);
        var features = new PhraseFeatures(parsed);
        var labels = new Labels(parsed);
        var gold = text.Keys.Select(Stems.Of).ToHashSet(StringComparer.Ordinal);
        var rows = candidates.ConvertAll(candidate =>
        {
            var values = new double[PhraseFeatures.Names.Length];
            features.Write(candidate, values);
            var label = labels.Of(candidate);
            return new FitRow(label, values, gold.Contains(Stems.Of(label)));
        });
        return new(rows, text.Keys);
    }
}
