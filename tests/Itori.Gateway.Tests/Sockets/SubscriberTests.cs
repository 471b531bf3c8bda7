using System.Text.Json;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Tests.Grains;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>A client that names the subprotocol watches what it wants, and each message with an id gets exactly one reply.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class SubscriberTests(ClusterFixture cluster)
{
    private static string Id => Guid.NewGuid().ToString("N");

    [Fact]
    public async Task It_gets_welcome_and_nothing_else_until_it_asks()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        Assert.Equal(SocketEndpoint.JsonProtocol, client.SubProtocol);
        await client.Send("""{"type":"ping"}""");
        Assert.Equal("welcome", (await client.Next()).Type());
        Assert.Equal("ping_response", (await client.Next()).Type());
    }

    [Fact]
    public async Task A_message_is_deleted_by_its_seq_and_all_hear_of_it()
    {
        var session = Id;
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?session=" + session, SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"session:{{session}}"}""");
        await client.Next("subscribed");
        await client.Send("""{"type":"user_msg","id":"m","text":"Oops","assistant":false}""");
        await client.Next("ack");
        await client.Send("""{"type":"delete_msg","id":"d","messageSeq":1}""");
        Assert.Equal(2, (await client.Next("ack")).Payload().GetProperty("seq").GetInt64());

        // It and the reply may come in either order.
        await client.Until(all => all.Any(m => m.Type() == "msg_deleted"), "the deletion");
        var deleted = client.All.Single(m => m.Type() == "msg_deleted");
        Assert.Equal((2, 1), (deleted.Seq(), deleted.Payload().GetProperty("messageSeq").GetInt64()));

        foreach (var bad in new[] { """{"type":"delete_msg","id":"x"}""", """{"type":"delete_msg","id":"x","messageSeq":0}""", """{"type":"delete_msg","id":"x","messageSeq":"1"}""" })
        {
            await client.Send(bad);
            Assert.Equal("bad_field", (await client.Next("error")).Payload().GetProperty("reason").GetString());
        }

        await client.Send($$"""{"type":"delete_msg","id":"x","messageSeq":1,"topic":"graph:{{session}}"}""");
        Assert.Equal("bad_topic", (await client.Next("error")).Payload().GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_graph_is_subscribed_with_a_snapshot_and_its_deltas_follow()
    {
        var graph = Id;
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?graph=" + graph, SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"concept_op","id":1,"ops":[{"op":"upsert","label":"first"}]}""");
        var ack = await client.Next("ack");
        Assert.Equal("1", ack.GetProperty("correlationId").GetRawText());
        Assert.Equal(1, ack.Payload().GetProperty("seq").GetInt64());

        await client.Send($$"""{"type":"subscribe","id":"s","topic":"graph:{{graph}}"}""");
        var subscribed = await client.Next("subscribed");
        Assert.Equal("s", subscribed.GetProperty("correlationId").GetString());
        Assert.Equal(1, subscribed.Payload().GetProperty("seq").GetInt64());
        Assert.Equal("first", subscribed.Payload().GetProperty("snapshot").GetProperty("concepts")[0].GetProperty("label").GetString());

        // The field's frame is of the snapshot's epoch: the phase is its slot's.
        Assert.Equal(0.5, subscribed.Payload().GetProperty("snapshot").GetProperty("concepts")[0].GetProperty("phase").GetDouble(), 4);

        await client.Send($$"""{"type":"concept_op","ops":[{"op":"upsert","label":"second"}]}""");
        var delta = await client.Next("concept_update");
        Assert.Equal(2, delta.Seq());
        Assert.Equal("second", delta.Payload().GetProperty("data").GetProperty("added")[0].GetProperty("label").GetString());

        await client.Send($$"""{"type":"unsubscribe","id":"u","topic":"graph:{{graph}}"}""");
        await client.Next("unsubscribed");
        await client.Send("""{"type":"concept_op","id":"last","ops":[{"op":"upsert","label":"third"}]}""");
        await client.Next("ack");
        await client.Send("""{"type":"ping"}""");
        await client.Next("ping_response");
        Assert.Equal([2], client.All.Seqs("graph:" + graph).Distinct());
    }

    [Fact]
    public async Task With_since_the_events_after_it_come_in_order_and_then_live_ones()
    {
        var topic = TopicName.Session(Id);
        await cluster.Driver(topic).Append(700, 10);
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}","since":5}""");
        var subscribed = await client.Next("subscribed");
        Assert.True(subscribed.Payload().GetProperty("recovered").GetBoolean());
        Assert.Equal(700, subscribed.Payload().GetProperty("seq").GetInt64());
        await cluster.Driver(topic).Append(3, 10);
        await client.Until(all => all.Seqs(topic.ToString()).Count >= 698, "698 events");
        Assert.Equal(Enumerable.Range(6, 698).Select(seq => (long)seq), client.All.Seqs(topic.ToString()));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(500)]
    public async Task A_place_that_is_not_kept_or_not_there_yet_is_not_recovered(long since)
    {
        var topic = TopicName.Graph(Id);
        await cluster.Driver(topic).Append(20, 3);
        TopicScript.Of(topic).Trim(11);
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}","since":{{since}}}""");
        var subscribed = (await client.Next("subscribed")).Payload();
        Assert.False(subscribed.GetProperty("recovered").GetBoolean());
        Assert.Equal(20, subscribed.GetProperty("snapshot").GetProperty("seq").GetInt64());
        await cluster.Driver(topic).Append(1, 3);
        Assert.Equal(21, (await client.Next("concept_update")).Seq());
    }

    [Fact]
    public async Task Subscribing_again_begins_anew()
    {
        var topic = TopicName.Session(Id);
        await cluster.Driver(topic).Append(3, 3);
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}","since":0}""");
        await client.Until(all => all.Seqs(topic.ToString()).Count == 3, "3 events");
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}","since":2}""");
        await client.Until(all => all.Seqs(topic.ToString()).Count == 4, "the last event again");
        await cluster.Driver(topic).Append(1, 3);
        await client.Until(all => all.Seqs(topic.ToString()).Contains(4), "the new event");
        Assert.Equal([1, 2, 3, 3, 4], client.All.Seqs(topic.ToString()));
    }

    [Fact]
    public async Task A_field_is_shown_at_once_and_given_back_when_nobody_watches()
    {
        var graph = Id;
        await using var gateway = await TestGateway.Start(cluster);
        await using (var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol))
        {
            await client.Send($$"""{"type":"subscribe","topic":"field:{{graph}}"}""");
            await client.Next("subscribed");
            await client.Next("concept_update");
            var frame = await client.Next("phase_frame");
            Assert.Equal(3, frame.Payload().GetProperty("phases").GetArrayLength());
            Assert.Equal(0, frame.Payload().GetProperty("phases")[1].GetDouble());
            Assert.Equal(1, ScriptedField.WatchersOf(graph));
            await client.Close();
        }

        await Eventually.Holds(() => ScriptedField.WatchersOf(graph) == 0, "the field is given back");
    }

    [Fact]
    public async Task History_is_read_from_the_newest_backwards()
    {
        var topic = TopicName.Session(Id);
        await cluster.Driver(topic).Append(30, 3);
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"history","id":"h1","topic":"{{topic}}","limit":10}""");
        var newest = (await client.Next("history")).Payload();
        Assert.Equal(Enumerable.Range(21, 10).Select(seq => (long)seq), newest.GetProperty("events").EnumerateArray().Select(Messages.Seq));
        Assert.True(newest.GetProperty("more").GetBoolean());
        await client.Send($$"""{"type":"history","id":"h2","topic":"{{topic}}","before":4}""");
        var oldest = (await client.Next("history")).Payload();
        Assert.Equal([1L, 2, 3], oldest.GetProperty("events").EnumerateArray().Select(Messages.Seq));
        Assert.False(oldest.GetProperty("more").GetBoolean());
    }

    [Fact]
    public async Task A_field_is_asked_how_it_was()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"history","id":"then","topic":"field:{{Id}}","at":12}""");
        var then = (await client.Next("history")).Payload();
        Assert.Equal(12, then.GetProperty("graph").GetProperty("concepts").GetArrayLength());
        Assert.Equal([0f, 0.1f, 0.2f], then.GetProperty("phaseFrame").GetProperty("phases").EnumerateArray().Take(3).Select(phase => phase.GetSingle()));
        Assert.Equal(0.2f, then.GetProperty("graph").GetProperty("concepts")[2].GetProperty("phase").GetSingle());

        await client.Send($$"""{"type":"history","id":"before","topic":"field:{{Id}}","at":5}""");
        var gone = await client.Next("error");
        Assert.Equal(("before", 410, "history_gone"), (gone.GetProperty("correlationId").GetString(), gone.Payload().GetProperty("code").GetInt32(), gone.Payload().GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task History_of_large_events_is_cut_and_says_that_there_is_more()
    {
        var topic = TopicName.Session(Id);
        await cluster.Driver(topic).Append(20, 80_000);
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"history","topic":"{{topic}}","limit":1000}""");
        var newest = (await client.Next("history")).Payload();
        var seqs = newest.GetProperty("events").EnumerateArray().Select(Messages.Seq).ToList();
        Assert.InRange(seqs.Count, 1, 8);
        Assert.Equal(20, seqs[^1]);
        Assert.True(newest.GetProperty("more").GetBoolean());
    }

    [Fact]
    public async Task Every_message_with_an_id_gets_exactly_one_reply()
    {
        var id = Id;
        string[] bodies =
        [
            "\"type\":\"ping\"", "\"type\":\"auth\"", "\"type\":\"auth\",\"token\":\"x\"", "\"type\":\"user_msg\",\"text\":\"hi\"", "\"type\":\"user_msg\"", "\"type\":\"cancel\"",
            $"\"type\":\"subscribe\",\"topic\":\"session:{id}\"", $"\"type\":\"history\",\"topic\":\"session:{id}\"", $"\"type\":\"unsubscribe\",\"topic\":\"session:{id}\"",
            $"\"type\":\"unsubscribe\",\"topic\":\"session:{id}\"", "\"type\":\"ingest\",\"text\":\"a document\"", "\"type\":\"concept_op\",\"ops\":[{\"op\":\"upsert\",\"label\":\"x\"}]",
            "\"type\":\"concept_op\",\"ops\":[{\"op\":\"remove\",\"id\":\"nope\"}]", "\"type\":\"concept_op\",\"ops\":[{\"op\":\"nope\"}]", "\"type\":\"cursor\",\"x\":1,\"y\":2",
            "\"kind\":\"custom_request\",\"payload\":{\"type\":\"refresh_forecast\"}", "\"type\":\"reconnect\"", "\"type\":\"nonsense\"", "\"nothing\":1", "\"type\":\"a\",\"kind\":\"b\"",
            "\"type\":\"subscribe\",\"topic\":\"graph:x\",\"maxRate\":5",
        ];
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect($"?session={id}&graph={id}", SocketEndpoint.JsonProtocol);
        for (var i = 0; i < bodies.Length; i++)
        {
            await client.Send($$"""{"id":"m{{i}}",{{bodies[i]}}}""");
        }

        static IEnumerable<string> Correlations(IEnumerable<JsonElement> all) => all.Where(m => m.TryGetProperty("correlationId", out _)).Select(m => m.GetProperty("correlationId").GetString()!);
        await client.Until(all => Correlations(all).Distinct().Count() == bodies.Length, "a reply to each");
        await client.Send("""{"type":"ping","id":"end"}""");
        await client.Until(all => Correlations(all).Contains("end"), "the last ping");
        Assert.All(Correlations(client.All).GroupBy(c => c), group => Assert.Single(group));
    }

    [Fact]
    public async Task The_same_id_again_changes_nothing_and_gets_the_same_reply()
    {
        var id = Id;
        await using var gateway = await TestGateway.Start(cluster);
        await using var other = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect($"?session={id}&graph={id}", SocketEndpoint.JsonProtocol);
        await using var again = await other.Connect($"?session={id}&graph={id}", SocketEndpoint.JsonProtocol);
        await client.Send("""{"type":"user_msg","id":"once","text":"hi","assistant":false}""");
        var first = await client.Next("ack");
        await again.Send("""{"type":"user_msg","id":"once","text":"hi","assistant":false}""");
        var second = await again.Next("ack");
        Assert.Equal(first.Payload().GetRawText(), second.Payload().GetRawText());
        Assert.Equal(1, TopicScript.Of(TopicName.Session(id)).Applied);
    }

    [Fact]
    public async Task Commands_of_a_topic_keep_their_order_and_a_long_one_holds_up_no_ping()
    {
        var id = Id;
        var hold = new TaskCompletionSource();
        TopicScript.Of(TopicName.Graph(id)).Held = hold.Task;
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect($"?session={id}&graph={id}", SocketEndpoint.JsonProtocol);
        await client.Send("""{"type":"ingest","id":"slow","text":"a long document"}""");
        await client.Send("""{"type":"concept_op","id":"after","ops":[{"op":"upsert","label":"x"}]}""");
        await client.Send("""{"type":"ping","id":"quick"}""");
        await client.Next("ping_response");
        for (var i = 0; i < 20; i++)
        {
            await client.Send($$"""{"type":"user_msg","id":"m{{i}}","text":"{{i}}","assistant":false,"topic":"session:other{{id}}"}""");
        }

        await client.Send($$"""{"type":"history","id":"past","topic":"session:other{{id}}"}""");
        hold.SetResult();
        var texts = (await client.Next("history")).Payload().GetProperty("events").EnumerateArray().Select(e => e.Payload().GetProperty("text").GetString());
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), texts);
        await client.Until(all => all.Any(m => m.TryGetProperty("correlationId", out var c) && c.GetString() == "after"), "the later command");
        var order = client.All.Where(m => m.Type() == "ack").Select(m => m.GetProperty("correlationId").GetString()).ToList();
        Assert.True(order.IndexOf("slow") < order.IndexOf("after"));
    }

    [Fact]
    public async Task Beyond_the_limit_of_commands_under_way_more_are_refused()
    {
        var id = Id;
        var hold = new TaskCompletionSource();
        TopicScript.Of(TopicName.Graph(id)).Held = hold.Task;
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:MaxCommandsInFlight", "3"));
        await using var client = await gateway.Connect($"?graph={id}", SocketEndpoint.JsonProtocol);
        for (var i = 0; i < 4; i++)
        {
            await client.Send($$"""{"type":"ingest","id":{{i}},"text":"doc"}""");
        }

        var error = await client.Next("error");
        Assert.Equal((503, "overloaded"), error.Error());
        Assert.Equal(3, error.GetProperty("correlationId").GetInt32());
        Assert.True(error.Payload().GetProperty("retryAfterMs").GetInt32() > 0);
        hold.SetResult();
        await client.Until(all => all.Count(m => m.Type() == "ack") == 3, "the other three");
    }

    [Fact]
    public async Task Reconnect_sends_who_it_is_and_what_it_watches_again()
    {
        var topic = TopicName.Graph(Id);
        await cluster.Driver(topic).Append(3, 3);
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Next("welcome");
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}"}""");
        await client.Next("subscribed");
        await client.Send("""{"type":"reconnect","id":"r"}""");
        Assert.Equal("r", (await client.Next("welcome")).GetProperty("correlationId").GetString());
        var snapshot = await client.Next("concept_update");
        Assert.Equal(3, snapshot.Payload().GetProperty("data").GetProperty("seq").GetInt64());
        await cluster.Driver(topic).Append(1, 3);
        Assert.Equal(4, (await client.Next("concept_update")).Seq());
    }

    [Fact]
    public async Task It_may_not_watch_more_topics_than_the_limit()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:MaxSubscriptions", "3"));
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        for (var i = 0; i < 4; i++)
        {
            await client.Send($$"""{"type":"subscribe","id":{{i}},"topic":"session:limit{{i}}"}""");
            if (i < 3)
            {
                await client.Next("subscribed");
            }
        }

        Assert.Equal((413, "too_large"), (await client.Next("error")).Error());
    }
}
