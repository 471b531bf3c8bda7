using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>An <c>ack</c> means stored, whatever happens next.</summary>
public sealed class StandaloneCrashTests
{
    [Fact]
    public async Task Every_acknowledged_message_is_there_once_after_kill_9_under_writes()
    {
        using var folder = new TemporaryFolder();
        await new StandaloneKills(folder.Path, seed: 20, Console.WriteLine).Run(kills: 3);
    }
}
