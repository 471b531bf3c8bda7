using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Providers;
using Orleans.Streams;

namespace Itori.Streams;

/// <summary>Registers the Itori stream provider.</summary>
public static class ItoriStreamsHostingExtensions
{
    /// <summary>
    /// Adds the provider to a silo: its grains can publish and subscribe. Subscriptions are explicit and kept in the grain storage
    /// named <c>PubSubStore</c>, which the host registers; with more than one silo it must be shared and durable.
    /// </summary>
    /// <exception cref="OptionsValidationException">At start, when a setting is out of its range.</exception>
    public static ISiloBuilder AddItoriStreams(this ISiloBuilder builder, string name, Action<ItoriStreamOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        builder.Services.AddMetrics();
        AddOptions(builder.Services, name, configure);
        if (builder.Services.All(service => service.ServiceType != typeof(SubscriberCalls)))
        {
            // One for all providers of the silo: it tells our agents' calls from others by their sender.
            builder.Services.AddSingleton<SubscriberCalls>();
            builder.Services.AddSingleton<IOutgoingGrainCallFilter>(services => services.GetRequiredService<SubscriberCalls>());
            builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<SubscriberCalls>());
        }

        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => new ShutdownDrain(
            (SiloStreams)services.GetRequiredKeyedService<IQueueAdapterFactory>(name),
            services.GetRequiredService<IOptionsMonitor<ItoriStreamOptions>>().Get(name).ShutdownDrain,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILogger<ShutdownDrain>>()));

        return builder.AddPersistentStreams(name, SiloStreams.Create, streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ExplicitGrainBasedOnly);
            streams.ConfigurePartitionBalancing((services, provider) =>
                ((SiloStreams)services.GetRequiredKeyedService<IQueueAdapterFactory>(provider)).Balancer);
            streams.ConfigureBackoffProvider((IServiceProvider _, string _) => (IMessageDeliveryBackoffProvider)new RetryDelays());
            streams.ConfigurePullingAgent(agent => agent.Configure<IOptionsMonitor<ItoriStreamOptions>>((pulling, all) =>
            {
                var options = all.Get(name);

                // A poll that ends empty ends the agent's turn until its next tick, so the tick is short; it does not run while a poll waits.
                pulling.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(1);
                pulling.BatchContainerBatchSize = 1; // a cursor already joins what waits into one batch
                pulling.MaxEventDeliveryTime = options.DeliveryTimeout;
                pulling.StreamInactivityPeriod = options.StreamIdleTime;
            }));
        });
    }

    /// <summary>
    /// Adds the provider to an Orleans client, which can subscribe. Publishing throws <see cref="NotSupportedException"/>: queues are in
    /// the silos, and only grains publish. A handler should hand the event on and return: all subscriptions of a client share one pump.
    /// </summary>
    public static IClientBuilder AddItoriStreams(this IClientBuilder builder, string name, Action<ItoriStreamOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        AddOptions(builder.Services, name, configure);
        return builder.AddPersistentStreams(
            name,
            (_, provider) => new SubscribeOnlyStreams(provider),
            streams => streams.ConfigureStreamPubSub(StreamPubSubType.ExplicitGrainBasedOnly));
    }

    private static void AddOptions(IServiceCollection services, string name, Action<ItoriStreamOptions>? configure)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ItoriStreamOptions>, ItoriStreamOptionsValidator>());
        var options = services.AddOptions<ItoriStreamOptions>(name).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }
    }
}
