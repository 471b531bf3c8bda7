using System.Diagnostics;
using Itori.Silo.Hosting;
using Itori.Tests.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Itori.Silo.Tests.Reminders;

/// <summary>A silo as the product composes it, with the alarm grain besides, in a process of its own that can be killed.</summary>
internal sealed class AlarmSilo : IAsyncDisposable
{
    public const string Role = "--alarm-silo";
    public const string Ready = "ready";
    private const string Arm = "Arm";

    private readonly Process process;
    private readonly List<string> output = [];

    private AlarmSilo(IEnumerable<string> arguments)
    {
        process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [typeof(AlarmSilo).Assembly.Location, Role, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static AlarmSilo Start(bool arm, params string[] settings) => new(
    [
        FormattableString.Invariant($"--Itori:Cluster:SiloPort={FreePorts.Next()}"),
        FormattableString.Invariant($"--Itori:Cluster:GatewayPort={FreePorts.Next()}"),
        "--Itori:Cluster:AdvertisedAddress=127.0.0.1",
        $"--{Arm}={arm}",
        .. settings,
    ]);

    /// <summary>What the process does.</summary>
    public static async Task RunAsync(string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(settings);
        builder.AddItoriSilo();

        // A minute is the least that is sensible in production; a test need not wait for it.
        builder.Services.Configure<ReminderOptions>(reminders => reminders.MinimumReminderPeriod = TimeSpan.FromSeconds(1));
        using var host = builder.Build();
        await host.StartAsync();
        if (builder.Configuration.GetValue<bool>(Arm))
        {
            await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IAlarmGrain>("one").Arm();
        }

        Console.WriteLine(Ready);
        await host.WaitForShutdownAsync();
    }

    /// <summary>Waits until the process writes this line.</summary>
    public async Task Says(string line)
    {
        // Far beyond what a slow machine needs.
        var end = TimeProvider.System.GetTimestamp() + (90 * TimeProvider.System.TimestampFrequency);
        while (true)
        {
            lock (output)
            {
                if (output.Contains(line))
                {
                    return;
                }

                if (process.HasExited || TimeProvider.System.GetTimestamp() > end)
                {
                    throw new TimeoutException($"The silo did not say '{line}': {string.Join(Environment.NewLine, output)}");
                }
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task Crash()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (output)
            {
                output.Add(line);
            }
        }
    }
}
