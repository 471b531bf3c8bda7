using System.Text.Json;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace Itori.Evaluation;

/// <summary>One text with the keyphrases that people gave it.</summary>
internal sealed record KeyphraseText(string Id, string Text, IReadOnlyList<string> Keys)
{
    /// <summary>The texts of a folder's files (*.json, *.jsonl, *.txt, in ordinal order) or of one file; each file holds one object, an array of them, or one a line.</summary>
    /// <exception cref="FormatException">A file holds something else.</exception>
    public static List<KeyphraseText> Read(string path)
    {
        if (!Directory.Exists(path))
        {
            return [.. ReadFile(path)];
        }

        string[] endings = [".json", ".jsonl", ".txt"];
        return [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => endings.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal).SelectMany(ReadFile)];
    }

    private static IEnumerable<KeyphraseText> ReadFile(string path)
    {
        var reader = new Utf8JsonReader(File.ReadAllBytes(path).AsSpan().TrimStart("\uFEFF"u8), new JsonReaderOptions { AllowMultipleValues = true });
        var texts = new List<KeyphraseText>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.StartArray && reader.TokenType != JsonTokenType.EndArray)
                {
                    texts.Add(JsonSerializer.Deserialize<KeyphraseText>(ref reader, JsonSerializerOptions.Web) ?? throw new FormatException($"{path} holds something that is no text."));
                }
            }
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path} holds something that is no text: {e.Message}", e);
        }

        return texts.Select(text => text with { Id = text.Id ?? Path.GetFileNameWithoutExtension(path), Text = text.Text ?? "", Keys = text.Keys ?? [] });
    }
}

/// <summary>Compares phrases word for word by their Porter stems.</summary>
internal static class Stems
{
    private static readonly PorterStemmer Stemmer = new();

    public static string Of(string phrase) => string.Join(' ', phrase.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Stem));

    private static string Stem(string word)
    {
        Stemmer.SetCurrent(word);
        Stemmer.Stem();
        return Stemmer.Current;
    }
}

/// <summary>Macro F1 at some depths: per text the F1 of the first k predictions against all keys, then the mean over the texts.</summary>
internal sealed class MacroF1(params int[] depths)
{
    private readonly double[] _sums = new double[depths.Length];
    private int _texts;

    public void Add(IEnumerable<string> predictions, IReadOnlyList<string> keys)
    {
        var gold = keys.Select(Stems.Of).ToHashSet(StringComparer.Ordinal);
        var predicted = predictions.Select(Stems.Of).Distinct(StringComparer.Ordinal).Take(depths.Max()).ToList();
        _texts++;
        for (var i = 0; i < depths.Length; i++)
        {
            var top = predicted.Take(depths[i]).ToList();
            var hits = top.Count(gold.Contains);
            if (hits > 0)
            {
                var precision = (double)hits / depths[i];
                var recall = (double)hits / gold.Count;
                _sums[i] += 2 * precision * recall / (precision + recall);
            }
        }
    }

    public override string ToString() => FormattableString.Invariant($"{string.Join("  ", depths.Select((depth, i) => FormattableString.Invariant($"F1@{depth} {100 * _sums[i] / Math.Max(1, _texts):F1}")))}  ({_texts} texts)");
}
