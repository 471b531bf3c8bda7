namespace Itori.Contracts;

/// <summary>
/// Whether a gateway lives (key: its incarnation). The gateway renews its lease about three times as often as it ends; silos that hold presence of it ask. Nothing is stored: a new activation
/// gives the gateway one lease's time to be heard of.
/// </summary>
[Alias("itori.IGatewayLeaseGrain")]
public interface IGatewayLeaseGrain : IGrainWithStringKey
{
    /// <summary>The gateway lives. False: it was not known, or was thought lost meanwhile; it is to report its users again.</summary>
    [Alias("Renew")]
    Task<bool> Renew(TimeSpan lease);

    /// <summary>The gateway goes.</summary>
    [Alias("Release")]
    Task Release();

    /// <summary>Whether the gateway lives, where its lease is <paramref name="lease"/> long.</summary>
    [Alias("IsHeld")]
    Task<bool> IsHeld(TimeSpan lease);
}
