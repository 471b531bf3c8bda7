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

        if (options.DriftSlow <= options.DriftFast)
        {
            return ValidateOptionsResult.Fail($"{FieldOptions.Section}:DriftSlow is {options.DriftSlow}; it must be longer than DriftFast, {options.DriftFast}.");
        }

        if (options.CriticalCoherence > options.WarningCoherence)
        {
            return ValidateOptionsResult.Fail(FormattableString.Invariant(
                $"{FieldOptions.Section}:CriticalCoherence is {options.CriticalCoherence}; it must be at most WarningCoherence, {options.WarningCoherence}."));
        }

        if (options.MeasureWindow < options.MeasurePeriod)
        {
            return ValidateOptionsResult.Fail($"{FieldOptions.Section}:MeasureWindow is {options.MeasureWindow}; it must be at least MeasurePeriod, {options.MeasurePeriod}.");
        }

        if (1 / options.FramesPerSecond < options.StepSeconds)
        {
            return ValidateOptionsResult.Fail(
                FormattableString.Invariant($"{FieldOptions.Section}:FramesPerSecond is {options.FramesPerSecond}; at a step of {options.StepSeconds} s it can be at most {1 / options.StepSeconds}."));
        }

        // Beyond these the fixed step no longer follows the equation, and the integrator refuses.
        if (options.Coupling * options.StepSeconds > 1.3)
        {
            return ValidateOptionsResult.Fail(
                FormattableString.Invariant($"{FieldOptions.Section}:Coupling is {options.Coupling}; at a step of {options.StepSeconds} s it can be at most {1.3 / options.StepSeconds:0.##}."));
        }

        if ((options.BaseFrequency + (2 * options.FrequencySpread)) * options.StepSeconds > 1)
        {
            return ValidateOptionsResult.Fail(FormattableString.Invariant(
                $"{FieldOptions.Section}: BaseFrequency + 2 × FrequencySpread is {options.BaseFrequency + (2 * options.FrequencySpread)}; at a step of {options.StepSeconds} s it can be at most {1 / options.StepSeconds:0.##}."));
        }

        return ValidateOptionsResult.Success;
    }
}
