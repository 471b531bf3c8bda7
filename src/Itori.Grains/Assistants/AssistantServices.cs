using Itori.Grains.Assistants.Embedded;
using Itori.Grains.Assistants.Models;
using Itori.Grains.Assistants.Turns;
using Itori.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Itori.Grains.Assistants;

/// <summary>What the assistant needs of its host.</summary>
public static class AssistantServices
{
    /// <summary>
    /// Adds the assistant (options of the sections <c>Itori:Assistant</c> and <c>Itori:Library</c>, validated at start). The host adds the journal. An
    /// <see cref="IChatClient"/> that is registered already is what answers, whatever the options say.
    /// </summary>
    public static IServiceCollection AddItoriAssistant(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AssistantOptions>().Bind(configuration.GetSection(AssistantOptions.Section)).ValidateOnStart();
        services.AddOptions<LibraryOptions>().Bind(configuration.GetSection(LibraryOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AssistantOptions>, AssistantOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LibraryOptions>, AssistantOptionsValidator>());
        services.TryAddSingleton(_ => new ConceptExtractor());
        services.TryAddSingleton(Pick);
        services.TryAddSingleton<RunningTurns>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<RunningTurns>());
        return services;
    }

    private static AssistantModel Pick(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<AssistantOptions>>().Value;
        if (services.GetService<IChatClient>() is { } given)
        {
            return new AssistantModel(given, options.Model ?? given.GetService<ChatClientMetadata>()?.DefaultModelId ?? "model");
        }

        return options.Endpoint is null
            ? new AssistantModel(new EmbeddedChatClient(options.MaxPassages), AssistantModel.EmbeddedName)
            : new AssistantModel(OpenAIEndpoint.Connect(options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>().CreateLogger<RetryingChatClient>()), options.Model!);
    }
}
