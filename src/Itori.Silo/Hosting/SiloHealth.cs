using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Itori.Silo.Hosting;

/// <summary>Ready: this silo is an active member of its cluster.</summary>
internal sealed class SiloHealth(ISiloStatusOracle membership, ILocalSiloDetails silo) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = membership.GetApproximateSiloStatus(silo.SiloAddress);
        return Task.FromResult(status == SiloStatus.Active
            ? HealthCheckResult.Healthy($"Silo {silo.SiloAddress} is active.")
            : HealthCheckResult.Unhealthy($"Silo {silo.SiloAddress} is {status}."));
    }
}
