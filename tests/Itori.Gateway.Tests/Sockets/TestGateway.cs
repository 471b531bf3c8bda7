using System.Net.WebSockets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Itori.Gateway.Hosting;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>A gateway on a free port.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestGateway(WebApplication app, Uri address)
    {
        this.app = app;
        Address = address;
        Http = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => app.Services;

    public static Task<TestGateway> Start(ClusterFixture? cluster, params (string Key, string Value)[] settings) => Start(cluster, _ => { }, _ => { }, settings);

    /// <summary>With something of the test's own in the host (<paramref name="build"/>) or among its endpoints (<paramref name="map"/>).</summary>
    public static async Task<TestGateway> Start(ClusterFixture? cluster, Action<WebApplicationBuilder> build, Action<WebApplication> map, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Itori:Gateway:HubLinger"] = "00:00:00.200",
            ["Itori:Gateway:HeadCheckInterval"] = "00:00:00.500",
            ["Itori:Gateway:WebRoot"] = "/nowhere",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        if (cluster is not null)
        {
            builder.Services.AddSingleton(cluster.Cluster.Client);
        }

        builder.AddItoriGateway();
        build(builder);
        var app = builder.Build();
        try
        {
            app.UseItoriGateway();
            map(app);
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new TestGateway(app, new Uri(address));
    }

    public Task<TestSocket> Connect(string query = "", string? protocol = null, string? origin = null, WebSocketDeflateOptions? deflate = null) =>
        TestSocket.Connect(Address, query, protocol, origin, deflate);

    /// <summary>Shuts down as SIGTERM does.</summary>
    public Task Stop() => app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}
