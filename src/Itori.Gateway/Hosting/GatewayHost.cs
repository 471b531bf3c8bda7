using System.Reflection;

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Exchange;
using Itori.Gateway.Topics;
using Itori.Gateway.Transport;

namespace Itori.Gateway.Hosting;

/// <summary>Composes a gateway into a web application.</summary>
public static class GatewayHost
{
    /// <summary>The server's version.</summary>
    public static string Version { get; } = typeof(GatewayHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>
    /// Adds the gateway's services: sections <c>Itori:Gateway</c>, <c>Itori:Exchange</c> and <c>Itori:Cluster</c>. Where the application has an <see cref="IClusterClient"/> already (a silo in the same process,
    /// added before), that is used; else the gateway makes its own, which connects in the background.
    /// </summary>
    public static WebApplicationBuilder AddItoriGateway(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateOnStart();
        services.AddOptions<ExchangeOptions>().BindConfiguration(ExchangeOptions.Section).ValidateOnStart();
        services.AddOptions<ClusterOptions>().BindConfiguration(ClusterOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ExchangeOptions>, ExchangeOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterOptions>, ClusterOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);

        if (services.Any(service => service.ServiceType == typeof(IClusterClient)))
        {
            services.AddSingleton(provider => new ClusterConnection(
                provider.GetRequiredService<IClusterClient>(), provider.GetRequiredService<ILogger<ClusterConnection>>(), provider.GetRequiredService<TimeProvider>()));
        }
        else
        {
            services.AddSingleton(provider => new ClusterConnection(
                provider.GetRequiredService<IOptions<ClusterOptions>>(), provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        }

        services.AddSingleton<GatewayInstruments>();
        services.AddSingleton<TopicGrains>();
        services.AddSingleton<TopicCommands>();
        services.AddSingleton<MessageCourier>();
        services.AddSingleton<TopicHubs>();
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton<FlushLoops>();
        services.AddSingleton<Admission>();
        services.AddSingleton<AddressLimits>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<GatewayOptions>>(TrustedProxies.Configure);
        services.AddSingleton<SocketEndpoint>();
        services.AddSingleton<RestBoundary>();
        services.AddSingleton<ReadEndpoints>();
        services.AddSingleton<ExchangeEndpoints>();

        // Stopped in reverse: the server, then the topics' leases, then the way to the silos.
        services.AddHostedService(provider => provider.GetRequiredService<ClusterConnection>());
        services.AddHostedService<GatewayLease>();
        services.AddHostedService(provider => provider.GetRequiredService<TopicHubs>());
        services.AddHostedService<ConnectionChecks>();
        services.AddHostedService<GatewayDrain>();

        // Asked before the server's own: the last that was added is asked first.
        services.AddSingleton<IConnectionListenerFactory, GatewayTransport>();
        services.AddResponseCompression(compression =>
        {
            // Files only: nothing secret is in them. API answers are left alone.
            compression.EnableForHttps = true;
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes.Except(["application/json", "text/json"]), "image/svg+xml"];
        });
        builder.AddGatewayTelemetry();
        return builder;
    }

    /// <summary>Adds <c>/ws</c>, the reads, the export and the import under <c>/api</c>, <c>/health/live</c>, <c>/health/ready</c> and the web client's files.</summary>
    public static WebApplication UseItoriGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        app.UseSecurityHeaders();
        app.Use(next => context => SocketEndpoint.Prepare(context, next));
        app.UseWebSockets();
        app.Map("/ws", (HttpContext context, SocketEndpoint endpoint) => endpoint.Serve(context));
        app.MapGet("/health/live", () => Results.Json(new { status = "live" }));
        app.MapGet("/health/ready", (HttpContext context, ClusterConnection cluster, ConnectionRegistry registry) => Ready(context, cluster, registry));
        ReadEndpoints.Map(app);
        ExchangeEndpoints.Map(app);

        // An address under /api that is none must not be answered with the client's page.
        app.Map("/api/{**rest}", (HttpContext context) => HttpErrors.Write(context, 404, Refusal.Of(ItoriError.NoSuchTopic, "There is nothing at this address.")));
        app.UseWebClient();
        return app;
    }

    private static Task Ready(HttpContext context, ClusterConnection cluster, ConnectionRegistry registry)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!registry.IsDraining && cluster.IsReady)
        {
            return context.Response.WriteAsJsonAsync(new { status = "ready" }, context.RequestAborted);
        }

        return HttpErrors.Write(context, 503, Refusal.Of(ItoriError.Unavailable, registry.IsDraining ? "The gateway shuts down." : "No silo is connected."));
    }
}
