using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Itori.Grains.Presence;

/// <summary>What presence needs of its silo.</summary>
internal static class PresenceServices
{
    public static IServiceCollection AddItoriPresence(this IServiceCollection services)
    {
        services.AddSingleton<GatewayWatch>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<GatewayWatch>());
        return services;
    }
}
