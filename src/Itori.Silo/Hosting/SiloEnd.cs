using Itori.Hosting;

namespace Itori.Silo.Hosting;

/// <summary>
/// What happens when Orleans finds that the silo must not go on. Mostly the others declared it dead, because it did not answer for a while: a machine that slept, a long pause. Its grains
/// live elsewhere by then. Orleans' own handler would wait, then abort with a dump of memory; this one ends the process with one line and an exit code by which whoever watches it starts it again.
/// </summary>
internal sealed class SiloEnd(ILocalSiloDetails silo) : IFatalErrorHandler
{
    /// <summary>The silo was told to end; it is to be started again. As EX_TEMPFAIL of sysexits.h.</summary>
    public const int DeclaredDead = 75;

    /// <summary>A fault of the program. As EX_SOFTWARE.</summary>
    public const int Faulted = 70;

    private int ending;

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        if (Interlocked.Exchange(ref ending, 1) != 0)
        {
            return;
        }

        // Straight to standard error: a logger's queue may not be written any more.
        Console.Error.WriteLine(exception is null
            ? $"itori: silo {silo.SiloAddress} ends, for the others declared it dead; start it again. ({OneLine(context)})"
            : $"itori: silo {silo.SiloAddress} ends because of a fault ({OneLine(context)}): {exception}");

        ProcessEnd.Now(exception is null ? DeclaredDead : Faulted);
    }

    private static string OneLine(string? text) => text?.ReplaceLineEndings(" ") ?? "no reason given";
}
