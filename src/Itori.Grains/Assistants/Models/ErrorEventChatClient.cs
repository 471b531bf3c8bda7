using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamingChatCompletionUpdate = OpenAI.Chat.StreamingChatCompletionUpdate;

namespace Itori.Grains.Assistants.Models;

/// <summary>
/// Makes an exception of an error that comes as an event of a stream that began well (<c>data: {"error":{…}}</c>, as llama.cpp, vLLM and others send it): the OpenAI
/// library reads it as an update that says nothing. And says of a refusal that is one, which it would pass over as well.
/// </summary>
internal sealed class ErrorEventChatClient(IChatClient inner, string model) : DelegatingChatClient(inner)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            if (update.RawRepresentation is StreamingChatCompletionUpdate raw)
            {
                if (IsError(raw))
                {
                    throw new ModelException($"The model {model} reported a fault while it answered.");
                }

                if (!string.IsNullOrEmpty(raw.RefusalUpdate))
                {
                    update.Contents.Add(new ErrorContent(raw.RefusalUpdate) { ErrorCode = "refusal" });
                }
            }

            yield return update;
        }
    }

    private static bool IsError(StreamingChatCompletionUpdate update)
    {
#pragma warning disable SCME0001 // The only way to see what the library did not understand; the loopback test fails if it changes.
        return update.Patch.Contains("$.error"u8);
#pragma warning restore SCME0001
    }
}
