using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Hosting;

/// <summary>One Standalone for the tests that need nothing but a server; each uses sessions and graphs of its own.</summary>
public sealed class StandaloneFixture : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private ItoriProcess? server;

    internal ItoriProcess Server => server ?? throw new InvalidOperationException("The server is not running.");

    public async ValueTask InitializeAsync() => server = await ItoriProcess.Standalone(folder.Path);

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        folder.Dispose();
    }
}

/// <summary>Tests that share the server.</summary>
[CollectionDefinition(nameof(StandaloneFixture))]
public sealed class StandaloneCollection : ICollectionFixture<StandaloneFixture>;
