using Microsoft.Extensions.Options;

using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Hosting;

/// <summary>What every request under <c>/api</c> has in common: who may make it, whether its id is one, and what becomes of a refusal or an exception. It is to HTTP what the connection's loop is to messages.</summary>
internal sealed class RestBoundary(IOptions<GatewayOptions> options, ILogger<RestBoundary> logger)
{
    /// <summary>Serves a request for a session or a graph. <paramref name="serve"/> answers null where it has written the response itself.</summary>
    public async Task Serve(HttpContext context, string id, Func<Task<Refusal?>> serve)
    {
        var refusal = !options.Value.AllowAnonymous ? Refusal.Of(ItoriError.Unauthenticated, "Sign in first.")
            : !TopicName.IsValidId(id) ? Refusal.Of(ItoriError.BadField, $"id has 1 to {TopicName.MaxIdLength} characters out of letters, digits and . _ ~ -.", "id")
            : null;
        if (refusal is null)
        {
            try
            {
                refusal = await serve();
            }
            catch (Exception e) when (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
            {
                if (!ErrorBoundary.IsOutage(e))
                {
                    GatewayLog.RequestFailed(logger, e, context.Request.Path);
                }

                if (context.Response.HasStarted)
                {
                    // Half an answer must not look like a whole one.
                    context.Abort();
                    return;
                }

                context.Response.Clear();
                refusal = ErrorBoundary.Refusal(e, options.Value.RetryAfter);
            }
        }

        if (refusal is not null)
        {
            await HttpErrors.Write(context, refusal.Error.Code, refusal);
        }
    }
}
