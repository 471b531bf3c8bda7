using System.Diagnostics;

namespace Itori.Gateway.Benchmarks;

/// <summary>The time of something short: rounds of variants in turns, the fastest of each counts.</summary>
internal static class Stopwatches
{
    private const int Rounds = 9;

    /// <summary>Microseconds and allocated bytes of one call of each variant.</summary>
    public static (double Microseconds, double Bytes)[] Measure(int repeats, params Action[] variants)
    {
        var best = Array.ConvertAll(variants, _ => (Microseconds: double.MaxValue, Bytes: 0.0));
        for (var round = 0; round < Rounds; round++)
        {
            for (var v = 0; v < variants.Length; v++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var watch = Stopwatch.StartNew();
                for (var i = 0; i < repeats; i++)
                {
                    variants[v]();
                }

                var took = watch.Elapsed.TotalMicroseconds / repeats;
                if (took < best[v].Microseconds)
                {
                    best[v] = (took, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)repeats);
                }
            }
        }

        return best;
    }
}
