using Itori.Grains.Assistants.Context;
using Itori.Grains.Assistants.Questions;

namespace Itori.Grains.Assistants.Embedded;

internal static partial class AnswerWriter
{
    private static IEnumerable<string> LookUp(TurnContext turn, int max)
    {
        var quotes = Quotable(turn, max);
        if (quotes.Count == 0)
        {
            return NothingFound(turn);
        }

        var subject = SubjectOf(turn);
        var speaker = turn.Question.Speaker;
        var opening = quotes.Count == 1 ? "One place speaks of " : "This was said about ";
        var head = speaker is not null && quotes[0].Speaker == speaker ? $"{Plain(speaker)} on {(subject.Length > 0 ? subject : "that")}:\n\n"
            : speaker is not null ? $"{Plain(speaker)} said nothing on {(subject.Length > 0 ? subject : "that")} that I can find; others did:\n\n"
            : subject.Length > 0 ? $"{opening}{subject}:\n\n"
            : "What comes closest here:\n\n";
        return [head, .. quotes.Select(Quote), .. Beside(turn)];
    }

    private static IEnumerable<string> Define(TurnContext turn, int max)
    {
        var quotes = Quotable(turn, max);
        var defining = quotes.Where(IsDefinition).ToList();
        if (quotes.Count == 0)
        {
            return NothingFound(turn);
        }

        var subject = SubjectOf(turn);
        subject = subject.Length > 0 ? subject : "that";
        return defining.Count > 0
            ? [$"As it is put here, {subject}:\n\n", .. defining.Concat(quotes.Except(defining)).Take(3).Select(Quote), .. Beside(turn)]
            : [$"No sentence here says what {subject} is. It is spoken of:\n\n", .. quotes.Take(3).Select(Quote), .. Beside(turn)];

        bool IsDefinition(Passage passage)
        {
            // The subject, then a verb that defines: "A session is …", "coherence means …".
            var words = passage.Sentence.ToLowerInvariant();
            var subjectTerms = turn.Question.Terms;
            foreach (var verb in s_definingVerbs)
            {
                var at = words.IndexOf(verb, StringComparison.Ordinal);
                if (at > 0 && subjectTerms.All(SearchTerms.Of(words[..at]).Contains))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static readonly string[] s_definingVerbs = [" is ", " are ", " means ", " mean ", " refers to ", " denotes ", " stands for ", " was ", " describes "];

    private static IEnumerable<string> WhoSaid(TurnContext turn, int max)
    {
        var quotes = Quotable(turn, max * 2).Where(passage => passage.Speaker is not null).ToArray();
        if (quotes.Length == 0)
        {
            return NothingFound(turn);
        }

        var speakers = quotes.GroupBy(passage => passage.Speaker!, StringComparer.Ordinal).OrderByDescending(group => group.Max(passage => passage.Rank)).ToArray();
        var subject = SubjectOf(turn);
        var about = subject.Length > 0 ? subject : "that";
        var names = Join(speakers.Take(6).Select(group => Plain(group.Key)).ToArray());
        return [$"{names} spoke of {about}:\n\n", .. speakers.SelectMany(group => group.Take(speakers.Length == 1 ? 3 : 2)).Take(max).Select(Quote)];
    }

    /// <summary>Passages that may be quoted: with enough evidence, near the best of them, none twice; the wanted speaker's where there are any.</summary>
    private static List<Passage> Quotable(TurnContext turn, int max)
    {
        var fit = turn.Passages.Where(passage => passage.Evidence >= LeastEvidence).ToList();
        if (turn.Question.Speaker is { } speaker && fit.Exists(passage => passage.Speaker == speaker))
        {
            fit = fit.FindAll(passage => passage.Speaker == speaker);
        }

        var quotes = new List<Passage>();
        var said = new List<HashSet<string>>();
        foreach (var passage in fit)
        {
            var terms = SearchTerms.Of(passage.Sentence).ToHashSet(StringComparer.Ordinal);
            if (quotes.Count == max || passage.Rank < fit[0].Rank * 0.5)
            {
                break;
            }

            if (terms.Count > 0 && !said.Exists(other => Alike(terms, other)))
            {
                quotes.Add(passage);
                said.Add(terms);
            }
        }

        return quotes;
    }

    /// <summary>Whether two sentences say the same: Jaccard's index of their words is 0.7 or more.</summary>
    private static bool Alike(HashSet<string> a, HashSet<string> b)
    {
        var both = a.Count(b.Contains);
        return both >= 0.7 * (a.Count + b.Count - both);
    }

    private static IEnumerable<string> NothingFound(TurnContext turn)
    {
        var subject = SubjectOf(turn);
        yield return $"That is {NotHere}: ";
        yield return subject.Length == 0
            ? "nothing said here, and none of its documents, answers it. "
            : turn.Question.Concepts.Count > 0
                ? $"the graph knows {subject}, but I find no sentence here that answers it. "
                : $"nothing said here, and none of its documents, speaks of {subject}. ";
        var main = turn.Graph.Strongest.Take(4).ToArray();
        if (turn.Question.Concepts.Count > 0 && Near(turn, 5) is { Length: > 0 } near)
        {
            yield return $"In the graph it stands beside {near}.";
        }
        else if (main.Length > 0)
        {
            yield return $"What is here is about {Labels(main)}.";
        }
        else if (turn.Transcript.All(entry => entry.IsAssistant))
        {
            yield return "Nothing was said here yet: write or paste a text first.";
        }
    }

    /// <summary>What stands beside the question's concepts in the graph.</summary>
    private static string[] Beside(TurnContext turn) => Near(turn, 5) is { Length: > 0 } near ? [$"\nBeside it in the graph: {near}."] : [];

    private static string Near(TurnContext turn, int most)
    {
        var asked = turn.Question.Concepts.Select(concept => concept.ConceptId).ToHashSet(StringComparer.Ordinal);
        var near = turn.Question.Concepts
            .SelectMany(concept => turn.Graph.NeighboursOf(concept.ConceptId))
            .Where(neighbour => !asked.Contains(neighbour.Concept.ConceptId))
            .OrderByDescending(neighbour => neighbour.Relation.Weight)
            .Select(neighbour => Plain(neighbour.Concept.Label))
            .Distinct(StringComparer.Ordinal)
            .Take(most)
            .ToArray();
        return Join(near);
    }
}
