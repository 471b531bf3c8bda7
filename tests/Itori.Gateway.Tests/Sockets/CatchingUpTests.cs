using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Tests.Grains;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>Clients that were away for long. Beside no other test: the memory that is alive is measured in the whole process.</summary>
[Collection(nameof(ChurnTests))]
public sealed class CatchingUpTests(ClusterFixture cluster)
{
    private static string Id => Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Fifty_thousand_large_events_reach_a_slow_client_through_an_outbox_and_a_page_of_memory()
    {
        const int Count = 50_000;
        const int Outbox = 1024 * 1024;
        var text = new string('x', 3000);
        var topic = TopicName.Session(Id);
        TopicScript.Of(topic).Made = (Count, seq => new MessagePosted { Timestamp = seq, Seq = seq, User = ScriptedSession.Speaker, Graph = "main", Text = text + seq });
        await using var gateway = await TestGateway.Start(cluster, [.. RepairTests.Patience, ("Itori:Gateway:OutboxBytes", $"{Outbox}")]);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(SocketEndpoint.JsonProtocol);
        await socket.ConnectAsync(new UriBuilder(gateway.Address) { Scheme = "ws", Path = "/ws" }.Uri, TestContext.Current.CancellationToken);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes($$"""{"type":"subscribe","topic":"{{topic}}","since":0}"""), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

        long last = 0, bytes = 0, most = 0;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        var buffer = new byte[64 * 1024];
        while (last < Count)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            Assert.Equal(WebSocketMessageType.Text, part.MessageType);
            using var message = JsonDocument.Parse(buffer.AsMemory(0, length));
            if (message.RootElement.TryGetProperty("seq", out var seq))
            {
                Assert.Equal(last + 1, seq.GetInt64());
                last++;
                bytes += length;
                if (last % 5_000 == 0)
                {
                    // The client does not read while this is measured: what may wait for it does.
                    most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
                }
            }
        }

        // What waits (an outbox), what was read and waits for that (half an outbox, as UTF-16 text, once in the grain's answer and once on its way to us), and as much again for what
        // sockets and pools hold. All events together are 150 times an outbox.
        const long Bound = 16L * Outbox;
        Assert.True(bytes > 8 * Bound, $"{bytes} bytes were sent");
        Assert.True(most < Bound, $"{most} bytes more were alive while {bytes} were sent");
        TestContext.Current.SendDiagnosticMessage($"{bytes} bytes sent, at most {most} more alive");
    }

    [Theory]
    [InlineData("smallest", 200, false)]
    [InlineData("smallest", 1, true)]
    [InlineData("events", 200, true)]
    public async Task A_graph_comes_as_it_is_where_the_client_wants_that_and_it_is_smaller_than_what_was_missed(string catchUp, int missed, bool recovered)
    {
        // Each change takes an event; the graph is small and stays it.
        var topic = TopicName.Graph(Id);
        TopicScript.Of(topic).Loses = _ => true;
        await cluster.Driver(topic).Append(3, 10);
        for (var i = 0; i < missed; i++)
        {
            TopicScript.Of(topic).Append(seq => new GraphDelta { Timestamp = 1, Seq = seq, Epoch = 1, Removed = ["none"], Cause = new GraphCause { Kind = "concept_op", User = ScriptedSession.Speaker } });
        }

        TopicScript.Of(topic).Loses = _ => false;
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}","since":3,"catchUp":"{{catchUp}}"}""");
        var subscribed = (await client.Next("subscribed")).Payload();
        Assert.Equal(recovered, subscribed.GetProperty("recovered").GetBoolean());
        Assert.Equal(!recovered, subscribed.TryGetProperty("snapshot", out _));
        await cluster.Driver(topic).Append(1, 3);
        await client.Until(all => all.Seqs(topic.ToString()).LastOrDefault() == missed + 4, "the live event");
        Assert.Equal(recovered ? Enumerable.Range(4, missed + 1).Select(seq => (long)seq) : [missed + 4L], client.All.Seqs(topic.ToString()));
    }

    [Fact]
    public async Task Another_way_to_catch_up_is_refused()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send("""{"type":"subscribe","topic":"graph:x","since":0,"catchUp":"quickly"}""");
        var error = await client.Next("error");
        Assert.Equal((400, "bad_field"), error.Error());
        Assert.Equal("catchUp", error.Payload().GetProperty("details").GetString());
    }

    [Fact]
    public async Task A_past_that_is_cut_while_it_is_read_is_said_and_read_no_further()
    {
        var topic = TopicName.Graph(Id);
        var script = TopicScript.Of(topic);
        script.Loses = _ => true;
        await cluster.Driver(topic).Append(60, 2000);
        script.Loses = _ => false;
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:PageSize", "2"));
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);

        // From the first read on (the one that answers the subscription) the past before 50 is gone, and every page begins there, wherever it was to begin.
        script.Cut = 50;
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}","since":10}""");
        await client.Until(all => all.Seqs(topic.ToString()).LastOrDefault() == 61 || all.Any(m => m.Type() == "subscribed" && !m.Payload().GetProperty("recovered").GetBoolean()), "that the place is lost");
        var reads = script.Reads;
        await cluster.Driver(topic).Append(1, 3);
        await client.Until(all => all.Seqs(topic.ToString()).LastOrDefault() == 61, "the live event");
        Assert.Equal([61], client.All.Seqs(topic.ToString()));
        Assert.True(reads < 10, $"{reads} reads");
    }
}
