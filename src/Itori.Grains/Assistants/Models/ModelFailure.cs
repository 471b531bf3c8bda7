using System.ClientModel;
using System.Net.Sockets;
using System.Text.Json;

namespace Itori.Grains.Assistants.Models;

/// <summary>What a failure means to the people who wait for an answer. Says nothing of keys, addresses or the server's own words.</summary>
internal static class ModelFailure
{
    /// <summary>One sentence.</summary>
    public static string Explain(Exception exception, string model) => exception switch
    {
        ModelException known => known.Message,
        ClientResultException { Status: 0 } => $"The model {model} cannot be reached.",
        ClientResultException refused => $"The model {model} {ExplainStatus(refused.Status)}.",
        HttpRequestException { HttpRequestError: not HttpRequestError.ResponseEnded } or SocketException => $"The model {model} cannot be reached.",
        HttpRequestException or IOException => $"The connection to the model {model} broke while it answered.",
        JsonException or FormatException => $"The model {model} sent something that is no answer in the OpenAI format.",
        OperationCanceledException or TimeoutException => $"The model {model} stopped answering.",
        _ => "The assistant failed; the server's log has the details.",
    };

    /// <summary>The verb and what follows, for an HTTP status.</summary>
    public static string ExplainStatus(int status) => status switch
    {
        400 or 413 or 422 => $"refused the request (HTTP {status}): it may be too long for the model, or an option may not fit it",
        401 or 403 => $"refused the API key (HTTP {status})",
        404 => "is not known at the endpoint (HTTP 404)",
        429 => "is over its limit of requests (HTTP 429)",
        >= 500 => $"has a fault on its side (HTTP {status})",
        _ => $"answered with HTTP {status}",
    };
}
