using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Itori.Streams.Tests;

/// <summary>A client in a process of its own, to be frozen or killed as no code in this process can be.</summary>
internal sealed class SubscriberProcess : IDisposable
{
    public const string Role = "--subscribe";
    private const string Ready = "ready";

    private readonly Process _process;
    private int _received;

    private SubscriberProcess(Process process) => _process = process;

    /// <summary>Events it has reported.</summary>
    public int Received => Volatile.Read(ref _received);

    /// <summary>Starts the process and waits until it is subscribed.</summary>
    public static async Task<SubscriberProcess> StartAsync(int gatewayPort, params string[] topics)
    {
        // Started through the assembly: the test may itself run as `dotnet X.dll`, where the process's own path is that of the host.
        var start = new ProcessStartInfo("dotnet", [typeof(SubscriberProcess).Assembly.Location, Role, gatewayPort.ToString(CultureInfo.InvariantCulture), .. topics])
        {
            RedirectStandardOutput = true,
        };
        var subscriber = new SubscriberProcess(Process.Start(start)!);
        var ready = new TaskCompletionSource();
        subscriber._process.OutputDataReceived += (_, line) =>
        {
            if (line.Data == Ready)
            {
                ready.TrySetResult();
            }
            else if (line.Data is not null)
            {
                Interlocked.Increment(ref subscriber._received);
            }
        };
        subscriber._process.BeginOutputReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return subscriber;
    }

    public static async Task RunAsync(int gatewayPort, string[] topics)
    {
        using var host = StreamCluster.BuildClient([gatewayPort]);
        await host.StartAsync();
        var client = host.Services.GetRequiredService<IClusterClient>();
        foreach (var topic in topics)
        {
            await Inbox<Note>.SubscribeAsync(client, topic, () =>
            {
                Console.WriteLine(topic);
                return Task.CompletedTask;
            });
        }

        Console.WriteLine(Ready);
        await Task.Delay(Timeout.Infinite);
    }

    public void Freeze() => Signal("STOP");

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
