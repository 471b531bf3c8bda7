namespace Itori.Grains.Presence;

/// <summary>What silos tell presence grains.</summary>
[Alias("itori.IPresenceUpkeepGrain")]
internal interface IPresenceUpkeepGrain : IGrainWithStringKey
{
    /// <summary>A gateway is gone, and its users with it.</summary>
    [Alias("GatewayGone")]
    Task GatewayGone(string gateway);
}
