using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Itori.Journal.Tests.Sqlite;

/// <summary>The writing process that tests kill.</summary>
internal sealed class CrashWriter : IDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lines;

    public CrashWriter(string folder, int streams)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Itori.Journal.CrashWriter.exe" : "Itori.Journal.CrashWriter");
        _process = Process.Start(new ProcessStartInfo(program, [folder, streams.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>The last acknowledged seq of each stream, as the process printed it before it died.</summary>
    public ConcurrentDictionary<string, long> Acknowledged { get; } = [];

    public ConcurrentQueue<string> Other { get; } = [];

    public int Lines => Volatile.Read(ref _lines);

    public Task Opened => _opened.Task;

    public async Task<int> ExitAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct);
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>SIGKILL; returns once the process is gone and its last output is read.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        _process.Kill();
        await ExitAsync(ct);
    }

    public Task<int> EndInputAsync(CancellationToken ct)
    {
        _process.StandardInput.Close();
        return ExitAsync(ct);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "open")
            {
                _opened.TrySetResult();
            }
            else if (line.Split(' ') is [var stream, var text] && long.TryParse(text, CultureInfo.InvariantCulture, out var seq))
            {
                Acknowledged[stream] = seq;
                Interlocked.Increment(ref _lines);
            }
            else
            {
                Other.Enqueue(line);
            }
        }
    }
}
