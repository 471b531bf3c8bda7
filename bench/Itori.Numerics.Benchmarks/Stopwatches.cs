using System.Diagnostics;

namespace Itori.Numerics.Benchmarks;

/// <summary>
/// Times several ways of doing one thing in turns, so that what else the machine does falls on all of them alike.
/// </summary>
internal static class Stopwatches
{
    /// <returns>For each action, milliseconds of its fastest and its median round, of processor time in its median round (less than the clock's on a busy machine), and the bytes one call allocates.</returns>
    public static (double Fastest, double Median, double Processor, long Bytes)[] InTurns(int rounds, params Action[] actions)
    {
        var times = Array.ConvertAll(actions, _ => new double[rounds]);
        var processor = Array.ConvertAll(actions, _ => new double[rounds]);
        using var process = Process.GetCurrentProcess();
        foreach (var action in actions)
        {
            for (var i = 0; i < 3; i++)
            {
                action();
            }
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var a = 0; a < actions.Length; a++)
            {
                process.Refresh();
                var used = process.TotalProcessorTime;
                var start = Stopwatch.GetTimestamp();
                actions[a]();
                times[a][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                process.Refresh();
                processor[a][round] = (process.TotalProcessorTime - used).TotalMilliseconds;
            }
        }

        return [.. actions.Select((action, a) =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Array.Sort(times[a]);
            Array.Sort(processor[a]);
            return (times[a][0], times[a][rounds / 2], processor[a][rounds / 2], bytes);
        })];
    }
}
