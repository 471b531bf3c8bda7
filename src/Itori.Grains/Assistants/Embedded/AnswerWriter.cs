using Itori.Grains.Assistants.Context;
using Itori.Grains.Assistants.Questions;

namespace Itori.Grains.Assistants.Embedded;

/// <summary>Writes the embedded assistant's answers, in Markdown, piece by piece. Pure: everything it says is in the turn's context.</summary>
internal static partial class AnswerWriter
{
    /// <summary>The words that every answer has which found nothing.</summary>
    public const string NotHere = "not in this session";

    /// <summary>
    /// The least evidence that a passage must have to be quoted. Of 63 questions about recorded meetings (QMSum), it leaves 59 answered in their own meeting and 10 in one that
    /// they are not about; 0.20 answers 61 and 25, 0.50 answers 43 and 5.
    /// </summary>
    public const double LeastEvidence = 0.30;

    /// <summary>The pieces of the answer; joined, they are the whole of it.</summary>
    /// <param name="turn">What is known.</param>
    /// <param name="maxPassages">How many passages are quoted at most.</param>
    public static IEnumerable<string> Write(TurnContext turn, int maxPassages) => turn.Question.Kind switch
    {
        QuestionKind.Greeting => Greet(turn),
        QuestionKind.Thanks => ["You are welcome."],
        QuestionKind.Identity => Introduce(turn),
        QuestionKind.Participants => Participants(turn),
        QuestionKind.WhoSaid => WhoSaid(turn, maxPassages),
        QuestionKind.Summary => Summarise(turn, maxPassages),
        QuestionKind.MainConcepts => MainConcepts(turn),
        QuestionKind.RelatedTo => RelatedTo(turn, maxPassages),
        QuestionKind.Connection => Connection(turn, maxPassages),
        QuestionKind.Phase => Phase(turn),
        QuestionKind.Drift => Drift(turn),
        QuestionKind.Coherence => Coherence(turn),
        QuestionKind.Count => Count(turn),
        QuestionKind.Statement => Acknowledge(turn),
        QuestionKind.Definition => Define(turn, maxPassages),
        _ => LookUp(turn, maxPassages),
    };

    private static IEnumerable<string> Greet(TurnContext turn)
    {
        yield return $"Hello {turn.UserName}. ";
        var main = turn.Graph.Strongest.Take(3).ToArray();
        yield return main.Length == 0
            ? "Nothing was said here yet: write or paste a text, and its concepts appear in the field."
            : $"So far this is about {Labels(main)}. Ask me about any of it, or add to it.";
    }

    private static IEnumerable<string> Introduce(TurnContext turn)
    {
        yield return "I am Itori's embedded assistant (`itori-embedded`). I am not a language model and use no network: ";
        yield return "I answer from what was said in this session, from the documents given to its graph, and from the graph and its field, by quoting them with their source. ";
        yield return $"What is {NotHere} I do not make up. ";
        var said = turn.Transcript.Count(entry => !entry.IsAssistant);
        yield return $"Right now I know {Number(said, "message")}, {Number(turn.Graph.Strongest.Count, "concept")} and {Number(turn.Graph.Relations.Count, "relation")}.\n\n";
        yield return "You can ask, for example:\n";
        var main = turn.Graph.Strongest.Take(2).ToArray();
        if (main.Length > 0)
        {
            yield return $"- What was said about {main[0].Label}?\n- What is {main[0].Label} related to?\n";
        }

        if (main.Length > 1)
        {
            yield return $"- How are {main[0].Label} and {main[1].Label} connected?\n";
        }

        yield return "- Which concepts are in phase?\n- How coherent is the field?\n- Summarise the session.\n";
    }

    private static IEnumerable<string> Participants(TurnContext turn)
    {
        var speakers = turn.Transcript.Where(entry => !entry.IsAssistant).GroupBy(entry => entry.Speaker, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToArray();
        if (speakers.Length == 0)
        {
            yield return $"Nobody has spoken here before you, {turn.UserName}.";
            yield break;
        }

        yield return $"{Number(speakers.Length, "person", "people")} spoke in this session:\n";
        foreach (var speaker in speakers.Take(20))
        {
            yield return $"- {Plain(speaker.Key)}, {Number(speaker.Count(), "message")}\n";
        }

        if (speakers.Length > 20)
        {
            yield return $"- and {speakers.Length - 20} more\n";
        }
    }

    private static IEnumerable<string> Count(TurnContext turn)
    {
        var subject = turn.Question.Subject;
        yield return subject switch
        {
            _ when subject.StartsWith("concept", StringComparison.Ordinal) || subject.StartsWith("node", StringComparison.Ordinal) =>
                $"The graph has {Number(turn.Graph.Strongest.Count, "concept")} and {Number(turn.Graph.Relations.Count, "relation")} between them.",
            _ when subject.StartsWith("message", StringComparison.Ordinal) =>
                $"I see {Number(turn.Transcript.Count(entry => !entry.IsAssistant), "message")} by people before yours, and {Number(turn.Transcript.Count(entry => entry.IsAssistant), "answer")} of mine.",
            _ when subject.StartsWith("group", StringComparison.Ordinal) || subject.StartsWith("cluster", StringComparison.Ordinal) || subject.StartsWith("component", StringComparison.Ordinal) =>
                turn.Field?.Spectral is { } spectral
                    ? $"The graph falls into {Number(spectral.Connectivity.ComponentCount, "part")} that no relation joins, single concepts included."
                    : "The field's shape is not computed yet; ask again in some seconds.",
            _ when subject.StartsWith("pe", StringComparison.Ordinal) || subject.StartsWith("part", StringComparison.Ordinal) || subject.StartsWith("speaker", StringComparison.Ordinal) || subject.StartsWith("user", StringComparison.Ordinal) =>
                $"{Number(turn.Transcript.Where(entry => !entry.IsAssistant).Select(entry => entry.Speaker).Append(turn.UserName).Distinct(StringComparer.Ordinal).Count(), "person has", "people have")} spoken here, you included.",
            _ => $"The graph has {Number(turn.Graph.Relations.Count, "relation")} between {Number(turn.Graph.Strongest.Count, "concept")}.",
        };
    }
}
