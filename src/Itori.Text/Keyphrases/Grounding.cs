using Itori.Text.Keyphrases;
using Itori.Text.Relations;
using Itori.Text.Tokens;

namespace Itori.Text;

/// <summary>A concept that somebody says a text is about.</summary>
/// <param name="Label">Its name; counts only where the text says it, in any variant of <see cref="ConceptKey"/>.</param>
/// <param name="Score">How much it matters, clamped to [0, 1]; what is no number counts as 0.5.</param>
/// <param name="Aliases">Other names; each counts only where the text says it.</param>
public sealed record ProposedConcept(string Label, double Score, IReadOnlyList<string> Aliases);

/// <summary>A relation that somebody says a text states.</summary>
/// <param name="Source">Label of the concept that it goes from.</param>
/// <param name="Target">Label of the concept that it goes to.</param>
/// <param name="Kind">One of <see cref="RelationKinds"/>; any other is passed over.</param>
public sealed record ProposedRelation(string Source, string Target, string Kind);

/// <summary>
/// Checks what somebody else (a model) says of a text against the text: only what is said in it counts, with the places where it is said. The co-occurrences, and what the text says plainly, are found as ever.
/// </summary>
public static class Grounding
{
    private const int LongestLabel = 200;
    private const int MostWords = 10;
    private const double StatedWeight = 0.75;

    /// <summary>The extraction that the proposals and the text agree on. Concepts by falling score; two proposals of one key are one.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static Extraction Of(
        string text, IReadOnlyList<ProposedConcept> concepts, IReadOnlyList<ProposedRelation> relations, ExtractionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parsed = ParsedText.Parse(text, cancellationToken);
        var names = new Dictionary<string, Candidate>(StringComparer.Ordinal);
        var aliases = new Dictionary<Candidate, List<string>>();
        var keys = new Dictionary<Candidate, string>();
        foreach (var proposed in concepts)
        {
            if (KeyOf(proposed.Label) is not { } key || names.ContainsKey(key))
            {
                continue;
            }

            var candidate = new Candidate(names.Count, [.. key.Split(' ').Select(part => parsed.Words.InternLower(part))])
            {
                Score = double.IsFinite(proposed.Score) ? Math.Clamp(proposed.Score, 0, 1) : 0.5,
            };
            names.Add(key, candidate);
            keys.Add(candidate, key);
            aliases.Add(candidate, []);
            foreach (var alias in proposed.Aliases)
            {
                if (KeyOf(alias) is { } other && names.TryAdd(other, candidate))
                {
                    aliases[candidate].Add(other);
                }
            }
        }

