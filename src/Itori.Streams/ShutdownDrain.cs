using Microsoft.Extensions.Logging;

namespace Itori.Streams;

/// <summary>
/// Holds a stopping silo until its subscribers have what was published before. Orleans' agents stop with their next
/// delivery, so this runs one stage earlier, while they and the way to the clients are still up.
/// </summary>
internal sealed partial class ShutdownDrain(SiloStreams streams, TimeSpan limit, TimeProvider time, ILogger<ShutdownDrain> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(5);

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(ShutdownDrain), ServiceLifecycleStage.Active + 1, _ => Task.CompletedTask, DrainAsync);

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();

        // Twice in a row: between reading an event and giving it to its subscriptions an agent has it in hand.
        for (var drained = 0; drained < 2;)
        {
            drained = streams.IsDrained ? drained + 1 : 0;
            if (time.GetElapsedTime(start) > limit || cancellationToken.IsCancellationRequested)
            {
                LogNotDrained(streams.Name, limit);
                return;
            }

            await Task.Delay(CheckEvery, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(9504, LogLevel.Warning, "Stream provider {Provider} stops with undelivered events: its subscribers took longer than {Limit}.")]
    private partial void LogNotDrained(string provider, TimeSpan limit);
}
