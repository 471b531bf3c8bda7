using System.Net;

using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

using IPNetwork = System.Net.IPNetwork;

namespace Itori.Gateway.Hosting;

/// <summary>Whose word about a client's address is taken: that of the proxies that are named, and nobody else's, or anyone could choose an address.</summary>
internal static class TrustedProxies
{
    public static void Configure(ForwardedHeadersOptions forwarded, IOptions<GatewayOptions> options)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
        forwarded.ForwardLimit = null;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in options.Value.TrustedProxies)
        {
            forwarded.KnownIPNetworks.Add(Parse(proxy) ?? throw new InvalidOperationException($"\"{proxy}\" is no address."));
        }
    }

    /// <summary>An address or a network, <c>10.0.0.0/8</c>; null where it is neither.</summary>
    public static IPNetwork? Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}
