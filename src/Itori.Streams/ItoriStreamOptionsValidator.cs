using Microsoft.Extensions.Options;

namespace Itori.Streams;

internal sealed class ItoriStreamOptionsValidator : IValidateOptions<ItoriStreamOptions>
{
    public ValidateOptionsResult Validate(string? name, ItoriStreamOptions options)
    {
        var failures = new List<string>();
        Require(nameof(options.QueueCount), options.QueueCount, 1, 64);
        Require(nameof(options.QueueCapacity), options.QueueCapacity, 64, 1 << 24);
        Require(nameof(options.WindowPerStream), options.WindowPerStream, ItoriStreamOptions.TailPerStream, 1 << 20);
        Require(nameof(options.CacheCapacity), options.CacheCapacity, options.WindowPerStream, int.MaxValue);
        Require(nameof(options.MaxBatchSize), options.MaxBatchSize, 1, 65_536);
        Require(nameof(options.MaxPollWait), options.MaxPollWait, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(60));
        Require(nameof(options.StreamIdleTime), options.StreamIdleTime, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        Require(nameof(options.DeliveryTimeout), options.DeliveryTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        Require(nameof(options.ShutdownDrain), options.ShutdownDrain, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Require<T>(string key, T value, T low, T high) where T : IComparable<T>
        {
            if (value.CompareTo(low) < 0 || value.CompareTo(high) > 0)
            {
                failures.Add($"Stream provider '{name}': {key} is {value}; it must be between {low} and {high}.");
            }
        }
    }
}
