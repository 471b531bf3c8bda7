using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Tests.Grains;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>Streams may lose; subscribers never notice.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class RepairTests(ClusterFixture cluster)
{
    /// <summary>
    /// A client that does not read answers no pings and takes no messages: it is to be given up for what waits, not for that. One that reads slowly answers a ping when it has read what the sockets' buffers hold before it.
    /// </summary>
    internal static readonly (string, string)[] Patience = [("Itori:Gateway:SendTimeout", "00:05:00"), ("Itori:Gateway:HeartbeatTimeout", "00:05:00")];

    private static TopicName NewSession() => TopicName.Session(Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task Events_that_the_stream_lost_come_in_their_place()
    {
        var topic = NewSession();
        TopicScript.Of(topic).Loses = happened => happened.Seq % 3 == 0 || happened.Seq is > 20 and < 35;
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await Subscribe(gateway, topic);
        await cluster.Driver(topic).Append(50, 5);
        await client.Until(all => all.Seqs(topic.ToString()).Count >= 50, "50 events");
        Assert.Equal(Enumerable.Range(1, 50).Select(seq => (long)seq), client.All.Seqs(topic.ToString()));
    }

    [Fact]
    public async Task A_lost_last_event_is_found_by_the_check_of_heads()
    {
        var topic = NewSession();
        TopicScript.Of(topic).Loses = _ => true;
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await Subscribe(gateway, topic);
        await cluster.Driver(topic).Append(7, 5);
        await client.Until(all => all.Seqs(topic.ToString()).Count >= 7, "7 events");
        Assert.Equal(Enumerable.Range(1, 7).Select(seq => (long)seq), client.All.Seqs(topic.ToString()));
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_costs_a_resuming_client_nothing()
    {
        var topic = NewSession();
        await using var gateway = await TestGateway.Start(cluster);
        await cluster.Driver(topic).Append(10, 5);
        TopicScript.Of(topic).OvertakenAt = 4;
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$$"""{"type":"subscribe","payload":{"topic":"{{{topic}}}","since":7}}""");
        Assert.True((await client.Next("subscribed")).Payload().GetProperty("recovered").GetBoolean());
        await client.Until(all => all.Seqs(topic.ToString()).Count >= 3, "what was missed");
        Assert.Equal([8, 9, 10], client.All.Seqs(topic.ToString()));
    }

    [Fact]
    public async Task A_hole_is_filled_though_an_activation_that_was_overtaken_answers()
    {
        var topic = NewSession();
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:HeadCheckInterval", "00:10:00"));
        await using var client = await Subscribe(gateway, topic);
        await cluster.Driver(topic).Append(2, 5);
        TopicScript.Of(topic).Loses = happened => happened.Seq < 6;
        TopicScript.Of(topic).OvertakenAt = 2;
        await cluster.Driver(topic).Append(4, 5);
        await client.Until(all => all.Seqs(topic.ToString()).Count >= 6, "6 events");
        Assert.Equal([1, 2, 3, 4, 5, 6], client.All.Seqs(topic.ToString()));
        Assert.Single(client.All, message => message.Type() == "subscribed");
    }

    [Fact]
    public async Task A_hole_that_cannot_be_filled_is_said_never_skipped_in_silence()
    {
        var topic = TopicName.Graph(Guid.NewGuid().ToString("N"));
        var script = TopicScript.Of(topic);
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:HeadCheckInterval", "00:10:00"));
        await using var client = await Subscribe(gateway, topic);
        await cluster.Driver(topic).Append(2, 5);
        await client.Until(all => all.Seqs(topic.ToString()).Count == 2, "2 events");
        script.Loses = _ => true;
        await cluster.Driver(topic).Append(5, 5);
        script.Trim(7);
        script.Loses = _ => false;
        await cluster.Driver(topic).Append(1, 5);
        await client.Next("subscribed");
        var again = (await client.Next("subscribed")).Payload();
        Assert.False(again.GetProperty("recovered").GetBoolean());
        Assert.Equal(8, again.GetProperty("snapshot").GetProperty("seq").GetInt64());
        await cluster.Driver(topic).Append(1, 5);
        await client.Until(all => all.Seqs(topic.ToString()).Contains(9), "the next event");
        Assert.Equal([1, 2, 9], client.All.Seqs(topic.ToString()));
    }

    [Fact]
    public async Task A_fault_while_a_topic_is_read_stops_neither_the_topic_nor_the_gateway()
    {
        var topic = NewSession();
        var script = TopicScript.Of(topic);
        script.Loses = _ => true;
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await Subscribe(gateway, topic);
        using var errors = new ErrorLog();
        gateway.Services.GetRequiredService<ILoggerFactory>().AddProvider(errors);
        script.Fails = () => new InvalidOperationException("scripted");
        await Eventually.Holds(() => errors.Messages.Count > 1, "a failed check of the head, and another one after it");
        script.Fails = () => null;
        await cluster.Driver(topic).Append(3, 5);
        await client.Until(all => all.Seqs(topic.ToString()).Count >= 3, "3 events");
        Assert.Equal([1, 2, 3], client.All.Seqs(topic.ToString()));
    }

    [Fact]
    public async Task A_past_that_was_put_back_is_said()
    {
        var topic = NewSession();
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await Subscribe(gateway, topic);
        await cluster.Driver(topic).Append(5, 5);
        await client.Until(all => all.Seqs(topic.ToString()).Count == 5, "5 events");
        TopicScript.Of(topic).PutBack(2);
        await client.Until(all => all.Count(m => m.Type() == "subscribed") == 2, "the word that the place was lost");
        var said = client.All.Last(m => m.Type() == "subscribed").Payload();
        Assert.False(said.GetProperty("recovered").GetBoolean());
        Assert.Equal(2, said.GetProperty("seq").GetInt64());
        await cluster.Driver(topic).Append(1, 5);
        await client.Until(all => all.Seqs(topic.ToString()).Count == 6, "the next event");
        Assert.Equal([1, 2, 3, 4, 5, 3], client.All.Seqs(topic.ToString()));
    }

    [Fact]
    public async Task An_outage_while_a_hole_is_repaired_delays_and_loses_nothing()
    {
        var topic = NewSession();
        var script = TopicScript.Of(topic);
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await Subscribe(gateway, topic);
        script.Loses = happened => happened.Seq is 2 or 3;
        script.Fails = () => new TimeoutException("scripted");
        await cluster.Driver(topic).Append(6, 5);
        await Eventually.Holds(() => client.All.Seqs(topic.ToString()).Count >= 1, "the first event");
        script.Fails = () => null;
        await client.Until(all => all.Seqs(topic.ToString()).Count >= 6, "6 events");
        Assert.Equal(Enumerable.Range(1, 6).Select(seq => (long)seq), client.All.Seqs(topic.ToString()));
    }

    [Fact]
    public async Task Catching_up_meets_live_traffic_without_a_gap_or_a_repeat()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:PageSize", "7"), ("Itori:Gateway:RecentEventBytes", "3000"));
        for (var round = 0; round < 15; round++)
        {
            var random = new Random(round);
            var topic = NewSession();
            var losing = random.Next(2) == 0;
            TopicScript.Of(topic).Loses = happened => losing && happened.Seq % 11 == 0;
            await cluster.Driver(topic).Append(random.Next(1, 60), 10);
            var clients = new List<(TestSocket Socket, long Since)>();
            var writing = Task.Run(() => cluster.Driver(topic).Append(150, 10));
            for (var i = 0; i < 4; i++)
            {
                var since = random.NextInt64(0, TopicScript.Of(topic).Head + 1);
                var socket = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
                await socket.Send($$"""{"type":"subscribe","topic":"{{topic}}","since":{{since}}}""");
                clients.Add((socket, since));
            }

            var last = await writing;
            foreach (var (socket, since) in clients)
            {
                await socket.Until(all => all.Seqs(topic.ToString()).LastOrDefault() >= last, $"round {round}: event {last} after {since}");
                Assert.Equal(Enumerable.Range((int)since + 1, (int)(last - since)).Select(seq => (long)seq), socket.All.Seqs(topic.ToString()));
                await socket.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Fifty_thousand_events_are_caught_up_within_the_outbox_bound()
    {
        var topic = NewSession();
        TopicScript.Of(topic).Loses = _ => true;
        await cluster.Driver(topic).Append(50_000, 20);
        TopicScript.Of(topic).Loses = _ => false;
        await using var gateway = await TestGateway.Start(cluster, [.. Patience, ("Itori:Gateway:OutboxBytes", "65536"), ("Itori:Gateway:PageSize", "1000")]);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}","since":0}""");
        await client.Next(m => m.TryGetProperty("seq", out var seq) && seq.GetInt64() == 50_000, "the last event");
        Assert.Equal(Enumerable.Range(1, 50_000).Select(seq => (long)seq), client.All.Seqs(topic.ToString()));
        await cluster.Driver(topic).Append(1, 5);
        await client.Next(m => m.TryGetProperty("seq", out var seq) && seq.GetInt64() == 50_001, "the live event");
    }

    [Fact]
    public async Task A_slow_client_is_closed_with_1013_and_resumes_without_loss_while_others_notice_nothing()
    {
        var topic = NewSession();
        await using var gateway = await TestGateway.Start(cluster, Patience);
        await using var slow = await Subscribe(gateway, topic);
        await using var quick = await Subscribe(gateway, topic);
        await quick.Until(all => all.Any(m => m.Type() == "subscribed"), "subscribed");
        using var meter = new GatewayMeter(gateway);
        using (slow.PauseReading())
        {
            var most = 0L;
            // As much as sockets' buffers hold and then some, until the server gives up on it.
            for (var round = 0; round < 40; round++)
            {
                await cluster.Driver(topic).Append(10, 50_000);
                await quick.Until(all => all.Seqs(topic.ToString()).Count >= (round + 1) * 10, "the events");
                most = Math.Max(most, meter["itori.gateway.queues.bytes"]);
            }

            Assert.InRange(most, 50_000, 2 * 1024 * 1024 + 100_000);
        }

        await slow.Closed;
        Assert.Equal(1013, (int?)slow.CloseStatus);
        var had = slow.All.Seqs(topic.ToString());
        Assert.Equal(Enumerable.Range(1, had.Count).Select(seq => (long)seq), had);
        Assert.True(had.Count < 400);
        Assert.Equal(1, meter["itori.gateway.connections.slow"]);

        await using var back = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await back.Send($$"""{"type":"subscribe","topic":"{{topic}}","since":{{had.Count}}}""");
        await back.Until(all => all.Seqs(topic.ToString()).LastOrDefault() == 400, "the rest");
        Assert.Equal(Enumerable.Range(1, 400).Select(seq => (long)seq), had.Concat(back.All.Seqs(topic.ToString())));
        Assert.Equal(Enumerable.Range(1, 400).Select(seq => (long)seq), quick.All.Seqs(topic.ToString()));
    }

    [Fact]
    public async Task Frames_are_conflated_for_a_client_that_does_not_read()
    {
        var graph = "still" + Guid.NewGuid().ToString("N");
        var topic = TopicName.Field(graph);
        await using var gateway = await TestGateway.Start(cluster, Patience);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","topic":"{{topic}}"}""");
        await client.Next("phase_frame");
        using var meter = new GatewayMeter(gateway);
        using (client.PauseReading())
        {
            var phases = new float[20_000];
            Array.Fill(phases, 1.23456f);
            for (var i = 0; i < 150; i++)
            {
                await cluster.Driver(topic).Emit(new PhaseFrame { Timestamp = i, Graph = graph, Epoch = 7, Frame = i, T = i, OrderParameter = 1, MeanPhase = 0, Phases = phases });
            }
        }

        // The latest one comes, many did not, and the connection was not given up.
        await client.Next(m => m.Type() == "phase_frame" && m.Payload().GetProperty("epoch").GetInt64() == 7 && m.Payload().GetProperty("frame").GetInt64() == 149, "the last frame");
        var got = client.All.Count(m => m.Type() == "phase_frame" && m.Payload().GetProperty("epoch").GetInt64() == 7);
        Assert.True(got < 150);
        Assert.Equal(150 - got, meter["itori.gateway.frames.conflated"]);
    }

    private static async Task<TestSocket> Subscribe(TestGateway gateway, TopicName topic)
    {
        var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send($$"""{"type":"subscribe","id":"s","topic":"{{topic}}"}""");
        await client.Until(all => all.Any(m => m.Type() == "subscribed"), "subscribed");
        return client;
    }
}
