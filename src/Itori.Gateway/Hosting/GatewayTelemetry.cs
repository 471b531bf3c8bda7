using OpenTelemetry.Metrics;

namespace Itori.Gateway.Hosting;

/// <summary>Metrics to an OpenTelemetry collector, where one is configured (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>).</summary>
internal static class GatewayTelemetry
{
    public static void AddGatewayTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(GatewayInstruments.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter());
    }
}
