using System.Numerics;
using System.Runtime.InteropServices;

namespace Itori.Numerics.Benchmarks;

/// <summary>Reads an array as fast as this machine's memory gives it.</summary>
internal static class Streaming
{
    public static double Sum<T>(ReadOnlySpan<T> values)
        where T : struct
    {
        var vectors = MemoryMarshal.Cast<T, Vector<long>>(values);
        Vector<long> a = default, b = default, c = default, d = default;
        for (var i = 0; i + 4 <= vectors.Length; i += 4)
        {
            a ^= vectors[i];
            b ^= vectors[i + 1];
            c ^= vectors[i + 2];
            d ^= vectors[i + 3];
        }

        return Vector.Sum(a ^ b ^ c ^ d);
    }
}
