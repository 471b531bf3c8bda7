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
        await one.Until(all => all.Count(m => m.IsUpdate("delta") && m.Payload().GetProperty("data").GetProperty("cause").TryGetProperty("messageSeq", out _)) == causes, "a delta of each message");
        await Agree(Graph, concepts: 8, one, two);

        await using var third = await WireClient.Plain(address, "shared-three", Graph);
        await third.First(m => m.IsUpdate("snapshot"), "the snapshot");
        await Agree(Graph, concepts: 8, one, two, third);

        // Frames may be skipped, so those that all three got are compared.
        await one.Until(_ => CommonFrames(one, two, third).Count >= 3, "three frames that all got");
        Assert.All(CommonFrames(one, two, third), frames => Assert.Single(frames.Distinct()));
    }

    /// <summary>
    /// Waits until all have built up the same graph, slots and all. They are looked at together: the graph adds its clusters and places at times of its own, so two that agree now may be a delta apart
    /// a moment later.
    /// </summary>
    private static Task Agree(string graph, int concepts, params WireClient[] clients) => clients[0].Until(
        _ =>
        {
            var views = clients.Select(client => GraphView.Of(client, graph)).ToList();
            return views[0].ConceptCount >= concepts && views.All(view => view.Seq == views[0].Seq && view.Canonical() == views[0].Canonical());
        },
        $"{concepts} concepts that all agree on");

    private static List<string[]> CommonFrames(params WireClient[] clients)
    {
        var each = clients.Select(c => c.All.Where(m => m.Type() == "phase_frame" && m.Payload().GetProperty("phases").GetArrayLength() > 0)
            .GroupBy(m => (m.Payload().GetProperty("epoch").GetInt64(), m.Frame()))
            .ToDictionary(g => g.Key, g => g.First().Payload().GetRawText())).ToList();
        return [.. each[0].Keys.Where(k => each.All(frames => frames.ContainsKey(k))).Select(k => each.Select(frames => frames[k]).ToArray())];
    }
}
