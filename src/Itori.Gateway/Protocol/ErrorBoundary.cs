using Itori.Contracts;

using Orleans.Runtime.Messaging;

namespace Itori.Gateway.Protocol;

/// <summary>Where exceptions become rows of the error table: lost infrastructure is 503 and may be tried again, a damaged topic is 500 and may not, anything else is a fault of the server.</summary>
internal static class ErrorBoundary
{
    /// <summary>
    /// Whether waiting may cure it: no silo, a silo that went, no answer in time, a client that is shutting down. A silo that gives a call up before its grain is placed answers that it was cancelled, though nobody here
    /// cancelled it.
    /// </summary>
    /// <param name="exception">What a call failed with.</param>
    /// <param name="ours">What the caller may have been cancelled by: that is no outage.</param>
    public static bool IsOutage(Exception exception, CancellationToken ours = default) => exception switch
    {
        OperationCanceledException => !ours.IsCancellationRequested,
        TimeoutException => true,
        SiloUnavailableException or TopicUnavailableException or ConnectionFailedException or OrleansMessageRejectionException or ClientNotAvailableException => true,
        OrleansException e => e.GetType() == typeof(OrleansException),
        AggregateException e => e.InnerExceptions.All(inner => IsOutage(inner, ours)),
        _ => false,
    };

    /// <summary>What the client is told.</summary>
    public static Refusal Refusal(Exception exception, TimeSpan retryAfter)
    {
        var retry = (int)retryAfter.TotalMilliseconds;
        if (exception is GatewayTooBusyException or LimitExceededException)
        {
            return Contracts.Refusal.Of(ItoriError.Overloaded, "The server has more to do than it can.") with { RetryAfterMs = retry };
        }

        if (exception is TopicDamagedException)
        {
            return Contracts.Refusal.Of(ItoriError.Damaged, exception.Message);
        }

        return IsOutage(exception)
            ? Contracts.Refusal.Of(ItoriError.Unavailable, "The server's cluster cannot be reached now; send the message again, with the same id.") with { RetryAfterMs = retry }
            : Contracts.Refusal.Of(ItoriError.Internal, "The server failed; its log has the reason.") with { RetryAfterMs = retry };
    }
}
