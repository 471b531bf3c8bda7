using Itori.Tests.Shared;

namespace Itori.Cluster.Tests;

/// <summary>The long form of what the end-to-end tests do three times: <c>tests/soak.sh --standalone</c> runs it.</summary>
public sealed class StandaloneKillTests
{
    [Fact(Explicit = true)]
    public async Task Every_acknowledged_message_is_there_once_after_many_kills_under_writes()
    {
        var settings = RunSettings.FromEnvironment();
        using var folder = new TemporaryFolder();
        await new StandaloneKills(folder.Path, settings.Seed, Console.WriteLine).Run(settings.Kills);
    }
}
