using System.Text.Json;

using Itori.Contracts;

namespace Itori.Gateway.Hosting;

/// <summary>Errors of HTTP requests: the same fields as the payload of an <c>error</c> message.</summary>
internal static class HttpErrors
{
    public static async Task Write(HttpContext context, int status, Refusal refusal)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteNumber("code", status);
        json.WriteString("reason", refusal.Reason);
        json.WriteString("message", refusal.Message);
        if (refusal.Details is not null)
        {
            json.WriteString("details", refusal.Details);
        }

        if (refusal.RetryAfterMs is { } retry)
        {
            json.WriteNumber("retryAfterMs", retry);
        }

        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }
}
