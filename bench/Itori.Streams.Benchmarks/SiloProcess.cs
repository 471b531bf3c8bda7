using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;

namespace Itori.Streams.Benchmarks;

/// <summary>This program once more, as a silo.</summary>
internal sealed class SiloProcess : IDisposable
{
    public const string Role = "--silo";
    private const string Ready = "ready";

    private readonly Process _process;

    private SiloProcess(Process process, int gatewayPort) => (_process, GatewayPort) = (process, gatewayPort);

    public int GatewayPort { get; }

    /// <summary>Processor time it has used, over all cores.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static SiloProcess Start(string provider)
    {
        var (siloPort, gatewayPort) = (FreePort(), FreePort());
        string[] arguments = [Role, provider, siloPort.ToString(CultureInfo.InvariantCulture), gatewayPort.ToString(CultureInfo.InvariantCulture)];
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        return process.StandardOutput.ReadLine() == Ready
            ? new SiloProcess(process, gatewayPort)
            : throw new InvalidOperationException("The silo process ended before it was ready.");
    }

    /// <summary>The other side: runs until the parent closes the input, or is gone.</summary>
    public static async Task RunAsync(string[] arguments)
    {
        using var host = Provider.BuildSilo(
            arguments[1], int.Parse(arguments[2], CultureInfo.InvariantCulture), int.Parse(arguments[3], CultureInfo.InvariantCulture));
        await host.StartAsync();
        Console.WriteLine(Ready);
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
