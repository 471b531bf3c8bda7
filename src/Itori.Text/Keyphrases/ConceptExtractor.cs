using System.ComponentModel.DataAnnotations;
using Itori.Text.Keyphrases;
using Itori.Text.Relations;
using Itori.Text.Tokens;

namespace Itori.Text;

/// <summary>Finds the concepts of a text and how they relate.</summary>
public interface IConceptExtractor
{
    /// <summary>Extracts the concepts of <paramref name="text"/>: a chat message, a spoken turn, a document.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ExtractionFailedException">It could not be done: what the extractor depends on failed.</exception>
    ValueTask<Extraction> ExtractAsync(string text, CancellationToken cancellationToken = default);
}

/// <summary>
/// The built-in extractor: noun phrases by a part-of-speech lexicon, scored by frequency, rarity, length and position. Deterministic, thread-safe, without any network;
/// time and memory grow linearly with the text.
/// </summary>
public sealed class ConceptExtractor : IConceptExtractor
{
    private readonly ExtractionOptions _options;

    /// <summary>Makes an extractor.</summary>
    /// <param name="options">Its limits; the defaults where null.</param>
    /// <exception cref="ValidationException">An option lies outside its range.</exception>
    public ConceptExtractor(ExtractionOptions? options = null)
    {
        _options = options ?? new ExtractionOptions();
        Validator.ValidateObject(_options, new ValidationContext(_options), validateAllProperties: true);
    }

    /// <summary>Does the work at once, on the caller's thread.</summary>
    public ValueTask<Extraction> ExtractAsync(string text, CancellationToken cancellationToken = default) => new(Extract(text, cancellationToken));

    /// <summary>Extracts the concepts of <paramref name="text"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Extraction Extract(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parsed = ParsedText.Parse(text, cancellationToken);
        var candidates = Candidates(parsed, _options, cancellationToken);
        Score(parsed, candidates);

        var selected = candidates
            .Where(candidate => candidate.Score >= _options.MinScore)
            .OrderByDescending(candidate => candidate.Score)
            .ThenBy(candidate => candidate.Mentions[0].First)
            .Take(Math.Min(_options.MaxConcepts, 5 + (parsed.Tokens.Count / _options.WordsPerConcept)))
            .ToList();
        var labels = new Labels(parsed);
        var concepts = new List<ExtractedConcept>(selected.Count);
        foreach (var candidate in selected)
        {
            concepts.Add(new ExtractedConcept
            {
                Key = ConceptKey.Join(parsed.Words, candidate.Path),
                Label = labels.Of(candidate),
                Score = candidate.Score,
                Mentions = [.. candidate.Mentions.Select(mention => Span(parsed, mention))],
                Aliases = candidate.Aliases,
                Windows = Math.Max(1, candidate.SentenceCount),
            });
        }

        cancellationToken.ThrowIfCancellationRequested();
        var relations = new RelationFinder(parsed, selected, concepts, _options).Find(cancellationToken);
        return new Extraction { Concepts = concepts, Relations = relations, Language = parsed.Language, Windows = Math.Max(1, parsed.Sentences.Count) };
    }

    /// <summary>The distinct candidates of a text with their mentions, in the order of their first mention.</summary>
    internal static List<Candidate> Candidates(ParsedText parsed, ExtractionOptions options, CancellationToken cancellationToken)
    {
        var abbreviations = Abbreviations.Find(parsed);
        abbreviations.RemoveAll(pair => pair.Long.Count > options.MaxPhraseWords);
        var longForms = abbreviations.Select(pair => ConceptKey.Of(Span(parsed, pair.Long).In(parsed.Text).ToString())).ToHashSet(StringComparer.Ordinal);
        var phrases = parsed.Language == Languages.English
            ? new NounPhrases(parsed, options.MaxPhraseWords, longForms).Find()
            : new StopWordSpans(parsed, options.MaxPhraseWords).Find();
        cancellationToken.ThrowIfCancellationRequested();
        var table = new CandidateTable(parsed, options.MaxMentions);
        foreach (var (shortForm, longForm) in abbreviations)
        {
            table.Redirect(shortForm, longForm);
        }

        foreach (var phrase in phrases)
        {
            table.Add(phrase);
        }

        foreach (var phrase in phrases)
        {
            for (var first = phrase.First + 1; first < phrase.End; first++)
            {
                if (table.Find(phrase with { First = first }) is { } nested)
                {
                    nested.NestedCount++;
                }
            }
        }

        return [.. table.All.Where(candidate => candidate.Mentions.Count > 0)];
    }

    internal static void Score(ParsedText parsed, List<Candidate> candidates)
    {
        var features = new PhraseFeatures(parsed);
        Span<double> values = stackalloc double[PhraseFeatures.Names.Length];
        foreach (var candidate in candidates)
        {
            features.Write(candidate, values);
            candidate.Score = PhraseScore.Of(values);
        }
    }

    internal static TextSpan Span(ParsedText parsed, Phrase phrase)
    {
        var start = parsed.Tokens[phrase.First].Start;
        return new(start, parsed.Tokens[phrase.End - 1].End - start);
    }
}
