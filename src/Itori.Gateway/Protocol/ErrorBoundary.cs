using Itori.Contracts;

using Orleans.Runtime.Messaging;

namespace Itori.Gateway.Protocol;

/// <summary>Where exceptions become rows of the error table: lost infrastructure is 503 and may be tried again, a damaged topic is 500 and may not, anything else is a fault of the server.</summary>
internal static class ErrorBoundary
{
    /// <summary>Whether waiting may cure it: no silo, a silo that went, no answer in time, a client that is shutting down.</summary>
    public static bool IsOutage(Exception exception) => exception switch
    {
        TimeoutException => true,
        SiloUnavailableException or TopicUnavailableException or ConnectionFailedException or OrleansMessageRejectionException or ClientNotAvailableException => true,
        OrleansException e => e.GetType() == typeof(OrleansException),
        AggregateException e => e.InnerExceptions.All(IsOutage),
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
