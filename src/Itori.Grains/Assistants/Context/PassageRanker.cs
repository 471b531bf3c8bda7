using Itori.Grains.Assistants.Questions;

namespace Itori.Grains.Assistants.Context;

/// <summary>
/// Puts passages of the transcript and of documents in one order. BM25 scores of two indexes cannot be compared, and none tells whether a passage answers at all; so each
/// passage is weighed by its evidence: the share of the question's words, by rarity, that it speaks of. Words that the session never says weigh most, so a
/// question about something else finds little evidence in passages that share its common words.
/// </summary>
internal static class PassageRanker
{
    // What only stands near the question's concepts in the graph can support an answer, not make one: below the least evidence of AnswerWriter.
    private const double MostByNeighbour = 0.25;
    private const double ByOtherName = 0.5;

    public static List<Passage> Rank(
        Question question, IReadOnlyList<TranscriptHit> transcript, IReadOnlyList<LibraryPassage> library, IReadOnlyDictionary<string, double> expansion, Func<string, double> rarity)
    {
        var weights = question.Terms.ToDictionary(term => term, rarity, StringComparer.Ordinal);
        var near = expansion.Select(term => (Terms: SearchTerms.Of(term.Key), term.Value)).Where(term => term.Terms.Count > 0).ToArray();
        var bestSaid = transcript.Count > 0 ? transcript.Max(hit => hit.Score) : 1;
        var bestWritten = library.Count > 0 ? library.Max(hit => hit.Score) : 1;

        var passages = new List<Passage>(transcript.Count + library.Count);
        foreach (var hit in transcript)
        {
            var evidence = Evidence(hit.Passage, weights, near);
            passages.Add(new Passage
            {
                Sentence = hit.Sentence.Trim(),
                Text = hit.Passage,
                Speaker = hit.Entry.Speaker,
                Seq = hit.Entry.Seq,
                Start = hit.Start,
                Evidence = evidence,
                Rank = Rank(evidence, hit.Score / bestSaid, hit.Sentence),
            });
        }

        foreach (var hit in library)
        {
            var evidence = Evidence(hit.Passage, weights, near);
            passages.Add(new Passage
            {
                Sentence = hit.Sentence.Trim(),
                Text = hit.Passage,
                Document = hit.Source,
                Start = hit.Start,
                Evidence = evidence,
                Rank = Rank(evidence, hit.Score / bestWritten, hit.Sentence),
            });
        }

        return passages.OrderByDescending(passage => passage.Rank).ThenBy(passage => passage.Seq ?? long.MaxValue).ThenBy(passage => passage.Start).ToList();
    }

    private static double Evidence(string passage, Dictionary<string, double> weights, (List<string> Terms, double Weight)[] near)
    {
        var said = SearchTerms.Of(passage).ToHashSet(StringComparer.Ordinal);
        double all = 0, found = 0;
        foreach (var (term, weight) in weights)
        {
            all += weight;
            found += said.Contains(term) ? weight : 0;
        }

        var direct = all > 0 ? found / all : 0;
        var indirect = 0.0;
        foreach (var (terms, weight) in near)
        {
            var worth = weight >= 1 ? ByOtherName : MostByNeighbour * weight;
            if (worth > indirect && terms.TrueForAll(said.Contains))
            {
                indirect = worth;
            }
        }

        return direct + ((1 - direct) * indirect);
    }

    private static double Rank(double evidence, double relevance, string sentence)
    {
        var rank = (0.6 * evidence) + (0.4 * relevance);

        // A question seldom answers one, and a very short sentence says little by itself.
        if (sentence.TrimEnd().EndsWith('?'))
        {
            rank *= 0.7;
        }

        return sentence.Length < 25 ? rank * 0.8 : rank;
    }
}
