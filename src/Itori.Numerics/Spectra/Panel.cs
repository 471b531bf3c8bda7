using System.Runtime.CompilerServices;

namespace Itori.Numerics.Spectra;

/// <summary><see cref="PanelLaplacian.Width"/> vectors, row after row, each row at the beginning of a line of the cache or of half of it.</summary>
internal readonly struct Panel<T>
    where T : unmanaged
{
    private const int Line = 64;

    private readonly T[] _values;
    private readonly int _start;

    public Panel(int size)
    {
        Size = size;

        // Pinned, or it would not stay where it is aligned.
        _values = GC.AllocateArray<T>((size * PanelLaplacian.Width) + (Line / Unsafe.SizeOf<T>()), pinned: true);
        unsafe
        {
            var beyond = (int)((nuint)Unsafe.AsPointer(ref _values[0]) % Line);
            _start = (Line - beyond) % Line / Unsafe.SizeOf<T>();
        }
    }

    /// <summary>n, the length of each vector.</summary>
    public int Size { get; }

    /// <summary>All of it.</summary>
    public Span<T> Values => _values.AsSpan(_start, Size * PanelLaplacian.Width);

    /// <summary>For `fixed`: the first element of the first row.</summary>
    public ref T GetPinnableReference() => ref _values[_start];
}
