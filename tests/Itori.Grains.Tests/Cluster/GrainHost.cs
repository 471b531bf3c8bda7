using System.Net;
using Itori.Contracts;
using Itori.Grains.Hosting;
using Itori.Journal;
using Itori.Streams;
using Itori.Tests.Shared;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;
using Orleans.Streams;

[assembly: AssemblyFixture(typeof(Itori.Grains.Tests.Cluster.GrainHost))]

namespace Itori.Grains.Tests.Cluster;

/// <summary>
/// A real silo in this process on a real journal in a folder of its own. One is shared by all tests, which use grains of their own names; a test that needs a restart makes its own.
/// </summary>
public sealed class GrainHost : IAsyncLifetime
{
    /// <summary>Events in memory per topic: few, so that a test need not write many to get beyond them.</summary>
    public const int TailEvents = 64;

    /// <summary>What a test waits for comes within this, or not at all.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Communities and places come as deltas of their own: not among those that tests count, but where a test asks for them.
    private readonly Dictionary<string, string?> settings = new() { ["Itori:Graphs:ClusterDelay"] = "01:00:00", ["Itori:Graphs:ArrangeDelay"] = "01:00:00" };
    private readonly string folder = Directory.CreateTempSubdirectory("itori-grains-").FullName;
    private IHost host = null!;

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public IClusterClient Client => host.Services.GetRequiredService<IClusterClient>();

    /// <summary>A host of a test's own, with settings that differ from the shared one's.</summary>
    internal static async Task<GrainHost> With(params (string Key, string Value)[] settings)
    {
        var own = new GrainHost();
        foreach (var (key, value) in settings)
        {
            own.settings[key] = value;
        }

        await own.InitializeAsync();
        return own;
    }

    internal UnreliableJournal Journal => (UnreliableJournal)host.Services.GetRequiredService<IJournal>();

    public ISessionGrain Session(string id) => Grains.GetGrain<ISessionGrain>(id);

    public IConceptGraphGrain Graph(string id) => Grains.GetGrain<IConceptGraphGrain>(id);

    public async ValueTask InitializeAsync() => await Start();

    /// <summary>Stops the whole host in an orderly way and starts another one on the same folder.</summary>
    public async Task Restart()
    {
        await Stop();
        await Start();
    }

    /// <summary>Ends a grain's activation; the next call makes another one from the journal.</summary>
    public static Task Deactivate(IAddressable grain) => grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle().AsTask();

    internal async Task<string[]> Reminders(string grain) =>
        [.. (await host.Services.GetRequiredService<IReminderTable>().ReadRows(GrainId.Parse(grain))).Reminders.Select(reminder => reminder.ReminderName)];

    internal async Task<Inbox> Subscribe(TopicName topic)
    {
        var inbox = new Inbox();
        await Client.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(topic)).SubscribeAsync((e, _) => inbox.Add(e));
        return inbox;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(folder, recursive: true);
    }

    private async Task Start()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Itori:DataDirectory"] = folder,
            ["Itori:Topics:TailEvents"] = TailEvents.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Itori:Topics:EventsPerSnapshot"] = "50",
            ["Itori:Sessions:WorkReminder"] = "00:00:01",
            ["Itori:Field:FramesPerSecond"] = "20",
            ["Itori:Field:SpectralPeriod"] = "00:00:00.5",
            ["Itori:Field:UnwatchedFor"] = "00:00:01",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.Services.AddItoriJournal(builder.Configuration);
        var store = builder.Services.Last(service => service.ServiceType == typeof(IJournal)).ImplementationFactory!;
        builder.Services.Replace(ServiceDescriptor.Singleton<IJournal>(services => new UnreliableJournal((IJournal)store(services))));
        builder.Services.AddSingleton<IChatClient, ScriptedModel>();
        builder.Services.AddItoriGrains(builder.Configuration);
        var (siloPort, gatewayPort) = (FreePorts.Next(), FreePorts.Next());
        builder.UseOrleans(silo => silo
            .UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, siloPort))
            .ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort)
            .AddMemoryGrainStorage("PubSubStore")
            .UseInMemoryReminderService()
            .AddItoriStreams(TopicStreams.Provider));
        host = builder.Build();
        await host.StartAsync();
    }

    private async Task Stop()
    {
        using var limit = new CancellationTokenSource(Limit);
        await host.StopAsync(limit.Token);
        host.Dispose();
    }
}
