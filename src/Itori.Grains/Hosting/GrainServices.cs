using Itori.Grains.Assistants;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Extractors;
using Itori.Grains.Fields;
using Itori.Grains.Journaling;
using Itori.Grains.Presence;
using Itori.Grains.Sessions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Itori.Grains.Hosting;

/// <summary>What the grains need of their host.</summary>
public static class GrainServices
{
    /// <summary>Adds the grains' options (validated at start) and services. The host adds the journal, the stream provider and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddItoriGrains(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        AddOptions<JournallingOptions, JournallingOptionsAnnotations>(services, JournallingOptions.Section);
        AddOptions<SessionOptions, SessionOptionsAnnotations>(services, SessionOptions.Section);
        AddOptions<ConceptGraphOptions, ConceptGraphOptionsAnnotations>(services, ConceptGraphOptions.Section);
        AddOptions<FieldOptions, FieldOptionsAnnotations>(services, FieldOptions.Section);
        services.AddSingleton<IValidateOptions<FieldOptions>, FieldOptionsRules>();
        services.AddItoriExtraction();
        services.TryAddSingleton<TextExtraction>();
        services.TryAddSingleton<TextCourier>();
        services.TryAddSingleton<JournalGate>();

        // Orleans refuses periods below a minute as a mistake; here they are an option of their own, with its own limits.
        services.Configure<ReminderOptions>(reminders => reminders.MinimumReminderPeriod = SessionOptions.LeastReminderPeriod);
        services.AddItoriPresence();
        services.AddItoriAssistant(configuration);
        return services;
    }

    private static void AddOptions<TOptions, TAnnotations>(IServiceCollection services, string section)
        where TOptions : class
        where TAnnotations : class, IValidateOptions<TOptions>
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>, TAnnotations>();
    }
}

[OptionsValidator]
internal sealed partial class JournallingOptionsAnnotations : IValidateOptions<JournallingOptions>;

[OptionsValidator]
internal sealed partial class SessionOptionsAnnotations : IValidateOptions<SessionOptions>;

[OptionsValidator]
internal sealed partial class ConceptGraphOptionsAnnotations : IValidateOptions<ConceptGraphOptions>;

[OptionsValidator]
internal sealed partial class FieldOptionsAnnotations : IValidateOptions<FieldOptions>;
