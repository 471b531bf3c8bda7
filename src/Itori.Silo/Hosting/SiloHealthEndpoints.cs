using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Itori.Silo.Hosting;

/// <summary>The silo's health over HTTP.</summary>
public static class SiloHealthEndpoints
{
    /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: the silo is an active member of its cluster, else 503.</summary>
    public static IEndpointRouteBuilder MapItoriSiloHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        endpoints.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        return endpoints;
    }
}
