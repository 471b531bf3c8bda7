using Itori.Tests.Shared;

namespace Itori.Cluster.Tests;

/// <summary>An acknowledged write survives any process, and every durable event reaches every subscriber once, in order, through any gateway.</summary>
public sealed class ClusterFaultTests
{
    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_repeated_whatever_happens_to_the_processes()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        await ClusterRun.Pass(RunSettings.FromEnvironment());
    }
}
