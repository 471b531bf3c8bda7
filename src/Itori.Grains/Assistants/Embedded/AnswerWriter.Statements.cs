using Itori.Contracts;
using Itori.Grains.Assistants.Context;

namespace Itori.Grains.Assistants.Embedded;

internal static partial class AnswerWriter
{
    private const int MostNamed = 6;

    // Nobody asked for the echo: it must speak of most of what the message names.
    private const double LeastEcho = 0.5;

    /// <summary>To a message that asks nothing: what it names, what of that is new, what the rest stands beside, and where it was spoken of before.</summary>
    private static IEnumerable<string> Acknowledge(TurnContext turn)
    {
        if (turn.Named.Count == 0)
        {
            yield return turn.Question.Text.Length < 40
                ? "Noted. I find no concept in it."
                : "I find no concept in this text that I could put into the field.";
            yield break;
        }

        var shown = turn.Named.Take(MostNamed).ToArray();
        var more = turn.Named.Count - shown.Length;
        var names = shown.Select(named => Bold(named.Label)).ToArray();
        yield return more > 0 ? $"In this I read {string.Join(", ", names)} and {Number(more, "further concept")}. " : $"In this I read {Join(names)}. ";

        var known = new List<ConceptState>();
        var fresh = 0;
        foreach (var named in turn.Named)
        {
            if (turn.Graph.ByKey(named.Key) is { } concept && !IsOfThisMessage(concept, turn))
            {
                known.Add(concept);
            }
            else
            {
                fresh++;
            }
        }

        if (known.Count == 0)
        {
            yield return turn.Graph.Strongest.All(concept => IsOfThisMessage(concept, turn)) ? "They are the first in this graph." : "All of it is new to the graph.";
        }
        else
        {
            yield return fresh == 0 ? "The graph knew all of it already" : $"{Number(fresh, "of them is", "of them are")} new to the graph; it knew {Join(known.Take(4).Select(concept => Plain(concept.Label)).ToArray())}{(known.Count > 4 ? $" and {known.Count - 4} more" : string.Empty)} already";
            var anchor = known.FirstOrDefault(concept => turn.Graph.NeighboursOf(concept.ConceptId).Count > 0);
            yield return anchor is null
                ? ". "
                : $", {(known.Count == 1 ? "which" : $"where {Bold(anchor.Label)}")} stands beside {Join(turn.Graph.NeighboursOf(anchor.ConceptId).Take(3).Select(neighbour => Plain(neighbour.Concept.Label)).ToArray())}. ";
        }

        // What the message itself says is no echo of it.
        var before = turn.Passages.FirstOrDefault(passage => passage.Evidence >= LeastEcho && passage.Sentence.Length >= 40 && !turn.Question.Text.Contains(passage.Sentence, StringComparison.Ordinal));
        if (before is not null)
        {
            yield return "\n\nIt was spoken of before:\n\n";
            yield return Quote(before);
        }
    }

    private static bool IsOfThisMessage(ConceptState concept, TurnContext turn) =>
        concept.Sources.Count > 0 && concept.Sources.All(source => source.Session == turn.Session && source.Seq == turn.InReplyTo);
}