        var said = FindMentions(parsed, names, options.MaxMentions, cancellationToken);
        var selected = keys.Keys.Where(candidate => candidate.Mentions.Count > 0)
            .OrderByDescending(candidate => candidate.Score).ThenBy(candidate => candidate.Mentions[0].First).ThenBy(candidate => candidate.Index)
            .Take(options.MaxConcepts).ToList();
        var labels = new Labels(parsed);
        var found = selected.ConvertAll(candidate => new ExtractedConcept
        {
            Key = keys[candidate],
            Label = ConceptKey.Of(labels.Of(candidate)) == keys[candidate] ? labels.Of(candidate) : keys[candidate],
            Score = candidate.Score,
            Mentions = [.. candidate.Mentions.Select(mention => ConceptExtractor.Span(parsed, mention))],
            Windows = Math.Max(1, candidate.SentenceCount),
            Aliases = [.. aliases[candidate].Where(said.Contains)],
        });
        var related = new RelationFinder(parsed, selected, found, options).Find(cancellationToken).ToList();
        AddStated(parsed, related, relations, selected, names, keys, options.MaxRelations);
        return new Extraction { Concepts = found, Relations = related, Language = parsed.Language, Windows = Math.Max(1, parsed.Sentences.Count) };
    }

    private static string? KeyOf(string label)
    {
        if (label.Length > LongestLabel)
        {
            return null;
        }

        var key = ConceptKey.Of(label);
        return key.Length > 0 && key.Count(c => c == ' ') < MostWords ? key : null;
    }

    /// <summary>Gives every candidate its mentions, and answers which names are said at all.</summary>
    private static HashSet<string> FindMentions(ParsedText parsed, Dictionary<string, Candidate> names, int most, CancellationToken cancellationToken)
    {
        // By the first letter's word: most tokens begin no name.
        var longest = names.Count == 0 ? 0 : names.Keys.Max(key => key.Count(c => c == ' ') + 1);
        var said = new HashSet<string>(StringComparer.Ordinal);
        var begins = names.Keys.Select(key => key.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);
        for (var sentence = 0; sentence < parsed.Sentences.Count; sentence++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var range = parsed.Sentences[sentence];
            for (var first = range.First; first < range.End; first++)
            {
                if (parsed.Tokens[first].Word is not (>= 0 and var id))
                {
                    continue;
                }

                var begin = parsed.Words.Resolve(id);
                if (!begins.Contains(parsed.Words[begin.Parts[0]].Lower) && !begins.Contains(parsed.Words[parsed.Words.SingularOf(begin.Parts[0])].Lower))
                {
                    continue;
                }

                // The longest name that begins here.
                for (var end = Math.Min(range.End, first + longest); end > first; end--)
                {
                    if (parsed.Tokens[end - 1].Word < 0)
                    {
                        continue;
                    }

                    var start = parsed.Tokens[first].Start;
                    var key = ConceptKey.Of(parsed.Text[start..parsed.Tokens[end - 1].End]);
                    if (names.TryGetValue(key, out var candidate))
                    {
                        said.Add(key);
                        Add(candidate, new Phrase(first, end, sentence), most);
                        first = end - 1;
                        break;
                    }
                }
            }
        }

        return said;
    }

    private static void Add(Candidate candidate, Phrase mention, int most)
    {
        candidate.Count++;
        if (candidate.Mentions.Count < most)
        {
            candidate.Mentions.Add(mention);
        }

        if (candidate.LastSentence != mention.Sentence)
        {
            candidate.LastSentence = mention.Sentence;
            candidate.SentenceCount++;
        }
    }

    /// <summary>Adds stated relations whose ends stand in one sentence, which is then the place that says it.</summary>
    private static void AddStated(
        ParsedText parsed, List<ExtractedRelation> related, IReadOnlyList<ProposedRelation> stated, List<Candidate> selected, Dictionary<string, Candidate> names, Dictionary<Candidate, string> keys, int most)
    {
        var known = related.Select(relation => (relation.SourceKey, relation.TargetKey, relation.Kind)).ToHashSet();
        var kept = selected.ToHashSet();
        foreach (var proposed in stated)
        {
            if (related.Count >= most)
            {
                return;
            }

            if (proposed.Kind is not (RelationKinds.IsA or RelationKinds.Causes or RelationKinds.Uses or RelationKinds.PartOf)
                || KeyOf(proposed.Source) is not { } from || !names.TryGetValue(from, out var source) || !kept.Contains(source)
                || KeyOf(proposed.Target) is not { } to || !names.TryGetValue(to, out var target) || !kept.Contains(target)
                || source == target || Together(parsed, source, target) is not { } span || !known.Add((keys[source], keys[target], proposed.Kind)))
            {
                continue;
            }

            related.Add(new ExtractedRelation { SourceKey = keys[source], TargetKey = keys[target], Kind = proposed.Kind, Weight = StatedWeight, Span = span });
        }
    }

    /// <summary>From the one to the other, in the first sentence that holds both.</summary>
    private static TextSpan? Together(ParsedText parsed, Candidate a, Candidate b)
    {
        for (int i = 0, j = 0; i < a.Mentions.Count && j < b.Mentions.Count;)
        {
            if (a.Mentions[i].Sentence == b.Mentions[j].Sentence)
            {
                var (x, y) = (ConceptExtractor.Span(parsed, a.Mentions[i]), ConceptExtractor.Span(parsed, b.Mentions[j]));
                var start = Math.Min(x.Start, y.Start);
                return new TextSpan(start, Math.Max(x.End, y.End) - start);
            }

            if (a.Mentions[i].Sentence < b.Mentions[j].Sentence)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return null;
    }
}
