using Itori.Journal;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.Journaling;

/// <summary>
/// Whether this process can write its journal. A write that fails costs its grain the activation, for what is in memory is then not what is stored; so once one has failed, no other is tried before the
/// journal answers again. That keeps the other topics as they are: they are read and streamed from memory while their database is away, and their commands are refused at once instead of after a time-out.
/// <para>
/// A journal that is read but not written, on a full disk, answers the probe. Then a write is let through for each probe, and fails, and its topic is read anew: that is how the first write after there is room again
/// finds out, without a row of its own to probe with. What it costs is one activation at a time, and nothing that was acknowledged.
/// </para>
/// </summary>
internal sealed partial class JournalGate(IJournal journal, TimeProvider time, ILogger<JournalGate> logger) : IDisposable
{
    /// <summary>Read to see whether the journal answers; nothing is ever written there.</summary>
    private const string ProbeStream = "itori:probe";
    private static readonly TimeSpan ProbePeriod = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopped = new();
    private Task probing = Task.CompletedTask;

    /// <summary>Whether a write may be tried.</summary>
    public bool IsOpen => probing.IsCompleted;

    /// <summary>A write failed. Completes when the journal answers again, or the process stops.</summary>
    public Task Failed()
    {
        lock (gate)
        {
            return probing.IsCompleted ? probing = Probe(stopped.Token) : probing;
        }
    }

    public void Dispose()
    {
        stopped.Cancel();
        stopped.Dispose();
    }

    private async Task Probe(CancellationToken cancellation)
    {
        await Task.Yield();
        var began = time.GetTimestamp();
        for (var isFirst = true; !cancellation.IsCancellationRequested; isFirst = false)
        {
            try
            {
                await journal.ReadHeadAsync(ProbeStream, cancellation);
                if (!isFirst)
                {
                    LogBack(time.GetElapsedTime(began).TotalSeconds);
                }

                return;
            }
            catch (JournalException e)
            {
                if (isFirst)
                {
                    LogAway(e.Message);
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(ProbePeriod, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(ItoriEventIds.JournalAway, LogLevel.Error, "The journal does not answer: {Reason} Commands are refused until it does; what was acknowledged is stored.")]
    private partial void LogAway(string reason);

    [LoggerMessage(ItoriEventIds.JournalBack, LogLevel.Information, "The journal answers again after {Seconds:F1} s.")]
    private partial void LogBack(double seconds);
}
