using System.Diagnostics;
using System.Globalization;

namespace Itori.Cluster.Tests.Processes;

/// <summary>What happened in a run, with seconds since its start: on the console and in the run's folder, beside the logs of its processes.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly StreamWriter file;
    private readonly long begun = Stopwatch.GetTimestamp();

    public RunLog(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Folder = Directory.CreateDirectory(folder).FullName;
        file = new StreamWriter(Path.Combine(folder, "run.log")) { AutoFlush = true };
    }

    public string Folder { get; }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(begun);

    public void Write(string line)
    {
        var timed = string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,7:0.0} s  {line}");
        lock (file)
        {
            file.WriteLine(timed);
        }

        Console.WriteLine(timed);
    }

    public void Dispose() => file.Dispose();
}
