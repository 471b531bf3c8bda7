using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Itori.Grains.Tests.Cluster;

/// <summary>A model that answers in three pieces; asked about patience, it says the first and then nothing until it is stopped.</summary>
internal sealed class ScriptedModel : IChatClient
{
    public const string Begin = "As far ";
    public const string Answer = Begin + "as I can tell.";

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return new ChatResponseUpdate(ChatRole.Assistant, Begin);
        if (messages.Last().Text.Contains("patience", StringComparison.OrdinalIgnoreCase))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, "as I ");
        yield return new ChatResponseUpdate(ChatRole.Assistant, "can tell.") { FinishReason = ChatFinishReason.Stop };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
