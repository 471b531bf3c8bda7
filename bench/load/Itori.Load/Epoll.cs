using System.Runtime.InteropServices;

namespace Itori.Load;

/// <summary>Readiness of thousands of sockets on one thread: the generator must cost much less than what it measures.</summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Delete = 2;
    private const uint Readable = 1;

    private readonly int handle = epoll_create1(0);
    private readonly Event[] ready = new Event[1024];

    public void Watch(int socket, int index)
    {
        var wanted = new Event { Events = Readable, Data = index };
        if (epoll_ctl(handle, Add, socket, &wanted) != 0)
        {
            throw new InvalidOperationException($"epoll_ctl failed with {Marshal.GetLastPInvokeError()}.");
        }
    }

    public void Forget(int socket)
    {
        Event none = default;
        _ = epoll_ctl(handle, Delete, socket, &none);
    }

    /// <summary>Waits at most <paramref name="limit"/>; the indices of sockets that can be read.</summary>
    public int Wait(TimeSpan limit, Span<int> indices)
    {
        var nanoseconds = Math.Max(0, limit.Ticks * 100);
        var time = new TimeSpec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        int count;
        fixed (Event* events = ready)
        {
            count = epoll_pwait2(handle, events, Math.Min(ready.Length, indices.Length), &time, null);
        }

        for (var i = 0; i < count; i++)
        {
            indices[i] = (int)ready[i].Data;
        }

        return Math.Max(0, count);
    }

    public static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var count = (int)recv(socket, start, (nuint)buffer.Length, 0x40);
            return count >= 0 ? count : Marshal.GetLastPInvokeError() is 11 or 4 ? -1 : 0;
        }
    }

    public void Dispose() => _ = close(handle);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int socket, Event* wanted);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_pwait2(int epoll, Event* events, int most, TimeSpec* timeout, void* signals);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial int close(int handle);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Event
    {
        public uint Events;
        public long Data;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
