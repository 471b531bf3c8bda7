using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using OpenAI;

namespace Itori.Grains.Assistants.Models;

/// <summary>A model behind an OpenAI-compatible API.</summary>
internal static class OpenAIEndpoint
{
    /// <summary>The client of the endpoint in <paramref name="options"/>, which must have one.</summary>
    public static IChatClient Connect(AssistantOptions options, TimeProvider time, ILogger logger)
    {
        var model = options.Model!;
        var transport = new OpenAIClientOptions
        {
            Endpoint = options.Endpoint,
            NetworkTimeout = options.RequestTimeout,

            // Our own retries know the turn's time limit and what was already shown.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        };

        // The library wants a key; servers that need none ignore it.
        var key = new ApiKeyCredential(string.IsNullOrWhiteSpace(options.ApiKey) ? "none" : options.ApiKey);
        var endpoint = new OpenAIClient(key, transport).GetChatClient(model).AsIChatClient();
        return new RetryingChatClient(new ErrorEventChatClient(endpoint, model), model, options.FirstTokenTimeout, time, logger);
    }
}
