using System.Net;
using System.Net.Sockets;
using Itori.Gateway.Hosting;
using Itori.Hosting;
using Itori.Silo.Hosting;

namespace Itori.Standalone;

/// <summary>
/// A silo and a gateway in one process: two hosts, each as it is when it runs alone, joined by loopback. Nothing is different from a cluster of processes but that there is one.
/// </summary>
internal static class StandaloneHost
{
    private const string Cluster = "Itori:Cluster:";

    /// <summary>Starts the silo, then the gateway; stops them the other way round.</summary>
    public static async Task RunAsync(string[] args)
    {
        var (siloPort, gatewayPort) = FreePorts();
        using var silo = BuildSilo(args, siloPort, gatewayPort);
        await using var gateway = BuildGateway(args, silo.Services.GetRequiredService<IConfiguration>()[Cluster + "GatewayPort"] ?? throw new InvalidOperationException("The silo has no gateway port."));
        await silo.StartAsync();
        try
        {
            // Signals reach the gateway alone: it says goodbye to its clients while the silo still works.
            await gateway.RunAsync();
        }
        finally
        {
            await silo.StopAsync();
        }
    }

    private static IHost BuildSilo(string[] args, int siloPort, int gatewayPort)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.AddProgramDefaults();
        Default(builder.Configuration, Cluster + "SiloPort", siloPort);
        Default(builder.Configuration, Cluster + "GatewayPort", gatewayPort);
        builder.AddItoriSilo();
        builder.Services.AddSingleton<IHostLifetime, EmbeddedHostLifetime>();
        return builder.Build();
    }

    private static WebApplication BuildGateway(string[] args, string gatewayPort)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddProgramDefaults();
        builder.ListenByDefault("http://localhost:8000");

        if (string.IsNullOrEmpty(builder.Configuration[Cluster + "ConnectionString"]))
        {
            Default(builder.Configuration, Cluster + "Gateways:0", $"{IPAddress.Loopback}:{gatewayPort}");
        }

        builder.AddItoriGateway();
        var app = builder.Build();
        app.UseItoriGateway();
        return app;
    }

    private static void Default(ConfigurationManager configuration, string key, object value)
    {
        if (configuration[key] is null)
        {
            configuration.AddInMemoryCollection([new(key, FormattableString.Invariant($"{value}"))]);
        }
    }

    /// <summary>Two ports that are free now: several Standalones may run on one machine.</summary>
    private static (int Silo, int Gateway) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
