using Microsoft.Extensions.Options;

namespace Itori.Journal.Hosting;

/// <summary>The annotations on <see cref="JournalOptions"/>, checked by generated code.</summary>
[OptionsValidator]
internal sealed partial class JournalOptionsAnnotations : IValidateOptions<JournalOptions>;

/// <summary>What annotations cannot say.</summary>
internal sealed class JournalOptionsRules : IValidateOptions<JournalOptions>
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, JournalOptions options)
    {
        if (options.CommandTimeout < s_shortest || options.CommandTimeout > s_longest || options.CommandTimeout.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            return ValidateOptionsResult.Fail(
                $"{JournalOptions.Section}:CommandTimeout is {options.CommandTimeout}; it must be whole seconds from {s_shortest} to {s_longest}.");
        }

        if (options.OpenTimeout < TimeSpan.Zero || options.OpenTimeout > s_longest)
        {
            return ValidateOptionsResult.Fail($"{JournalOptions.Section}:OpenTimeout is {options.OpenTimeout}; it must be from 00:00:00 to {s_longest}.");
        }

        return options.MaxBatchBytes > options.MaxQueuedBytes
            ? ValidateOptionsResult.Fail(
                $"{JournalOptions.Section}:MaxBatchBytes is {options.MaxBatchBytes}; it must not exceed MaxQueuedBytes, {options.MaxQueuedBytes}.")
            : ValidateOptionsResult.Success;
    }
}
