using Itori.Gateway.Hosting;

namespace Itori.Gateway.Identity;

/// <summary>
/// Which pages may open a socket. Browsers let a page of any site open one anywhere and send the user's cookies along (cross-site WebSocket hijacking), so the server must look at
/// where the page came from. Programs send no Origin and are let in.
/// </summary>
internal static class OriginPolicy
{
    public static bool Allows(HttpRequest request, GatewayOptions options)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return true;
        }

        foreach (var allowed in options.AllowedOrigins)
        {
            if (allowed == "*" || string.Equals(allowed, origin, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        // Scheme is not compared: behind a proxy that ends TLS the server sees http where the page has https.
        return Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && string.Equals(uri.IsDefaultPort ? uri.Host : uri.Authority, request.Host.Port is 80 or 443 ? request.Host.Host : request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
