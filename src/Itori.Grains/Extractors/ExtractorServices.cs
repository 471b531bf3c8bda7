using Itori.Grains.Assistants;
using Itori.Grains.Assistants.Models;
using Itori.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Itori.Grains.Extractors;

/// <summary>Which extractor there is, by configuration.</summary>
internal static class ExtractorServices
{
    public static void AddItoriExtraction(this IServiceCollection services)
    {
        services.AddOptions<ExtractorOptions>().BindConfiguration(ExtractorOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ExtractorOptions>, ExtractorOptionsValidator>();
        services.TryAddSingleton(_ => new ConceptExtractor());
        services.TryAddSingleton(Pick);
    }

    private static IConceptExtractor Pick(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ExtractorOptions>>().Value;
        if (options.By != ExtractorOptions.ByModel)
        {
            return services.GetRequiredService<ConceptExtractor>();
        }

        var time = services.GetRequiredService<TimeProvider>();
        var assistant = services.GetRequiredService<IOptions<AssistantOptions>>().Value;
        var endpoint = new AssistantOptions
        {
            Endpoint = options.Endpoint ?? assistant.Endpoint,
            Model = options.Model ?? assistant.Model,

            // A key goes to no other server than the one it is for.
            ApiKey = options.ApiKey ?? (options.Endpoint is null || options.Endpoint == assistant.Endpoint ? assistant.ApiKey : null),
            RequestTimeout = options.Timeout,
            FirstTokenTimeout = options.Timeout,
        };
        var given = options.Endpoint is null ? services.GetService<IChatClient>() : null;
        var client = given ?? OpenAIEndpoint.Connect(endpoint, time, services.GetRequiredService<ILoggerFactory>().CreateLogger<RetryingChatClient>());
        return new ModelExtractor(client, endpoint.Model ?? "model", options, new ExtractionOptions(), time);
    }
}
