using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Itori.Tests.Shared;

/// <summary>One of the programs, running as a user runs it.</summary>
internal sealed class ItoriProcess : IAsyncDisposable
{
    /// <summary>Longer than any start takes on a machine that does ten other things.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    /// <summary>The host's shutdown timeout (30 s) and what a process needs to end after it.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    private readonly Process process;
    private readonly string? log;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();

    private ItoriProcess(string program, Uri address, IEnumerable<string> arguments, ProcessPlace place)
    {
        Address = address;
        log = place.LogFile;
        string[] command = [.. place.Prefix, "dotnet", program, "--urls", address.ToString(), .. arguments];
        if (log is not null)
        {
            // Written by the program itself: what it said last is there even if the tests end first.
            command = ["/bin/sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", log, .. command];
        }

        var start = new ProcessStartInfo(command[0])
        {
            // Not the program's folder: whoever starts it may be anywhere.
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = log is null,
            RedirectStandardError = log is null,
        };
        foreach (var argument in command.AsSpan(1))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(errors, line.Data);
        process.Start();
        if (log is null)
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        AppDomain.CurrentDomain.ProcessExit += OnTestsEnd;
    }

    public Uri Address { get; }

    /// <summary>Its id in the system.</summary>
    public int Id => process.Id;

    /// <summary>What it wrote to standard output so far; with a log file, that file's name.</summary>
    public string Output => log ?? Text(output);

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors => Text(errors);

    /// <summary>Starts a program that listens at a free port and does not wait for it.</summary>
    public static ItoriProcess Launch(string program, params string[] arguments) => Launch(program, FreePorts.Next(), arguments);

    public static ItoriProcess Launch(string program, int port, params string[] arguments) =>
        Launch(program, new Uri(FormattableString.Invariant($"http://127.0.0.1:{port}")), new ProcessPlace(), arguments);

    /// <summary>Starts a program that listens at <paramref name="address"/>, in a place of its own.</summary>
    public static ItoriProcess Launch(string program, Uri address, ProcessPlace place, params string[] arguments) => new(program, address, arguments, place);

    public static Task<ItoriProcess> Standalone(string dataDirectory, params string[] arguments) => Standalone(FreePorts.Next(), dataDirectory, arguments);

    public static async Task<ItoriProcess> Standalone(int port, string dataDirectory, params string[] arguments)
    {
        var launched = Launch(Programs.Standalone, port, ["--Itori:DataDirectory", dataDirectory, .. arguments]);
        await launched.Ready();
        return launched;
    }

    /// <summary>Waits until <c>/health/ready</c> says so.</summary>
    public async Task Ready()
    {
        using var http = new HttpClient { BaseAddress = Address };
        await Condition.Holds(
            async () =>
            {
                if (process.HasExited)
                {
                    throw new InvalidOperationException($"It ended with {process.ExitCode} instead of becoming ready: {Errors}{Output}");
                }

                try
                {
                    using var answer = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            StartLimit,
            () => $"{Address} was not ready: {Errors}{Output}");
    }

    /// <summary>SIGTERM, then its exit code.</summary>
    public Task<int> Stop()
    {
        Signals.Terminate(process.Id);
        return ExitCode();
    }

    /// <summary>SIGTERM; the end is awaited elsewhere.</summary>
    public void BeginStop() => Signals.Terminate(process.Id);

    /// <summary>SIGKILL, not waited for.</summary>
    public void Kill() => Signals.Kill(process.Id);

    /// <summary>SIGSTOP: it does nothing until <see cref="Continue"/>, and does not know.</summary>
    public void Pause() => Signals.Pause(process.Id);

    /// <summary>SIGCONT.</summary>
    public void Continue() => Signals.Continue(process.Id);

    /// <summary>Waits for the end, however long it takes.</summary>
    public async Task<int> Ended(CancellationToken ct)
    {
        await process.WaitForExitAsync(ct);
        return process.ExitCode;
    }

    /// <summary>SIGKILL: nothing is flushed, nobody is told.</summary>
    public async Task Crash()
    {
        Signals.Kill(process.Id);
        await ExitCode();
    }

    /// <summary>Whether it has not ended.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>The status of a GET.</summary>
    public async Task<int> Status(string path)
    {
        using var http = new HttpClient { BaseAddress = Address };
        using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    /// <summary>Waits for the process to end by itself.</summary>
    public async Task<int> ExitCode()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It did not end within {StopLimit.TotalSeconds:0} s: {Errors}{Output}");
        }

        return process.ExitCode;
    }

    /// <summary>Memory that is resident now, bytes.</summary>
    public long ResidentBytes()
    {
        var line = File.ReadLines(FormattableString.Invariant($"/proc/{process.Id}/status")).First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan("VmRSS:".Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnTestsEnd;
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    // Tests that are cut short must not leave servers behind.
    private void OnTestsEnd(object? sender, EventArgs e)
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}

/// <summary>Where a program runs.</summary>
internal sealed record ProcessPlace
{
    /// <summary>What stands before the command, such as <c>ip netns exec NAME</c>. It must become the program (exec), so that signals reach it.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    /// <summary>The file that its output is added to; null: it is kept in memory.</summary>
    public string? LogFile { get; init; }
}
