using Microsoft.Extensions.AI;

namespace Itori.Grains.Assistants.Turns;

/// <summary>What a turn asks of the model.</summary>
/// <param name="Messages">What the model is told, the message to answer last.</param>
/// <param name="Options">The limits of the answer; for the embedded client a <see cref="TurnChatOptions"/>.</param>
/// <param name="ConceptsOf">Ids of the graph's concepts that an answer speaks of.</param>
internal sealed record TurnPrompt(IReadOnlyList<ChatMessage> Messages, ChatOptions Options, Func<string, string[]> ConceptsOf);
