using System.Globalization;

using Microsoft.Extensions.Options;

namespace Itori.Gateway.Exchange;

/// <summary>Limits of export and import, section <c>Itori:Exchange</c>. How large a graph may be is the graph's own limit.</summary>
public sealed class ExchangeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Itori:Exchange";

    /// <summary>The largest file that is imported, bytes; a larger one is refused with 413. 1 KiB to 1 GiB, default 32 MiB.</summary>
    public int MaxFileBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>The most nodes of a file; the file is refused with 413 at the first one beyond. 1 to 1,000,000, default 50,000.</summary>
    public int MaxNodes { get; set; } = 50_000;

    /// <summary>The most edges of a file; the file is refused with 413 at the first one beyond. 1 to 10,000,000, default 500,000: some 50 MB while it is read.</summary>
    public int MaxEdges { get; set; } = 500_000;

    /// <summary>Exports and imports at the same time; beyond it they are refused with 503. Each holds a whole graph in memory. 1 to 1,000, default 8.</summary>
    public int MaxConcurrent { get; set; } = 8;
}

/// <summary>Checks every setting and names all that are wrong: key, value, allowed range.</summary>
internal sealed class ExchangeOptionsValidator : IValidateOptions<ExchangeOptions>
{
    public ValidateOptionsResult Validate(string? name, ExchangeOptions options)
    {
        var wrong = new List<string>();
        Number(nameof(options.MaxFileBytes), options.MaxFileBytes, 1024, 1024 * 1024 * 1024);
        Number(nameof(options.MaxNodes), options.MaxNodes, 1, 1_000_000);
        Number(nameof(options.MaxEdges), options.MaxEdges, 1, 10_000_000);
        Number(nameof(options.MaxConcurrent), options.MaxConcurrent, 1, 1000);
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Number(string key, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{ExchangeOptions.Section}:{key} is {value}; allowed is {least} to {most}"));
            }
        }
    }
}
