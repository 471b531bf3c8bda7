using System.Text.Json;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Tests.Grains;
using Itori.Gateway.Tests.Sockets;

namespace Itori.Gateway.Tests.Filters;

/// <summary>Subscriptions that want a part of a topic get that part, in order, all of it and once.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class FilterTests(ClusterFixture cluster)
{
    private const int Concepts = 8;

    private static string Id => Guid.NewGuid().ToString("N");

    private IGraphDriver Graph(string id) => cluster.Cluster.Client.GetGrain<IGraphDriver>(id, typeof(ScriptedGraph).FullName);

    [Fact]
    public async Task Listed_concepts_are_shown_as_they_are_and_as_they_change_and_nothing_else_is_said()
    {
        var id = Id;
        var whole = new GraphModel();
        await Change(id, whole, 1, count: 10);
        await using var gateway = await TestGateway.Start(cluster);
        await using var json = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await using var packed = await gateway.Connect(protocol: SocketEndpoint.PackProtocol);
        foreach (var client in (TestSocket[])[json, packed])
        {
            await client.Send($$"""{"type":"subscribe","topic":"graph:{{id}}","concepts":["c1","c2","c5"],"types":["delta"]}""");
            var subscribed = (await client.Next("subscribed")).Payload();
            Assert.True(subscribed.GetProperty("filtered").GetBoolean());
        }

        await Change(id, whole, 2, count: 60);
        await End(id, "c1");
        whole.Concepts["c1"] = 1;
        foreach (var client in (TestSocket[])[json, packed])
        {
            await Ended(client, id);
            Assert.Equal(whole.Within(new HashSet<string> { "c1", "c2", "c5" }).ToString(), Held(client, id).ToString());
            Chain(client, id);
            Assert.DoesNotContain(client.All, m => m.Type() == "presence");
        }

        Assert.Equal(json.All.Seqs("graph:" + id), packed.All.Seqs("graph:" + id));
        Assert.True(json.All.Seqs("graph:" + id).Count < 61, "Every change concerned the three concepts");
    }

    [Theory]
    [InlineData("""["c1","c2","c5"]""", 200, 1048576)]
    [InlineData("""["c1","c2","c5"]""", 7, 3000)]
    [InlineData("""{"around":"c0","depth":2}""", 200, 1048576)]
    [InlineData("""{"around":"c0"}""", 7, 3000)]
    public async Task A_client_that_resumes_at_another_gateway_misses_nothing_and_gets_nothing_twice(string concepts, int pageSize, int recentBytes)
    {
        var id = Id;
        var whole = new GraphModel();
        await Change(id, whole, 3, count: 5);
        (string, string)[] settings = [("Itori:Gateway:PageSize", $"{pageSize}"), ("Itori:Gateway:RecentEventBytes", $"{recentBytes}")];
        await using var first = await TestGateway.Start(cluster, settings);
        await using var second = await TestGateway.Start(cluster, settings);

        // Somebody with the same filter stays at the second gateway, so that there is a group to come into.
        await using var stays = await second.Connect(protocol: SocketEndpoint.PackProtocol);
        await stays.Send($$"""{"type":"subscribe","topic":"graph:{{id}}","concepts":{{concepts}},"types":["delta"]}""");
        await stays.Next("subscribed");

        var shown = concepts[0] == '[' ? "c1" : "c0";
        var held = new GraphModel();
        var position = -1L;
        var seqs = new List<long>();
        for (var round = 0; round < 6; round++)
        {
            await using var client = await (round % 2 == 0 ? first : second).Connect(protocol: round % 3 == 0 ? SocketEndpoint.PackProtocol : SocketEndpoint.JsonProtocol);
            await client.Send($$"""{"type":"subscribe","topic":"graph:{{id}}","concepts":{{concepts}},"types":["delta"]{{(position >= 0 ? $",\"since\":{position}" : "")}}}""");
            await client.Next("subscribed");
            await Change(id, whole, 10 + round, count: 12);
            await End(id, shown);
            whole.Concepts[shown] = 1;
            var head = TopicScript.Of(TopicName.Graph(id)).Head;
            await client.Until(all => Position(all, id) >= head, $"event {head}");
            foreach (var message in client.All)
            {
                Take(message, id, held, ref position, seqs);
            }

            // While nobody is there the graph goes on.
            Assert.Equal(Expected(whole, concepts).ToString(), held.ToString());
            await Change(id, whole, 50 + round, count: 9);
        }

        Assert.Equal(seqs.Order().Distinct(), seqs);
        await End(id, shown);
        whole.Concepts[shown] = 1;
        var last = TopicScript.Of(TopicName.Graph(id)).Head;
        await stays.Until(all => Position(all, id) >= last, $"event {last}");
        Assert.Equal(Expected(whole, concepts).ToString(), Held(stays, id).ToString());
        Chain(stays, id);
    }

    [Fact]
    public async Task A_neighbourhood_follows_the_graph()
    {
        var id = Id;
        await Graph(id).Change(Delta(added: ["c0", "c1", "c2", "c3"], related: ["c0>causes>c1"]));
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"graph:{{id}}","concepts":{"around":"c0","depth":1},"types":["concept_update"]}""");
        var snapshot = (await client.Next("subscribed")).Payload().GetProperty("snapshot");
        Assert.Equal(["c0", "c1"], snapshot.GetProperty("concepts").EnumerateArray().Select(concept => concept.GetProperty("id").GetString()));

        // c3 is not near: nothing comes. Then c2 comes near, whole, with what is between.
        await Graph(id).Change(Delta(changed: ["c3"]));
        await Graph(id).Change(Delta(related: ["c2>causes>c0", "c2>causes>c3"]));
        var near = await client.Next("concept_update");
        var data = near.Payload().GetProperty("data");
        Assert.Equal((3, 1), (near.Seq(), near.GetProperty("prev").GetInt64()));
        Assert.Equal("c2", data.GetProperty("added").EnumerateArray().Single().GetProperty("label").GetString());
        Assert.Equal("c2>causes>c0", data.GetProperty("relations").GetProperty("added").EnumerateArray().Single().GetProperty("id").GetString());

        await Graph(id).Change(Delta(unrelated: ["c0>causes>c1"]));
        data = (await client.Next("concept_update")).Payload().GetProperty("data");
        Assert.Equal("c1", data.GetProperty("removed").EnumerateArray().Single().GetString());
        Assert.Equal("c0>causes>c1", data.GetProperty("relations").GetProperty("removed").EnumerateArray().Single().GetString());
    }

    [Theory]
    [InlineData("itori.v1.json")]
    [InlineData("itori.v1.msgpack")]
    public async Task A_frame_has_the_phases_of_the_chosen_concepts_and_tells_their_slots(string protocol)
    {
        var id = Id;
        await Graph(id).Change(Delta(added: ["c0", "c1", "c2"], related: ["c0>causes>c2"]));
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: protocol);
        await client.Send($$"""{"type":"subscribe","topic":"field:{{id}}","concepts":["c2","c0","nobody"],"types":["phase_frame"]}""");
        Assert.True((await client.Next("subscribed")).Payload().GetProperty("filtered").GetBoolean());
        for (var n = 0; n < 2; n++)
        {
            var frame = (await client.Next()).Payload();
            Assert.Equal([0, 2], frame.GetProperty("slots").EnumerateArray().Select(slot => slot.GetInt32()));
            Assert.Equal([0.5, 2.5], frame.GetProperty("phases").EnumerateArray().Select(phase => Math.Round(phase.GetDouble(), 3)));
            Assert.Equal(0.75, frame.GetProperty("orderParameter").GetDouble());
        }

        // The frames follow the graph too: what goes has no slot.
        await Graph(id).Change(Delta(removed: ["c2"]));
        await client.Next(m => m.Payload().GetProperty("slots").GetArrayLength() == 1, "a frame of one concept");
        await client.Send($$"""{"type":"subscribe","topic":"field:{{id}}","concepts":{"around":"c1"} }""");
        await client.Next(m => m.Type() == "phase_frame" && m.Payload().GetProperty("slots").EnumerateArray().Select(slot => slot.GetInt32()).SequenceEqual([1]), "a frame of another concept");
        Assert.Contains(client.All, m => m.Type() == "concept_update");
    }

    [Fact]
    public async Task Types_choose_what_a_session_says()
    {
        var id = Id;
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?session=" + id, SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"session:{{id}}","types":["assistant_msg"]}""");
        await client.Next("subscribed");
        await client.Send("""{"type":"user_msg","text":"one"}""");
        await client.Send("""{"type":"user_msg","text":"two"}""");
        await client.Until(all => all.Seqs("session:" + id).Count == 2, "two answers");
        Assert.Equal([2, 4], client.All.Seqs("session:" + id));
        Assert.Equal([0, 2], client.All.Where(m => m.Type() == "assistant_msg").Select(m => m.GetProperty("prev").GetInt64()));
        Assert.Equal(["welcome", "subscribed", "assistant_msg", "assistant_msg"], client.All.Select(m => m.Type()));
    }

    [Fact]
    public async Task Who_resumes_where_nothing_matched_is_told_how_far_the_topic_is()
    {
        var id = Id;
        await cluster.Driver(TopicName.Session(id)).Append(300, 10);
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?session=" + id, SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"session:{{id}}","since":3,"types":["assistant_msg"]}""");
        var subscribed = (await client.Next("subscribed")).Payload();
        Assert.True(subscribed.GetProperty("recovered").GetBoolean());
        Assert.Equal(300, (await client.Next("progress")).Payload().GetProperty("seq").GetInt64());
        await client.Send("""{"type":"user_msg","text":"one"}""");
        var answer = await client.Next("assistant_msg");
        Assert.Equal((302, 300), (answer.Seq(), answer.GetProperty("prev").GetInt64()));
    }

    [Fact]
    public async Task A_rate_slows_what_may_be_skipped_and_never_what_may_not()
    {
        var id = Id;
        await using var gateway = await TestGateway.Start(cluster);
        await using var slow = await gateway.Connect($"?graph={id}", SocketEndpoint.JsonProtocol);
        await using var fast = await gateway.Connect($"?graph={id}", SocketEndpoint.JsonProtocol);
        await using var mover = await gateway.Connect($"?graph={id}", SocketEndpoint.JsonProtocol);
        await slow.Send($$"""{"type":"subscribe","topic":"graph:{{id}}","maxRate":0.01,"types":["cursor","delta"]}""");
        await fast.Send($$"""{"type":"subscribe","topic":"graph:{{id}}"}""");
        await mover.Send($$"""{"type":"subscribe","topic":"graph:{{id}}"}""");
        await slow.Next("subscribed");
        await mover.Next("subscribed");

        // Who is told "subscribed" gets what is not kept from a moment later on: the fast one when it is told who is there, the slow one, which does not hear that, when it has seen a cursor. Then three more.
        await fast.Next("presence");
        var (changes, more) = (0, 3);
        while (more > 0)
        {
            more -= slow.All.Any(m => m.Type() == "cursor") ? 1 : 0;
            var x = ++changes;
            await mover.Send($$"""{"type":"cursor","x":{{x}}}""");
            await fast.Next(m => m.Type() == "cursor" && m.Payload().GetProperty("x").GetDouble() == x, $"cursor {x}");
            await Graph(id).Change(Delta(added: ["c" + x]));
        }

        await slow.Until(all => all.Seqs("graph:" + id).Count == changes, "all changes");
        Assert.Single(slow.All, m => m.Type() == "cursor");
    }

    [Fact]
    public async Task A_graph_that_lost_its_past_is_shown_again_as_far_as_it_is_wanted()
    {
        var id = Id;
        var script = TopicScript.Of(TopicName.Graph(id));
        await Graph(id).Change(Delta(added: ["c0", "c1", "c2"], related: ["c0>causes>c1"]));
        await Graph(id).Change(Delta(added: ["c3"]));
        await using var gateway = await TestGateway.Start(cluster);
        await using var list = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await using var near = await gateway.Connect(protocol: SocketEndpoint.PackProtocol);
        await list.Send($$"""{"type":"subscribe","topic":"graph:{{id}}","concepts":["c0","c3"]}""");
        await near.Send($$"""{"type":"subscribe","topic":"graph:{{id}}","concepts":{"around":"c0"} }""");
        await list.Next("subscribed");
        await near.Next("subscribed");
        script.PutBack(1);
        foreach (var (client, expected) in ((TestSocket, string[])[])[(list, ["c0"]), (near, ["c0", "c1"])])
        {
            var again = (await client.Next("subscribed")).Payload();
            Assert.False(again.GetProperty("recovered").GetBoolean());
            Assert.True(again.GetProperty("filtered").GetBoolean());
            Assert.Equal(1, again.GetProperty("seq").GetInt64());
            Assert.Equal(expected, again.GetProperty("snapshot").GetProperty("concepts").EnumerateArray().Select(concept => concept.GetProperty("id").GetString()));
        }

        await Graph(id).Change(Delta(related: ["c1>causes>c2"], changed: ["c0"]));
        Assert.Equal((2, 1), (await list.Next("concept_update")) is var a ? (a.Seq(), a.GetProperty("prev").GetInt64()) : default);
        Assert.Equal((2, 1), (await near.Next("concept_update")) is var b ? (b.Seq(), b.GetProperty("prev").GetInt64()) : default);
    }

    private static GraphModel Expected(GraphModel whole, string concepts)
    {
        using var choice = JsonDocument.Parse(concepts);
        return choice.RootElement.ValueKind is JsonValueKind.Array
            ? whole.Within(choice.RootElement.EnumerateArray().Select(id => id.GetString()!).ToHashSet())
            : whole.Near(choice.RootElement.GetProperty("around").GetString()!, choice.RootElement.TryGetProperty("depth", out var depth) ? depth.GetInt32() : 1);
    }

    private static GraphModel Held(TestSocket client, string id)
    {
        var (held, position, seqs) = (new GraphModel(), -1L, new List<long>());
        foreach (var message in client.All)
        {
            Take(message, id, held, ref position, seqs);
        }

        return held;
    }

    /// <summary>What a client does with a message: the way that the reference describes.</summary>
    private static void Take(JsonElement message, string id, GraphModel held, ref long position, List<long> seqs)
    {
        if (!message.IsOf("graph:" + id))
        {
            return;
        }

        switch (message.Type())
        {
            case "subscribed" when message.Payload().TryGetProperty("snapshot", out var snapshot):
                held.Apply(snapshot);
                position = message.Payload().GetProperty("seq").GetInt64();
                break;
            case "progress":
                position = Math.Max(position, message.Payload().GetProperty("seq").GetInt64());
                break;
            case "concept_update":
                Assert.True(message.GetProperty("prev").GetInt64() <= position, $"A hole before {message.Seq()}: it follows on {message.GetProperty("prev").GetInt64()}, and {position} was the last");
                Assert.True(message.Seq() > position, $"{message.Seq()} comes after {position}");
                held.Apply(message.Payload().GetProperty("data"));
                position = message.Seq();
                seqs.Add(position);
                break;
        }
    }

    private static long Position(IReadOnlyList<JsonElement> all, string id) =>
        all.Where(m => m.IsOf("graph:" + id)).Select(m => m.Type() is "subscribed" or "progress" ? (m.Type() == "progress" || m.Payload().TryGetProperty("snapshot", out _) ? m.Payload().GetProperty("seq").GetInt64() : 0) : m.TryGetProperty("seq", out var seq) ? seq.GetInt64() : 0)
            .DefaultIfEmpty().Max();

    private static void Chain(TestSocket client, string id)
    {
        var events = client.All.Where(m => m.IsOf("graph:" + id) && m.TryGetProperty("seq", out _)).ToList();
        Assert.Equal(events.Select(m => m.Seq()).Order().Distinct(), events.Select(m => m.Seq()));
        Assert.All(events, m => Assert.True(m.GetProperty("prev").GetInt64() < m.Seq()));
    }

    private static GraphDelta Delta(string[]? added = null, string[]? changed = null, string[]? removed = null, string[]? related = null, string[]? unrelated = null) => new()
    {
        Timestamp = 1,
        Seq = 0,
        Epoch = 1,
        Added = [.. (added ?? []).Select(id => ScriptedGraph.Concept(id, int.Parse(id[1..], System.Globalization.CultureInfo.InvariantCulture), 1))],
        Changed = [.. (changed ?? []).Select(id => new ConceptChange { ConceptId = id, Weight = 1 })],
        Removed = removed ?? [],
        RelationsAdded = [.. (related ?? []).Select(id => id.Split('>')).Select(parts => new RelationState { RelationId = string.Join('>', parts), Source = parts[0], Target = parts[2], Weight = 0.5, Kind = parts[1] })],
        RelationsRemoved = unrelated ?? [],
        Cause = new GraphCause { Kind = "concept_op", User = ScriptedSession.Speaker },
    };

    private async Task Change(string id, GraphModel whole, int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var delta = whole.Draw(random, 0, Concepts);
            whole.Apply(delta);
            await Graph(id).Change(delta);
        }

        // The concepts that the ends of tests look for are there.
        string[] missing = [.. new[] { "c0", "c1" }.Where(concept => !whole.Concepts.ContainsKey(concept))];
        if (missing.Length > 0)
        {
            var delta = Delta(added: missing);
            whole.Apply(delta);
            await Graph(id).Change(delta);
        }
    }

    private Task<long> End(string id, string concept) => Graph(id).Change(Delta(changed: [concept]));

    private static Task Ended(TestSocket client, string id) => client.Until(all => Position(all, id) >= TopicScript.Of(TopicName.Graph(id)).Head, "the last event");
}
