using System.Diagnostics;

namespace Itori.Numerics.Benchmarks;

/// <summary>
/// Times several ways of doing one thing in turns, so that what else the machine does falls on all of them alike.
/// </summary>
internal static class Stopwatches
{
    /// <returns>For each action, milliseconds of its fastest and its median round, and the bytes one call allocates.</returns>
    public static (double Fastest, double Median, long Bytes)[] InTurns(int rounds, params Action[] actions)
    {
        var times = Array.ConvertAll(actions, _ => new double[rounds]);
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
                var start = Stopwatch.GetTimestamp();
                actions[a]();
                times[a][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        return [.. actions.Select((action, a) =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Array.Sort(times[a]);
            return (times[a][0], times[a][rounds / 2], bytes);
        })];
    }
}
