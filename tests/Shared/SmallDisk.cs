using System.Diagnostics;

namespace Itori.Tests.Shared;

/// <summary>A small file system in memory. Only where this process may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    /// <summary>Why a test that needs one is skipped.</summary>
    public const string Missing = "This process may not mount a small tmpfs (needs root on Linux).";

    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <returns>Null where mounting is not allowed.</returns>
    public static SmallDisk? TryMount(int megabytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var path = Directory.CreateTempSubdirectory("itori-small-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path))
        {
            return new SmallDisk(path);
        }

        Directory.Delete(path);
        return null;
    }

    public void MakeReadOnly() => Must("mount", "-o", "remount,ro", Path);

    public void Dispose()
    {
        Must("umount", Path);
        Directory.Delete(Path);
    }

    private static void Must(string program, params string[] arguments)
    {
        if (!Run(program, arguments))
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
