using System.Globalization;
using System.Text;
using Itori.Grains.Assistants.Context;
using Itori.Grains.Assistants.Models;
using Microsoft.Extensions.AI;

namespace Itori.Grains.Assistants.Turns;

/// <summary>Writes what a model is told: its task, the passages with their sources, the concepts, the end of the conversation. Bounded by <see cref="AssistantOptions.MaxPromptCharacters"/>.</summary>
internal static class TurnPrompts
{
    private const double ShareOfPassages = 0.4;
    private const double ShareOfConcepts = 0.1;
    private const double LeastEvidence = 0.2;

    public static TurnPrompt Of(TurnContext turn, AssistantModel model, AssistantOptions options)
    {
        string[] ConceptsOf(string answer) => ConceptsInText.IdsIn(answer, turn.Graph);
        if (model.IsEmbedded)
        {
            return new TurnPrompt([new ChatMessage(ChatRole.User, turn.Question.Text)], new TurnChatOptions(turn), ConceptsOf);
        }

        var chat = new ChatOptions { MaxOutputTokens = options.MaxOutputTokens, Temperature = (float?)options.Temperature };
        return new TurnPrompt(Messages(turn, options), chat, ConceptsOf);
    }

    private static List<ChatMessage> Messages(TurnContext turn, AssistantOptions options)
    {
        var room = options.MaxPromptCharacters;
        var system = new StringBuilder(options.SystemPrompt.Trim());
        var passages = Passages(turn, (int)(room * ShareOfPassages), options.MaxPassages);
        var concepts = Concepts(turn, (int)(room * ShareOfConcepts));
        system.Append(passages).Append(concepts);

        // The message itself is always sent, cut in its middle when it is over the room that is left.
        var asked = Said(turn.UserName, Cut(turn.Question.Text, room / 2));
        var left = room - passages.Length - concepts.Length - asked.Length;
        var tail = new Stack<ChatMessage>();
        for (var i = turn.Transcript.Count - 1; i >= 0 && left > 0; i--)
        {
            var entry = turn.Transcript[i];
            var text = entry.IsAssistant ? entry.Text : Said(entry.Speaker, entry.Text);
            if (text.Length > left)
            {
                break;
            }

            left -= text.Length;
            tail.Push(new ChatMessage(entry.IsAssistant ? ChatRole.Assistant : ChatRole.User, text));
        }

        return [new ChatMessage(ChatRole.System, system.ToString()), .. tail, new ChatMessage(ChatRole.User, asked)];
    }

    private static string Passages(TurnContext turn, int room, int most)
    {
        var text = new StringBuilder();
        foreach (var passage in turn.Passages.Where(passage => passage.Evidence >= LeastEvidence).Take(most))
        {
            var line = $"\n[{passage.Source}] {passage.Text.Trim()}";
            if (text.Length + line.Length <= room - 40)
            {
                text.Append(line);
            }
        }

        return text.Length == 0 ? "\n\nNo passage of this session bears on the message." : "\n\nPassages, each after its source:" + text;
    }

    private static string Concepts(TurnContext turn, int room)
    {
        var text = new StringBuilder();
        var named = turn.Question.Concepts.Count > 0 ? turn.Question.Concepts : turn.Graph.Strongest.Take(8).ToArray();
        foreach (var concept in named)
        {
            var near = string.Join(", ", turn.Graph.NeighboursOf(concept.ConceptId).Take(5).Select(n => $"{n.Concept.Label} ({Relations.Of(n.Relation.Kind)})"));
            var line = near.Length > 0 ? $"\n- {concept.Label}: {near}" : $"\n- {concept.Label}";
            if (text.Length + line.Length > room - 120)
            {
                break;
            }

            text.Append(line);
        }

        var field = turn.Field is { } state ? string.Create(CultureInfo.InvariantCulture, $"\nOrder parameter of the field: {state.Frame.OrderParameter:0.00}.") : string.Empty;
        return text.Length == 0 ? field : "\n\nConcepts and what they are related to:" + text + field;
    }

    private static string Said(string name, string text) => $"{name}: {text}";

    private static string Cut(string text, int room) => text.Length <= room ? text : string.Concat(text.AsSpan(0, room / 2), " […] ", text.AsSpan(text.Length - (room / 2)));
}
