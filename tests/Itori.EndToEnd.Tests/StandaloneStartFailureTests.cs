using System.Net;
using System.Net.Sockets;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>A start that cannot succeed ends with exit code 1 and one line that says what to change.</summary>
public sealed class StandaloneStartFailureTests
{
    [Theory]
    [InlineData("Itori:Field:FramesPerSecond", "1000")]
    [InlineData("Itori:Graphs:MaxConcepts", "x")]
    [InlineData("Itori:Gateway:HeartbeatInterval", "soon")]
    [InlineData("Itori:Cluster:SiloPort", "99999")]
    public async Task A_wrong_value_is_named_with_its_key(string key, string value)
    {
        using var folder = new TemporaryFolder();
        await using var server = ItoriProcess.Launch(Programs.Standalone, "--Itori:DataDirectory", folder.Path, "--" + key, value);
        Assert.Equal(1, await server.ExitCode());
        Assert.Contains(key, TheLine(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_is_used_by_one_process_at_a_time()
    {
        using var folder = new TemporaryFolder();
        await using var first = await ItoriProcess.Standalone(folder.Path);
        await using var second = ItoriProcess.Launch(Programs.Standalone, "--Itori:DataDirectory", folder.Path);
        Assert.Equal(1, await second.ExitCode());
        Assert.Contains(folder.Path, TheLine(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var server = ItoriProcess.Launch(Programs.Standalone, port, "--Itori:DataDirectory", folder.Path);
        Assert.Equal(1, await server.ExitCode());
        Assert.Contains(FormattableString.Invariant($"{port}"), TheLine(server), StringComparison.Ordinal);
    }

    private static string TheLine(ItoriProcess ended)
    {
        var lines = ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.True(lines.Length == 1 && !ended.Output.Contains("Hosting failed to start", StringComparison.Ordinal), $"Not one line:\n{ended.Errors}\n{ended.Output}");
        return lines[0];
    }
}
