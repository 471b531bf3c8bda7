using Itori.Contracts;

namespace Itori.Grains.Presence;

/// <summary>Whether one gateway lives. Times are this silo's alone, so clocks of others do not matter.</summary>
[GrainType("gateway-lease")]
internal sealed class GatewayLeaseGrain(TimeProvider time) : Grain, IGatewayLeaseGrain
{
    private DateTimeOffset? until;
    private bool renewed;

    public Task<bool> Renew(TimeSpan lease)
    {
        var now = time.GetUtcNow();
        var unbroken = renewed && until >= now;
        renewed = true;
        until = now + Leases.Held(lease);
        return Task.FromResult(unbroken);
    }

    public Task Release()
    {
        renewed = false;
        until = DateTimeOffset.MinValue;
        return Task.CompletedTask;
    }

    public Task<bool> IsHeld(TimeSpan lease)
    {
        var now = time.GetUtcNow();
        until ??= now + Leases.Held(lease);
        return Task.FromResult(until >= now);
    }
}
