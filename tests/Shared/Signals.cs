using System.Runtime.InteropServices;

namespace Itori.Tests.Shared;

/// <summary>Signals to other processes.</summary>
internal static partial class Signals
{
    /// <summary>The exit code of a process that SIGTERM ended.</summary>
    public const int Terminated = 128 + 15;

    /// <summary>Asks a process to end.</summary>
    public static void Terminate(int process) => Send(process, 15);

    /// <summary>Ends a process at once, as a crash does.</summary>
    public static void Kill(int process) => Send(process, 9);

    /// <summary>Stops a process where it is.</summary>
    public static void Pause(int process) => Send(process, 19);

    /// <summary>Lets a stopped process go on.</summary>
    public static void Continue(int process) => Send(process, 18);

    private static void Send(int process, int signal)
    {
        if (Native(process, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} did not reach process {process}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Native(int process, int signal);
}
