using System.Runtime.CompilerServices;
using Itori.Contracts;
using Itori.Grains.Assistants.Context;
using Itori.Grains.Assistants.Models;
using Itori.Grains.Assistants.Questions;
using Itori.Grains.Assistants.Turns;
using Itori.Text;
using Microsoft.Extensions.AI;

namespace Itori.Grains.Assistants.Embedded;

/// <summary>
/// The assistant that needs no network and no weights: it answers from the turn's own context (<see cref="TurnChatOptions"/>), by quoting it and by reading the graph and
/// the field, and says so when the answer is not there. Without such options it knows the given messages only.
/// </summary>
internal sealed class EmbeddedChatClient(int maxPassages) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var turn = options is TurnChatOptions given ? given.Turn : ContextOf(messages.ToArray());
        foreach (var piece in AnswerWriter.Write(turn, maxPassages))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, piece) { ModelId = AssistantModel.EmbeddedName };

            // Other calls of the activation have their turn between two pieces.
            await Task.Yield();
        }

        yield return new ChatResponseUpdate { FinishReason = ChatFinishReason.Stop, ModelId = AssistantModel.EmbeddedName };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("itori", defaultModelId: AssistantModel.EmbeddedName)
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
        // Holds nothing.
    }

    private static TurnContext ContextOf(ChatMessage[] messages)
    {
        var last = Array.FindLastIndex(messages, message => message.Role == ChatRole.User);
        var memory = new SessionMemory(1000);
        var events = new List<DurableEvent>();
        for (var i = 0; i < last; i++)
        {
            if (messages[i].Role == ChatRole.User)
            {
                var name = messages[i].AuthorName ?? "You";
                events.Add(new MessagePosted { Seq = i + 1, Timestamp = 0, User = new UserRef { Id = name, Name = name }, Text = messages[i].Text, Graph = string.Empty });
            }
        }

        memory.Add(events);
        var graph = GraphView.Empty(ConceptKey.Of);
        var text = last < 0 ? string.Empty : messages[last].Text;
        var question = QuestionReader.Read(text, graph, memory.Speakers);
        var hits = memory.Search(string.Join(' ', question.Terms), 40, new Dictionary<string, double>(), last + 1);
        return new TurnContext
        {
            Question = question,
            UserName = "You",
            Session = string.Empty,
            InReplyTo = last + 1,
            Transcript = memory.Entries.ToArray(),
            Graph = graph,
            Passages = PassageRanker.Rank(question, hits, [], new Dictionary<string, double>(), memory.Rarity),
        };
    }
}
