using Orleans.Runtime.Providers;

namespace Itori.Streams;

/// <summary>
/// Pauses between attempts to deliver a batch or to reach the subscription store: 50 ms, doubled up to 1 s, with up to a
/// fifth added at random so that many streams do not come back at the same moment.
/// </summary>
internal sealed class RetryDelays : IMessageDeliveryBackoffProvider
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    public TimeSpan Next(int attempt)
    {
        var pause = TimeSpan.FromMilliseconds(50 * Math.Pow(2, Math.Min(attempt, 10)));
        return (pause < Longest ? pause : Longest) * (1 + (Random.Shared.NextDouble() / 5));
    }
}
