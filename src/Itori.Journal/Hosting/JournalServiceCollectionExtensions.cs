using Itori.Journal.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Itori.Journal;

/// <summary>Registers the journal with a host.</summary>
public static class JournalServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IJournal"/>, configured by the section <c>Itori:Journal</c>: PostgreSQL where it has a <c>ConnectionString</c>, else SQLite in
    /// <c>Itori:Journal:DataDirectory</c>, or <c>Itori:DataDirectory</c>, or <c>data</c>. It is open before any hosted service starts and closes after the last has stopped.
    /// </summary>
    public static IServiceCollection AddItoriJournal(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<JournalInstruments>();
        services.AddOptions<JournalOptions>()
            .Configure(options => options.DataDirectory = configuration["Itori:DataDirectory"] ?? options.DataDirectory)
            .Bind(configuration.GetSection(JournalOptions.Section))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<JournalOptions>, JournalOptionsAnnotations>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<JournalOptions>, JournalOptionsRules>());
        services.TryAddSingleton<HostedJournal>();
        services.TryAddSingleton<IJournal>(static s => s.GetRequiredService<HostedJournal>());
        services.AddSingleton<IHostedService>(static s => s.GetRequiredService<HostedJournal>());
        return services;
    }
}
