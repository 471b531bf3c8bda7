using Itori.Grains.Assistants.Context;
using Itori.Text;

namespace Itori.Grains.Assistants.Embedded;

internal static partial class AnswerWriter
{
    private const int MostCandidates = 4000;
    private const int MostKeySentences = 6;

    private static IEnumerable<string> Summarise(TurnContext turn, int max)
    {
        if (turn.Question.Subject.Length > 0 && turn.Question.HasSubject)
        {
            var quotes = Quotable(turn, max).OrderBy(passage => passage.Seq ?? long.MaxValue).ThenBy(passage => passage.Start).ToArray();
            return quotes.Length == 0 ? NothingFound(turn) : [$"On {SubjectOf(turn)}, in the order in which it was said:\n\n", .. quotes.Select(Quote), .. Beside(turn)];
        }

        var key = KeySentences(turn);
        if (key.Count == 0)
        {
            return turn.Transcript.All(entry => entry.IsAssistant) && turn.Passages.Count == 0
                ? [$"There is nothing to summarise yet: nothing was said here. Anything else is {NotHere}."]
                : ["What was said so far is too short to sum up.", .. turn.Graph.Strongest.Count > 0 ? MainConcepts(turn).Prepend(" ") : []];
        }

        var people = turn.Transcript.Where(entry => !entry.IsAssistant).Select(entry => entry.Speaker).Distinct(StringComparer.Ordinal).Count();
        var messages = turn.Transcript.Count(entry => !entry.IsAssistant);
        var main = turn.Graph.Strongest.Take(5).ToArray();
        var about = main.Length > 0 ? $", mostly about {Labels(main)}" : string.Empty;
        var head = messages > 0 ? $"{Number(messages, "message")} by {Number(people, "person", "people")}{about}. " : $"From the documents{about}. ";
        return [head, "The sentences that say most of it:\n\n", .. key.Select(Quote)];
    }

    /// <summary>
    /// Sentences that together cover the weight of the graph's concepts: greedy, each concept counts a fifth once it is covered (the submodular coverage of Lin and Bilmes
    /// 2011), in the order in which they were said.
    /// </summary>
    private static List<Passage> KeySentences(TurnContext turn)
    {
        var candidates = new List<(Passage Passage, string[] Concepts)>();
        foreach (var passage in SentencesOf(turn))
        {
            if (candidates.Count == MostCandidates)
            {
                break;
            }

            var concepts = ConceptsInText.IdsIn(passage.Sentence, turn.Graph);
            if (concepts.Length > 0)
            {
                candidates.Add((passage, concepts));
            }
        }

        var covered = new HashSet<string>(StringComparer.Ordinal);
        var chosen = new List<Passage>();
        var most = Math.Clamp(candidates.Count / 3, 1, MostKeySentences);
        while (chosen.Count < most && candidates.Count > 0)
        {
            var best = candidates.MaxBy(candidate => Gain(candidate.Passage.Sentence, candidate.Concepts));
            chosen.Add(best.Passage);
            covered.UnionWith(best.Concepts);
            candidates.Remove(best);
        }

        return chosen.OrderBy(passage => passage.Seq ?? long.MaxValue).ThenBy(passage => passage.Start).ToList();

        double Gain(string sentence, string[] concepts)
        {
            var weight = concepts.Sum(id => (turn.Graph.ById(id)?.Weight ?? 0) * (covered.Contains(id) ? 0.2 : 1));

            // Per length, but not so that the shortest always wins; a question asks for what another sentence says.
            return weight / Math.Sqrt(Math.Max(80, sentence.Length)) * (sentence.EndsWith('?') ? 0.5 : 1);
        }
    }

    private static IEnumerable<Passage> SentencesOf(TurnContext turn)
    {
        for (var i = turn.Transcript.Count - 1; i >= 0; i--)
        {
            var entry = turn.Transcript[i];
            if (entry.IsAssistant)
            {
                continue;
            }

            foreach (var span in Sentences.Split(entry.Text))
            {
                if (span.Length is >= 40 and <= 400)
                {
                    yield return new Passage
                    {
                        Sentence = entry.Text.Substring(span.Start, span.Length).Trim(),
                        Text = entry.Text,
                        Speaker = entry.Speaker,
                        Seq = entry.Seq,
                        Start = span.Start,
                        Evidence = 1,
                        Rank = 1,
                    };
                }
            }
        }

        foreach (var passage in turn.Passages)
        {
            if (passage.Document is not null && passage.Sentence.Length >= 40)
            {
                yield return passage;
            }
        }
    }
}
