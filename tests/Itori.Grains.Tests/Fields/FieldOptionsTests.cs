using Itori.Grains.Fields;

namespace Itori.Grains.Tests.Fields;

public sealed class FieldOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new FieldOptionsRules().Validate(null, new FieldOptions()).Succeeded);

    public static TheoryData<string, FieldOptions> Wrong() => new()
    {
        { "SlowActivity", new FieldOptions { FastActivity = TimeSpan.FromMinutes(3) } },
        { "DriftSlow", new FieldOptions { DriftFast = TimeSpan.FromHours(1) } },
        { "CriticalCoherence", new FieldOptions { CriticalCoherence = 0.7 } },
        { "MeasureWindow", new FieldOptions { MeasureWindow = TimeSpan.FromSeconds(1), MeasurePeriod = TimeSpan.FromSeconds(2) } },
        { "FramesPerSecond", new FieldOptions { FramesPerSecond = 60, StepSeconds = 0.02 } },
        { "Coupling", new FieldOptions { Coupling = 66 } },
        { "FrequencySpread", new FieldOptions { FrequencySpread = 20, StepSeconds = 0.05 } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_the_integrator_could_not_follow_is_refused_by_name(string option, FieldOptions options) =>
        Assert.Contains(option, new FieldOptionsRules().Validate(null, options).FailureMessage, StringComparison.Ordinal);
}
