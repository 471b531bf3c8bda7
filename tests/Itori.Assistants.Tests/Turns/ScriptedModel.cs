using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;

namespace Itori.Assistants.Tests.Turns;

/// <summary>A model that says what the test tells it to, when the test tells it to.</summary>
internal sealed class ScriptedModel : IChatClient
{
    private readonly Channel<ChatResponseUpdate> _updates = Channel.CreateUnbounded<ChatResponseUpdate>();

    public int Asked { get; private set; }

    public bool SawStop { get; private set; }

    public ScriptedModel Says(params string[] pieces)
    {
        foreach (var piece in pieces)
        {
            _updates.Writer.TryWrite(new ChatResponseUpdate(ChatRole.Assistant, piece));
        }

        return this;
    }

    public ScriptedModel Ends(ChatFinishReason? reason = null)
    {
        _updates.Writer.TryWrite(new ChatResponseUpdate { FinishReason = reason ?? ChatFinishReason.Stop });
        _updates.Writer.TryComplete();
        return this;
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Asked++;
        try
        {
            await foreach (var update in _updates.Reader.ReadAllAsync(cancellationToken))
            {
                yield return update;
            }
        }
        finally
        {
            // Not by a callback on the token: the reader's own runs first, and what it wakes may take ours back before its turn comes.
            SawStop = cancellationToken.IsCancellationRequested;
        }
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
