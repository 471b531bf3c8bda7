using System.Text.Json.Nodes;
using Itori.EndToEnd.Tests.Hosting;
using Itori.EndToEnd.Tests.Wire;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>Everyone at a graph sees the same graph.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class SharedGraphTests(StandaloneFixture standalone)
{
    [Fact]
    public async Task Two_see_the_same_concepts_slots_and_phases_and_a_third_that_joins_gets_what_they_built_up()
    {
        const string Graph = "shared";
        var address = standalone.Server.Address;
        await using var one = await WireClient.Plain(address, "shared-one", Graph);
        await using var two = await WireClient.Plain(address, "shared-two", Graph);
        await one.First(m => m.IsUpdate("snapshot"), "the snapshot");
        await two.First(m => m.IsUpdate("snapshot"), "the snapshot");

        foreach (var (text, n) in Texts.Remarks.Select((text, n) => (text, n)))
        {
            await (n % 2 == 0 ? one : two).Acknowledged("user_msg", new JsonObject { ["text"] = text, ["assistant"] = false });
        }

        var causes = Texts.Remarks.Count;
        await Agree(one, two, Graph, concepts: 8, deltas: causes);

        await using var third = await WireClient.Plain(address, "shared-three", Graph);
        await third.First(m => m.IsUpdate("snapshot"), "the snapshot");
        await Agree(one, third, Graph, concepts: 8, deltas: 0);
        Assert.Equal(GraphView.Of(two, Graph).Canonical(), GraphView.Of(third, Graph).Canonical());
        Assert.Equal(GraphView.Of(one, Graph).Slots, GraphView.Of(third, Graph).Slots);

        // Frames may be skipped, so those that all three got are compared.
        await one.Until(_ => CommonFrames(one, two, third).Count >= 3, "three frames that all got");
        Assert.All(CommonFrames(one, two, third), frames => Assert.Single(frames.Distinct()));
    }

    /// <summary>Waits until two have built up the same graph from as many deltas at least.</summary>
    private static Task Agree(WireClient one, WireClient other, string graph, int concepts, int deltas) => one.Until(
        _ => one.All.Count(m => m.IsUpdate("delta")) >= deltas
            && GraphView.Of(one, graph) is { } first && GraphView.Of(other, graph) is { } second
            && first.ConceptCount >= concepts && first.Seq == second.Seq && first.Canonical() == second.Canonical(),
        $"{concepts} concepts from {deltas} deltas that both agree on");

    private static List<string[]> CommonFrames(params WireClient[] clients)
    {
        var each = clients.Select(c => c.All.Where(m => m.Type() == "phase_frame" && m.Payload().GetProperty("phases").GetArrayLength() > 0)
            .GroupBy(m => (m.Payload().GetProperty("epoch").GetInt64(), m.Frame()))
            .ToDictionary(g => g.Key, g => g.First().Payload().GetRawText())).ToList();
        return [.. each[0].Keys.Where(k => each.All(frames => frames.ContainsKey(k))).Select(k => each.Select(frames => frames[k]).ToArray())];
    }
}
