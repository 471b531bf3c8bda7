using Itori.Contracts;
using Itori.Grains.Assistants.Context;

namespace Itori.Grains.Assistants.Embedded;

internal static partial class AnswerWriter
{
    private static IEnumerable<string> MainConcepts(TurnContext turn)
    {
        var main = turn.Graph.Strongest.Take(7).ToArray();
        if (main.Length == 0)
        {
            yield return $"There are no concepts yet: what this is about is {NotHere}. Write or paste a text first.";
            yield break;
        }

        yield return "The concepts with most weight here:\n\n";
        foreach (var concept in main)
        {
            var near = turn.Graph.NeighboursOf(concept.ConceptId).Take(3).Select(neighbour => Plain(neighbour.Concept.Label)).ToArray();
            var mentions = concept.Mentions is > 0 and < int.MaxValue ? $", {Number((int)concept.Mentions, "mention")}" : string.Empty;
            yield return near.Length == 0 ? $"- {Bold(concept.Label)}{mentions}\n" : $"- {Bold(concept.Label)}{mentions}; beside {Join(near)}\n";
        }

        var more = turn.Graph.Strongest.Count - main.Length;
        if (more > 0)
        {
            yield return $"\n{Number(more, "further concept is", "further concepts are")} in the graph.";
        }
    }

    private static IEnumerable<string> RelatedTo(TurnContext turn, int max)
    {
        if (turn.Question.Concepts.Count == 0)
        {
            // The graph does not know it, but people may have spoken of it.
            return Quotable(turn, max).Count > 0
                ? [$"The graph has no concept {SubjectOf(turn)}, but it was spoken of.\n\n", .. LookUp(turn, max)]
                : NothingFound(turn);
        }

        var asked = turn.Question.Concepts[0];
        var near = turn.Graph.NeighboursOf(asked.ConceptId);
        return near.Count == 0
            ? [$"{Bold(asked.Label)} is in the graph, and nothing is related to it yet."]
            : [$"{Bold(asked.Label)} is related to {Number(near.Count, "concept")}{(near.Count > 8 ? "; the strongest" : string.Empty)}:\n\n", .. near.Take(8).Select(neighbour => Line(neighbour, asked))];
    }

    private static string Line(Neighbour neighbour, ConceptState from)
    {
        var how = neighbour.Relation.Kind is RelationKinds.CoOccurs or RelationKinds.Related ? Relations.Of(neighbour.Relation.Kind)
            : neighbour.Relation.Source == from.ConceptId ? $"{Plain(from.Label)} {Relations.Of(neighbour.Relation.Kind)} {Plain(neighbour.Concept.Label)}"
            : $"{Plain(neighbour.Concept.Label)} {Relations.Of(neighbour.Relation.Kind)} {Plain(from.Label)}";
        return $"- {Bold(neighbour.Concept.Label)} ({how}, strength {Digits(neighbour.Relation.Weight)})\n";
    }

    private static IEnumerable<string> Connection(TurnContext turn, int max)
    {
        var asked = turn.Question.Concepts;
        if (asked.Count < 2)
        {
            return Quotable(turn, max).Count > 0 || asked.Count == 0
                ? LookUp(turn, max)
                : [$"Only {Bold(asked[0].Label)} of these is a concept of the graph; a connection to the other one is {NotHere}.", .. Beside(turn)];
        }

        var (from, to) = (asked[0], asked[^1]);
        var path = turn.Graph.Path(from.ConceptId, to.ConceptId);
        if (path.Count == 0)
        {
            return [$"The graph has no way from {Bold(from.Label)} to {Bold(to.Label)} within six relations: they stand in parts of it that nothing joins so far."];
        }

        var pieces = new List<string>
        {
            path.Count == 1 ? $"{Bold(from.Label)} and {Bold(to.Label)} are related directly:\n\n" : $"{Bold(from.Label)} and {Bold(to.Label)} are connected over {Number(path.Count - 1, "concept")}:\n\n",
        };
        var at = from;
        foreach (var step in path)
        {
            pieces.Add($"- {Bold(at.Label)} → {Line(step, at)[2..]}");
            at = step.Concept;
        }

        var said = Quotable(turn, max).Where(passage => passage.Evidence > 0.6).Take(2).Select(Quote).ToArray();
        if (said.Length > 0)
        {
            pieces.Add("\nSaid of both:\n\n");
            pieces.AddRange(said);
        }

        return pieces;
    }
}
