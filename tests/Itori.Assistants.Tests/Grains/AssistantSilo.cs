using System.Net;
using Itori.Contracts;
using Itori.Grains.Hosting;
using Itori.Journal;
using Itori.Streams;
using Itori.Tests.Shared;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Itori.Assistants.Tests.Grains;

/// <summary>A real silo with the real grains on a SQLite journal in a temporary folder; only the model is the test's, where the test gives one.</summary>
internal sealed class AssistantSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly string _folder;
    private readonly bool _ownsFolder;

    private AssistantSilo(IHost host, string folder, bool ownsFolder) => (_host, _folder, _ownsFolder) = (host, folder, ownsFolder);

    public string Folder => _folder;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public IJournal Journal => _host.Services.GetRequiredService<IJournal>();

    public static async Task<AssistantSilo> StartAsync(IChatClient? model = null, string? folder = null, params (string Key, string Value)[] settings)
    {
        var owns = folder is null;
        folder ??= Directory.CreateTempSubdirectory("itori-assistant-").FullName;
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)).Append(new("Itori:Journal:DataDirectory", folder)));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddItoriJournal(builder.Configuration);
        if (model is not null)
        {
            builder.Services.AddSingleton(model);
        }

        builder.Services.AddItoriGrains(builder.Configuration);
        var siloPort = FreePorts.Next();
        builder.UseOrleans(silo => silo
            .UseInMemoryReminderService()
            .UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, siloPort))
            .ConfigureEndpoints(IPAddress.Loopback, siloPort, FreePorts.Next())
            .AddMemoryGrainStorage("PubSubStore")
            .AddItoriStreams(TopicStreams.Provider)
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("assistant-tests", "assistant-tests")));
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new AssistantSilo(host, folder, owns);
    }

    public async Task StopAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _host.StopAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _host.Dispose();
        if (_ownsFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>Waits for a condition, and says what was seen last when it does not come.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> fits, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var seen = await read();
            if (fits(seen))
            {
                return seen;
            }

            Assert.False(limit.IsCancellationRequested, $"Expected {what}; saw {seen}.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
