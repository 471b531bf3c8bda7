using System.Globalization;
using Microsoft.Extensions.Options;

namespace Itori.Grains.Assistants;

/// <summary>Says of each wrong value its key, what it is and what it may be.</summary>
internal sealed class AssistantOptionsValidator : IValidateOptions<AssistantOptions>, IValidateOptions<LibraryOptions>
{
    public ValidateOptionsResult Validate(string? name, AssistantOptions options)
    {
        var faults = new List<string>();
        if (options.Endpoint is { } endpoint)
        {
            if (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https"))
            {
                faults.Add($"Itori:Assistant:Endpoint is '{endpoint}'; it must be an absolute http or https address, for example http://localhost:11434/v1.");
            }

            if (string.IsNullOrWhiteSpace(options.Model))
            {
                faults.Add("Itori:Assistant:Model is empty; with an Endpoint it must name the model there.");
            }
        }
        else if (!string.IsNullOrWhiteSpace(options.ApiKey))
        {
            faults.Add("Itori:Assistant:ApiKey is set without Itori:Assistant:Endpoint; the embedded assistant takes no key. Set the Endpoint that it is for.");
        }

        if (options.Temperature is { } temperature && !(temperature is >= 0 and <= 2))
        {
            faults.Add($"Itori:Assistant:Temperature is {temperature.ToString(CultureInfo.InvariantCulture)}; it must be from 0 to 2.");
        }

        Range(faults, nameof(options.MaxOutputTokens), options.MaxOutputTokens, 1, 1_000_000);
        Range(faults, nameof(options.MaxTranscriptMessages), options.MaxTranscriptMessages, 1, 100_000);
        Range(faults, nameof(options.MaxPromptCharacters), options.MaxPromptCharacters, 1000, 10_000_000);
        Range(faults, nameof(options.MaxAnswerCharacters), options.MaxAnswerCharacters, 100, 10_000_000);
        Range(faults, nameof(options.MaxPassages), options.MaxPassages, 1, 50);
        Range(faults, nameof(options.DeltasPerSecond), options.DeltasPerSecond, 1, 1000);
        Range(faults, nameof(options.RequestTimeout), options.RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Range(faults, nameof(options.FirstTokenTimeout), options.FirstTokenTimeout, TimeSpan.FromMilliseconds(100), options.RequestTimeout);
        Range(faults, nameof(options.EndRetryTimeout), options.EndRetryTimeout, TimeSpan.Zero, TimeSpan.FromHours(1));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public ValidateOptionsResult Validate(string? name, LibraryOptions options) => options.MaxCharacters is >= 1000 and <= 256_000_000
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Itori:Library:MaxCharacters is {options.MaxCharacters}; it must be from 1000 to 256000000.");

    private static void Range<T>(List<string> faults, string key, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"Itori:Assistant:{key} is {value}; it must be from {least} to {most}."));
        }
    }
}
