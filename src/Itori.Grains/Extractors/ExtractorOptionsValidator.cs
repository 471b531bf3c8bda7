using System.Globalization;
using Itori.Grains.Assistants;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Itori.Grains.Extractors;

/// <summary>Says of each wrong value its key, what it is and what it may be.</summary>
internal sealed class ExtractorOptionsValidator(IOptions<AssistantOptions> assistant, IServiceProvider services) : IValidateOptions<ExtractorOptions>
{
    public ValidateOptionsResult Validate(string? name, ExtractorOptions options)
    {
        var faults = new List<string>();
        if (options.By is not (ExtractorOptions.BuiltIn or ExtractorOptions.ByModel))
        {
            faults.Add($"Itori:Extraction:By is '{options.By}'; it must be '{ExtractorOptions.BuiltIn}' or '{ExtractorOptions.ByModel}'.");
        }

        if (options.Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
        {
            faults.Add($"Itori:Extraction:Endpoint is '{endpoint}'; it must be an absolute http or https address, for example http://localhost:11434/v1.");
        }

        if (options.By == ExtractorOptions.ByModel && services.GetService<IServiceProviderIsService>()?.IsService(typeof(IChatClient)) != true)
        {
            if (options.Endpoint is null && assistant.Value.Endpoint is null)
            {
                faults.Add("Itori:Extraction:By is 'model', but neither Itori:Extraction:Endpoint nor Itori:Assistant:Endpoint is set.");
            }

            if (string.IsNullOrWhiteSpace(options.Model) && string.IsNullOrWhiteSpace(assistant.Value.Model))
            {
                faults.Add("Itori:Extraction:By is 'model', but neither Itori:Extraction:Model nor Itori:Assistant:Model names one.");
            }
        }

        Range(faults, nameof(options.Timeout), options.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        Range(faults, nameof(options.MaxTextCharacters), options.MaxTextCharacters, 500, 1_000_000);
        Range(faults, nameof(options.MaxOutputTokens), options.MaxOutputTokens, 64, 100_000);
        Range(faults, nameof(options.MaxAnswerCharacters), options.MaxAnswerCharacters, 1000, 1_000_000);
        Range(faults, nameof(options.MaxConcurrentRequests), options.MaxConcurrentRequests, 1, 256);
        Range(faults, nameof(options.PauseAfterFailure), options.PauseAfterFailure, TimeSpan.Zero, TimeSpan.FromHours(1));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Range<T>(List<string> faults, string key, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"Itori:Extraction:{key} is {value}; it must be from {least} to {most}."));
        }
    }
}
