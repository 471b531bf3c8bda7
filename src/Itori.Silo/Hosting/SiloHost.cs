using System.Net;
using System.Net.Sockets;
using Itori.Contracts;
using Itori.Grains.Hosting;
using Itori.Journal;
using Itori.Silo.Clustering;
using Itori.Silo.Reminders;
using Itori.Silo.Storage;
using Itori.Streams;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Orleans.Configuration;
using Orleans.Storage;

namespace Itori.Silo.Hosting;

/// <summary>The silo: grains, their journal, streams and cluster in one process.</summary>
public static class SiloHost
{
    /// <summary>
    /// Adds the whole silo. Reads <c>Itori:Cluster</c>, <c>Itori:Journal</c>, <c>Itori:DataDirectory</c>, <c>Itori:Topics</c>, <c>Itori:Sessions</c>, <c>Itori:Graphs</c>, <c>Itori:Field</c> and
    /// <c>Itori:Assistant</c>; a wrong value stops the start with one line.
    /// </summary>
    public static IHostApplicationBuilder AddItoriSilo(this IHostApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);

        // What kind of cluster it is decides what is registered, so it is needed, and must be right, before there is a container.
        var cluster = Valid(configuration.GetSection(ClusterOptions.Section).Get<ClusterOptions>() ?? new ClusterOptions());

        services.AddItoriJournal(configuration);
        services.PostConfigure<JournalOptions>(journal => journal.ConnectionString ??= cluster.ConnectionString);
        services.AddItoriGrains(configuration);
        if (cluster.ConnectionString is { } connectionString)
        {
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<ClusterSchema>(provider, connectionString));
        }

        builder.UseOrleans(silo => Configure(silo, cluster));
        services.AddHealthChecks().AddCheck<SiloHealth>("silo", HealthStatus.Unhealthy, ["ready"]);
        AddTelemetry(builder);
        return builder;
    }

    private static ClusterOptions Valid(ClusterOptions cluster)
    {
        IValidateOptions<ClusterOptions>[] validators = [new ClusterOptionsAnnotations(), new ClusterOptionsRules()];
        List<string> failures = [.. validators.Select(validator => validator.Validate(Options.DefaultName, cluster)).Where(result => result.Failed).SelectMany(result => result.Failures!)];
        return failures.Count == 0 ? cluster : throw new OptionsValidationException(Options.DefaultName, typeof(ClusterOptions), failures);
    }

    private static void Configure(ISiloBuilder silo, ClusterOptions cluster)
    {
        silo.Configure<Orleans.Configuration.ClusterOptions>(options =>
        {
            options.ClusterId = cluster.ClusterId;
            options.ServiceId = cluster.ServiceId;
        });
        if (cluster.ConnectionString is { } connectionString)
        {
            silo.UseAdoNetClustering(options =>
            {
                options.Invariant = "Npgsql";
                options.ConnectionString = connectionString;
            });
            silo.UseAdoNetReminderService(options => options.Configure(reminders =>
            {
                reminders.Invariant = "Npgsql";
                reminders.ConnectionString = connectionString;
            }));
        }
        else
        {
            silo.AddReminders();
            silo.Services.AddSingleton<IReminderTable, JournalReminderTable>();
            silo.UseDevelopmentClustering(cluster.PrimarySilo is { } primary && IPEndPoint.TryParse(primary, out var end)
                ? end
                : new IPEndPoint(Advertised(cluster), cluster.SiloPort));
        }

        silo.ConfigureEndpoints(Advertised(cluster), cluster.SiloPort, cluster.GatewayPort, listenOnAnyHostAddress: cluster.ConnectionString is not null);
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            // A killed silo is seen in about ProbePeriod × MissedProbes. Shorter costs false alarms on machines that pause; see docs/deployment.md.
            options.ProbeTimeout = cluster.ProbePeriod;
            options.NumMissedProbesLimit = cluster.MissedProbes;

            // Two silos must agree where there are three or more (of two, one is enough): one that is cut off from the others must not declare them dead.
            options.NumVotesForDeathDeclaration = 2;

            // Silos that ended all at once, and whose successors have other addresses, are in the way of these until they have been silent for three of these periods.
            // It is no alarm by itself: who is late here is only looked at more closely.
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            options.NumMissedTableIAmAliveLimit = 3;

            // How soon a silo that slept learns that it was declared dead meanwhile.
            options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            options.DefunctSiloCleanupPeriod = TimeSpan.FromHours(1);
            options.DefunctSiloExpiration = TimeSpan.FromDays(1);
        });
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.ResponseTimeout = cluster.ResponseTimeout;
            options.SystemResponseTimeout = cluster.ResponseTimeout;
        });
        silo.Services.AddSingleton<IFatalErrorHandler, SiloEnd>();
        silo.AddItoriStreams(TopicStreams.Provider);
        silo.Services.AddKeyedSingleton<IGrainStorage>("PubSubStore", (provider, _) => ActivatorUtilities.CreateInstance<JournalGrainStorage>(provider));
    }

    private static IPAddress Advertised(ClusterOptions cluster)
    {
        if (IPAddress.TryParse(cluster.AdvertisedAddress, out var given))
        {
            return given;
        }

        return cluster.ConnectionString is null
            ? IPAddress.Loopback
            : Dns.GetHostAddresses(Dns.GetHostName()).FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)) ?? IPAddress.Loopback;
    }

    /// <summary>Metrics and traces go out by OTLP where an endpoint is configured in the standard way (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>).</summary>
    private static void AddTelemetry(IHostApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddMeter("Microsoft.Orleans", "Itori.*").AddOtlpExporter())
            .WithTracing(traces => traces.AddSource("Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application").AddOtlpExporter());
    }
}
