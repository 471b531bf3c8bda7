using System.Numerics;

namespace Itori.Load;

/// <summary>Times in microseconds, 64 buckets for every power of two: an error of at most 1.6 %, however long the tail.</summary>
internal sealed class Histogram
{
    private const int SubBits = 6;

    private readonly long[] counts = new long[64 << SubBits];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Add(long microseconds)
    {
        var value = Math.Max(0, microseconds);
        counts[Bucket(value)]++;
        Count++;
        Max = Math.Max(Max, value);
    }

    public void Clear()
    {
        Array.Clear(counts);
        Count = 0;
        Max = 0;
    }

    /// <summary>The value below which that share of all lies, milliseconds; NaN where there is none.</summary>
    public double Milliseconds(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        var seen = 0L;
        for (var bucket = 0; bucket < counts.Length; bucket++)
        {
            seen += counts[bucket];
            if (seen >= rank && counts[bucket] > 0)
            {
                return Math.Min(Max, Upper(bucket)) / 1000.0;
            }
        }

        return double.NaN;
    }

    private static int Bucket(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - SubBits);
        return (shift << SubBits) + (int)(value >> shift);
    }

    private static long Upper(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        return ((((long)bucket - ((long)shift << SubBits)) + 1) << shift) - 1;
    }
}
