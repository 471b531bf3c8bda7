using System.ComponentModel.DataAnnotations;
using Itori.Text.Retrieval;

namespace Itori.Text;

/// <summary>
/// Full-text search over passages by BM25 (Robertson and Zaragoza 2009). Bounded by the passages' characters together; not thread-safe: one owner calls it.
/// </summary>
public sealed class PassageIndex
{
    private readonly PassageIndexOptions _options;
    private readonly SearchTerms _searchTerms = new();
    private readonly Dictionary<string, LinkedListNode<Passage>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<Passage> _byAge = new();
    private readonly Dictionary<string, Dictionary<Passage, int>> _postings = new(StringComparer.Ordinal);
    private readonly List<string> _terms = [];
    private long _totalTerms;

    /// <summary>Makes an empty index.</summary>
    /// <param name="options">Its settings; the defaults where null.</param>
    /// <exception cref="ValidationException">An option lies outside its range.</exception>
    public PassageIndex(PassageIndexOptions? options = null)
    {
        _options = options ?? new PassageIndexOptions();
        Validator.ValidateObject(_options, new ValidationContext(_options), validateAllProperties: true);
    }

    /// <summary>Number of passages.</summary>
    public int Count => _byId.Count;

    /// <summary>UTF-16 code units of all passages together.</summary>
    public long Characters { get; private set; }

    private sealed class Passage(string id, string source, string text, Dictionary<string, int> frequencies, int length)
    {
        public string Id { get; } = id;

        public string Source { get; } = source;

        public string Text { get; } = text;

        public Dictionary<string, int> Frequencies { get; } = frequencies;

        public int Length { get; } = length;
    }

    /// <summary>Adds a passage, in place of the one with the same id. Drops the oldest passages where the bound is passed.</summary>
    /// <returns>False where the passage alone is longer than the bound and was not added (one with the same id is then gone).</returns>
    public bool Add(string id, string source, string text)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(text);
        Remove(id);
        if (text.Length > _options.MaxCharacters)
        {
            return false;
        }

        while (Characters + text.Length > _options.MaxCharacters)
        {
            Remove(_byAge.First!.Value.Id);
        }

        _terms.Clear();
        _searchTerms.Append(text, new(0, text.Length), _terms);
        var frequencies = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var term in _terms)
        {
            frequencies[term] = frequencies.GetValueOrDefault(term) + 1;
        }

        var passage = new Passage(id, source, text, frequencies, _terms.Count);
        foreach (var (term, frequency) in frequencies)
        {
            if (!_postings.TryGetValue(term, out var postings))
            {
                _postings.Add(term, postings = []);
            }

            postings.Add(passage, frequency);
        }

        _byId.Add(id, _byAge.AddLast(passage));
        Characters += text.Length;
        _totalTerms += passage.Length;
        return true;
    }

    /// <summary>Removes a passage.</summary>
    /// <returns>Whether there was one of that id.</returns>
    public bool Remove(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!_byId.Remove(id, out var node))
        {
            return false;
        }

        var passage = node.Value;
        _byAge.Remove(node);
        foreach (var term in passage.Frequencies.Keys)
        {
            var postings = _postings[term];
            postings.Remove(passage);
            if (postings.Count == 0)
            {
                _postings.Remove(term);
            }
        }

        Characters -= passage.Text.Length;
        _totalTerms -= passage.Length;
        return true;
    }

    /// <summary>The passages that match <paramref name="query"/> best, each with its best sentence, best first.</summary>
    /// <param name="query">Words in any order; function words are ignored.</param>
    /// <param name="limit">Most passages to give, at least 0.</param>
    /// <param name="expansion">Further labels to look for, each with the weight of its words beside the query's own (1); weights that are not greater than 0 are ignored.</param>
    public IReadOnlyList<PassageHit> Search(string query, int limit, IReadOnlyDictionary<string, double>? expansion = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var weights = QueryWeights(query, expansion);
        if (weights.Count == 0 || limit == 0 || Count == 0)
        {
            return [];
        }

        var scores = new Dictionary<Passage, double>();
        var meanLength = Math.Max(1, (double)_totalTerms / Count);
        foreach (var (term, weight) in weights)
        {
            if (!_postings.TryGetValue(term, out var postings))
            {
                continue;
            }

            var idf = weight * InverseDocumentFrequency(postings.Count);
            foreach (var (passage, frequency) in postings)
            {
                var saturation = frequency * (_options.K1 + 1) / (frequency + (_options.K1 * (1 - _options.B + (_options.B * passage.Length / meanLength))));
                scores[passage] = scores.GetValueOrDefault(passage) + (idf * saturation);
            }
        }

        return [.. scores
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key.Id, StringComparer.Ordinal)
            .Take(limit)
            .Select(pair => Hit(pair.Key, pair.Value, weights))];
    }

    private double InverseDocumentFrequency(int documents) => Math.Log(1 + ((Count - documents + 0.5) / (documents + 0.5)));

    private Dictionary<string, double> QueryWeights(string query, IReadOnlyDictionary<string, double>? expansion)
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        AddTerms(query, 1, weights);
        foreach (var (label, weight) in expansion ?? new Dictionary<string, double>())
        {
            if (weight > 0 && double.IsFinite(weight))
            {
                AddTerms(label, weight, weights);
            }
        }

        return weights;
    }

    private void AddTerms(string text, double weight, Dictionary<string, double> weights)
    {
        _terms.Clear();
        _searchTerms.Append(text, new(0, text.Length), _terms);
        foreach (var term in _terms)
        {
            weights[term] = Math.Max(weights.GetValueOrDefault(term), weight);
        }
    }

    private PassageHit Hit(Passage passage, double score, Dictionary<string, double> weights)
    {
        var best = new TextSpan(0, 0);
        var bestScore = -1.0;
        foreach (var sentence in Sentences.Split(passage.Text))
        {
            _terms.Clear();
            _searchTerms.Append(passage.Text, sentence, _terms);
            double sum = 0;
            foreach (var term in _terms.Distinct())
            {
                if (weights.TryGetValue(term, out var weight))
                {
                    sum += weight * InverseDocumentFrequency(_postings[term].Count);
                }
            }

            // Among sentences that say as much the shorter one is quoted.
            sum /= 1 + (0.02 * _terms.Count);
            if (sum > bestScore)
            {
                bestScore = sum;
                best = sentence;
            }
        }

        return new(passage.Id, passage.Source, passage.Text.Substring(best.Start, best.Length), best, score);
    }
}
