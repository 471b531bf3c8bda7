using System.Diagnostics;

namespace Itori.Hosting;

/// <summary>Ends the process without a shutdown: nothing more is to be stored or answered.</summary>
internal static class ProcessEnd
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Ends with an exit code. What hangs in the exit handlers must not keep the process alive: after two seconds it is killed.</summary>
    public static void Now(int exitCode)
    {
        var watchdog = new Thread(() =>
        {
            Thread.Sleep(Limit);
            Process.GetCurrentProcess().Kill();
        })
        { IsBackground = true };
        watchdog.Start();
        Environment.Exit(exitCode);
    }
}
