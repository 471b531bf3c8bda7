using System.Diagnostics;
using System.Runtime;

namespace Itori.Journal.Benchmarks;

/// <summary>
/// What a number of callers got done, each one thing after the other. Times in ms; for each call, over all of this process, the processor's time in µs, the bytes allocated and the turns of the thread pool: these tell costs
/// where a busy machine hides rates.
/// </summary>
internal sealed record Throughput(double PerSecond, double P50, double P99, double Processor, double Allocated, double Turns)
{
    public static readonly Throughput None = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
}

internal static class Load
{
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(40);

    /// <summary>The share of the time that may still go into compiling when the measured time begins.</summary>
    private const double QuietCompiler = 0.03;

    /// <summary>
    /// Runs the callers unmeasured until the runtime has done with compiling what they use (for some twenty seconds it takes a third of the processor, which what is measured first would bear alone), then
    /// for <paramref name="duration"/>. A call counts where it ends.
    /// </summary>
    /// <param name="callers">Calls under way at the same time.</param>
    /// <param name="duration">How long to measure.</param>
    /// <param name="begin">Called when the measured time begins.</param>
    /// <param name="call">One call of a caller (0, 1, …), numbered from 0.</param>
    public static async Task<Throughput> RunAsync(int callers, TimeSpan duration, Action begin, Func<int, long, Task> call)
    {
        var (state, warm, measured, over) = (0, 0, 1, 2);
        var times = Enumerable.Range(0, callers).Select(static _ => new List<long>(4_096)).ToArray();
        var running = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (long n = 0; Volatile.Read(ref state) != over; n++)
            {
                var start = Stopwatch.GetTimestamp();
                await call(caller, n);
                if (Volatile.Read(ref state) == measured)
                {
                    times[caller].Add(Stopwatch.GetTimestamp() - start);
                }
            }
        })).ToArray();

        Debug.Assert(state == warm);
        await Task.WhenAny(WarmAsync(), Task.WhenAll(running));
        begin();
        var (began, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var (allocated, turns) = (GC.GetTotalAllocatedBytes(), ThreadPool.CompletedWorkItemCount);
        Volatile.Write(ref state, measured);
        await Task.WhenAny(Task.Delay(duration), Task.WhenAll(running));
        Volatile.Write(ref state, over);
        var elapsed = Stopwatch.GetElapsedTime(began);
        used = Environment.CpuUsage.TotalTime - used;
        (allocated, turns) = (GC.GetTotalAllocatedBytes() - allocated, ThreadPool.CompletedWorkItemCount - turns);
        await Task.WhenAll(running);

        var sorted = times.SelectMany(static t => t).Order().ToArray();
        return sorted.Length == 0
            ? Throughput.None
            : new Throughput(
                sorted.Length / elapsed.TotalSeconds, At(sorted, 0.50), At(sorted, 0.99), used.TotalMicroseconds / sorted.Length, (double)allocated / sorted.Length, (double)turns / sorted.Length);
    }

    private static async Task WarmAsync()
    {
        var (began, second) = (Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(1));
        var (quiet, compiled) = (0, JitInfo.GetCompilationTime());
        while (quiet < 2 && Stopwatch.GetElapsedTime(began) < LongestWarmUp)
        {
            await Task.Delay(second);
            var before = compiled;
            compiled = JitInfo.GetCompilationTime();
            quiet = compiled - before < QuietCompiler * second ? quiet + 1 : 0;
        }
    }

    private static double At(long[] sorted, double quantile) => 1_000.0 * sorted[(int)(quantile * (sorted.Length - 1))] / Stopwatch.Frequency;
}
