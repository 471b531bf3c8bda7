using System.Text.Json.Nodes;
using Itori.EndToEnd.Tests.Wire;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>A silo and gateways as processes of their own, without a database.</summary>
public sealed class SeparateProcessesTests
{
    [Fact]
    public async Task Two_gateways_of_one_silo_share_a_graph()
    {
        using var folder = new TemporaryFolder();
        var (siloPort, gatewayPort) = (FreePorts.Next(), FreePorts.Next());
        await using var silo = ItoriProcess.Launch(
            Programs.Silo, "--Itori:DataDirectory", folder.Path, FormattableString.Invariant($"--Itori:Cluster:SiloPort={siloPort}"), FormattableString.Invariant($"--Itori:Cluster:GatewayPort={gatewayPort}"));
        string[] find = [FormattableString.Invariant($"--Itori:Cluster:Gateways:0=127.0.0.1:{gatewayPort}")];
        await using var east = ItoriProcess.Launch(Programs.Gateway, find);
        await using var west = ItoriProcess.Launch(Programs.Gateway, find);
        await Task.WhenAll(silo.Ready(), east.Ready(), west.Ready());

        await using var one = await WireClient.Plain(east.Address, "apart", "apart");
        await using var two = await WireClient.Plain(west.Address, "apart", "apart");
        await one.First(m => m.IsUpdate("snapshot"), "the snapshot");
        await two.First(m => m.IsUpdate("snapshot"), "the snapshot");
        await one.Acknowledged("user_msg", new JsonObject { ["text"] = Texts.Remarks[0], ["assistant"] = false });
        await two.Acknowledged("user_msg", new JsonObject { ["text"] = Texts.Remarks[1], ["assistant"] = false });
        await one.Until(
            _ => two.All.Count(m => m.IsUpdate("delta")) >= 2 && GraphView.Of(one, "apart").Canonical() == GraphView.Of(two, "apart").Canonical() && GraphView.Of(two, "apart").ConceptCount >= 4,
            "the same graph at both gateways");
        await one.Until(all => all.Durable("session:apart").Count() == 2, "both messages at one gateway");
        await two.Until(all => all.Durable("session:apart").Count() == 2, "both messages at the other");
        Assert.Equal(one.All.Durable("session:apart").Select(m => m.Payload().GetProperty("text").GetString()), two.All.Durable("session:apart").Select(m => m.Payload().GetProperty("text").GetString()));

        Assert.Equal(0, await east.Stop());
        Assert.Equal(0, await west.Stop());
        Assert.Equal(0, await silo.Stop());
    }
}
