using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Itori.Grains.Tests.Extractors;

/// <summary>A model that answers what a test says it answers.</summary>
internal sealed class ScriptedChatClient(Func<string, CancellationToken, IAsyncEnumerable<string>> answer) : IChatClient
{
    private int asked;

    public int Asked => asked;

    public static ScriptedChatClient Saying(string text) => new((_, _) => Pieces(text));

    public static ScriptedChatClient Failing(Exception error) => new((_, _) => throw error);

    public static async IAsyncEnumerable<string> Pieces(params string[] pieces)
    {
        foreach (var piece in pieces)
        {
            await Task.Yield();
            yield return piece;
        }
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref asked);
        await foreach (var piece in answer(messages.Last().Text, cancellationToken).WithCancellation(cancellationToken))
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, piece);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
