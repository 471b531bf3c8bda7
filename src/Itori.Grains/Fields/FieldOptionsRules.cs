using Microsoft.Extensions.Options;

namespace Itori.Grains.Fields;

/// <summary>Rules across the field's options.</summary>
internal sealed class FieldOptionsRules : IValidateOptions<FieldOptions>
{
    public ValidateOptionsResult Validate(string? name, FieldOptions options)
    {
        if (options.SlowActivity <= options.FastActivity)
        {
            return ValidateOptionsResult.Fail($"{FieldOptions.Section}:SlowActivity is {options.SlowActivity}; it must be longer than FastActivity, {options.FastActivity}.");
        }

        if (1 / options.FramesPerSecond < options.StepSeconds)
        {
            return ValidateOptionsResult.Fail(
                FormattableString.Invariant($"{FieldOptions.Section}:FramesPerSecond is {options.FramesPerSecond}; at a step of {options.StepSeconds} s it can be at most {1 / options.StepSeconds}."));
        }

        return ValidateOptionsResult.Success;
    }
}
