using System.Diagnostics;
using System.Globalization;

namespace Itori.Load;

/// <summary>A server that is measured: one or several processes, pinned to a core.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const double TicksPerSecond = 100;

    private readonly List<Process> processes = [];

    /// <summary>Starts a program on the given core; its output is thrown away unless it fails to start.</summary>
    public void Start(string core, IReadOnlyDictionary<string, string> environment, string file, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (IEnumerable<string>)["-c", core, file, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        process.OutputDataReceived += (_, line) => Show(line.Data);
        process.ErrorDataReceived += (_, line) => Show(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        processes.Add(process);
    }

    /// <summary>Waits until the server answers HTTP.</summary>
    public async Task WaitUntilReady(string address, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address), cancellation);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not yet.
            }

            if (watch.Elapsed > TimeSpan.FromSeconds(60) || processes.Any(process => process.HasExited))
            {
                throw new InvalidOperationException($"{address} does not answer.");
            }

            await Task.Delay(100, cancellation);
        }
    }

    /// <summary>Processor time that the processes have used, user and system, seconds.</summary>
    public double CpuSeconds() => processes.Sum(process => CpuSeconds(process.Id));

    /// <summary>That of the last process that was started: the gateway, where there are two.</summary>
    public double LastCpuSeconds() => CpuSeconds(processes[^1].Id);

    /// <summary>Resident memory of the last process that was started (the gateway, where there are two), bytes.</summary>
    public long ResidentBytes()
    {
        var line = File.ReadLines($"/proc/{processes[^1].Id}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Open handles of the last process that was started.</summary>
    public int Handles() => Directory.EnumerateFileSystemEntries($"/proc/{processes[^1].Id}/fd").Count();

    public void Dispose()
    {
        foreach (var process in processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }

    private static double CpuSeconds(int id)
    {
        var text = File.ReadAllText($"/proc/{id}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static void Show(string? line)
    {
        if (line is not null && Environment.GetEnvironmentVariable("ITORI_LOAD_OUTPUT") is not null)
        {
            Console.Error.WriteLine(line);
        }
    }
}
