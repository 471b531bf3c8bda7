using Itori.Contracts;
using Itori.Gateway.Tests.Grains;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>A client that names no subprotocol sees a live system without a further message.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class PlainClientTests(ClusterFixture cluster)
{
    [Fact]
    public async Task It_gets_welcome_then_the_snapshot_then_the_spectral_state_then_live_frames()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?graph=plain1&session=plain1");

        var welcome = await client.Next();
        Assert.Equal("welcome", welcome.Type());
        Assert.Equal(1, welcome.GetProperty("v").GetInt32());
        Assert.Equal("welcome", welcome.GetProperty("kind").GetString());
        Assert.Equal("plain1", welcome.Payload().GetProperty("sessionId").GetString());
        Assert.Equal("plain1", welcome.Payload().GetProperty("graphId").GetString());
        Assert.True(welcome.Payload().GetProperty("user").GetProperty("anonymous").GetBoolean());

        var snapshot = await client.Next();
        Assert.Equal("snapshot", snapshot.Payload().GetProperty("type").GetString());
        var spectral = await client.Next();
        Assert.Equal("spectral_state", spectral.Payload().GetProperty("type").GetString());
        Assert.True(spectral.IsOf("field:plain1"));
        Assert.Equal(0, spectral.Payload().GetProperty("data").GetProperty("orderParameter").GetDouble());

        await client.Until(all => all.Count(message => message.Type() == "phase_frame") >= 5, "5 frames");
        Assert.DoesNotContain(client.All, message => message.Type() is "subscribed" or "error");
    }

    [Fact]
    public async Task Whoever_has_seen_the_graph_misses_nothing_that_is_said_from_then_on()
    {
        await using var gateway = await TestGateway.Start(cluster);
        for (var i = 0; i < 20; i++)
        {
            var name = $"plain-place-{i}";
            await using var client = await gateway.Connect($"?graph={name}&session={name}");
            await client.Until(all => all.Any(message => Update(message) == "snapshot"), "the snapshot");
            await cluster.Driver(TopicName.Session(name)).Append(1, 5);
            await client.Until(all => all.Seqs("session:" + name) is [1], "what was said");
        }
    }

    [Theory]
    [InlineData(TopicKind.Session)]
    [InlineData(TopicKind.Graph)]
    public async Task Its_topics_are_opened_when_the_cluster_has_recovered_whatever_calls_were_answered_with_before(TopicKind kind)
    {
        // What a silo answers that gives a call up before it has a place for its grain: a cancellation, though nobody cancelled anything.
        var name = $"plain-given-up-{kind}";
        var left = 2;
        TopicScript.Of(kind is TopicKind.Session ? TopicName.Session(name) : TopicName.Graph(name)).Fails =
            () => Interlocked.Decrement(ref left) >= 0 ? new OperationCanceledException("Message expired before placement could complete.") : null;
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:RetryAfter", "00:00:00.100"));
        await using var client = await gateway.Connect($"?graph={name}&session={name}");
        await client.Until(all => all.Any(message => Update(message) == "snapshot"), "the snapshot");
        Assert.Equal((503, "unavailable"), client.All.First(message => message.Type() == "error").Error());
        await cluster.Driver(TopicName.Session(name)).Append(1, 5);
        await client.Until(all => all.Seqs("session:" + name) is [1], "what was said");
    }

    [Fact]
    public async Task A_forecast_that_it_asks_for_follows_its_acknowledgement()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?graph=still-forecast");
        await client.Send("""{"type":"custom_request","id":"f","payload":{"type":"refresh_forecast"}}""");
        await client.Until(all => all.Any(message => Update(message) == "coherence_forecast"), "a forecast");
        var answered = client.All.Where(message => Update(message) is "forecast_refresh_ack" or "coherence_forecast").ToArray();
        Assert.Equal(["forecast_refresh_ack", "coherence_forecast"], answered.Select(Update));
        Assert.Equal("f", answered[0].GetProperty("correlationId").GetString());
        Assert.True(answered[1].IsOf("field:still-forecast"));
        Assert.Equal("warning", answered[1].Payload().GetProperty("data").GetProperty("assessment").GetProperty("status").GetString());
    }

    [Fact]
    public async Task What_a_field_says_reaches_those_who_are_there_and_the_latest_those_who_come()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?graph=still-alert");
        await client.Until(all => all.Any(message => message.Type() == "phase_frame"), "the field");
        var alert = new ClusterAlert { ClusterId = 1, EtaSeconds = 5, StabilityNow = 0.5, StabilityForecast = 0.25, Concepts = ["c1"], RootCause = "strain" };
        await cluster.Driver(TopicName.Field("still-alert")).Emit(new ClusterAlerts { Timestamp = 5, Alerts = [alert] });
        await client.Until(all => Alerts(all).Contains(1), "the alert");
        await using var later = await gateway.Connect("?graph=still-alert");
        await later.Until(all => Alerts(all).Contains(1), "the alert that is on");

        await cluster.Driver(TopicName.Field("still-alert")).Emit(new ClusterAlerts { Timestamp = 6, Alerts = [] });
        await client.Until(all => Alerts(all).Contains(0), "its end");
        await using var last = await gateway.Connect("?graph=still-alert");
        await last.Until(all => all.Any(message => message.Type() == "phase_frame"), "the field");
        Assert.Empty(Alerts(last.All));

        static IEnumerable<int> Alerts(IEnumerable<System.Text.Json.JsonElement> all) => all
            .Where(message => message.Type() == "concept_update" && message.Payload().GetProperty("type").GetString() == "cluster_alert")
            .Select(message => message.Payload().GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Ping_is_answered_with_its_own_timestamp_whatever_it_is()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?graph=plain2");
        foreach (var number in (string[])["1", "0", "-5", "1764000000000", "1.50", "9007199254740993", "1e3"])
        {
            await client.Send($$"""{"type":"ping","timestamp":{{number}}}""");
            var answer = await client.Next("ping_response");
            Assert.Equal(number, answer.Payload().GetProperty("timestamp").GetRawText());
            Assert.False(answer.TryGetProperty("correlationId", out _));
            Assert.True(answer.Payload().GetProperty("receivedAt").GetInt64() <= answer.Payload().GetProperty("respondedAt").GetInt64());
        }
    }

    [Theory]
    [InlineData("""{"v":1,"kind":"user_msg","payload":{"text":"hello there"},"timestamp":1764000000000}""")]
    [InlineData("""{"type":"user_msg","text":"hello there"}""")]
    [InlineData("""{"type":"user_msg","kind":"user_msg","text":"overruled","payload":{"text":"hello there"}}""")]
    public async Task What_it_says_comes_back_with_the_answer_and_the_concepts(string message)
    {
        var id = Guid.NewGuid().ToString("N");
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect($"?session={id}&graph={id}");
        await client.Next("phase_frame");
        await client.Until(all => all.Any(m => m.Type() == "presence" && m.IsOf("session:" + id)), "presence of the session");
        await client.Send(message);
        await client.Until(all => all.Any(m => m.Type() == "thinking_end"), "the end of the turn");

        var ofSession = client.All.Where(m => m.IsOf("session:" + id) && m.Type() != "presence").Select(m => m.Type());
        Assert.Equal(["user_msg", "thinking_start", "assistant_delta", "assistant_delta", "assistant_msg", "thinking_end"], ofSession);
        var said = client.All.Single(m => m.Type() == "user_msg");
        Assert.Equal("hello there", said.Payload().GetProperty("text").GetString());
        Assert.Equal([1, 2], client.All.Seqs("session:" + id));
        await client.Until(all => all.Any(m => m.Type() == "concept_update" && m.Payload().GetProperty("type").GetString() == "delta"), "the delta");
        Assert.Equal([1], client.All.Seqs("graph:" + id));
        Assert.DoesNotContain(client.All, m => m.Type() is "ack" or "error");
    }

    [Fact]
    public async Task What_it_says_before_its_topics_are_open_is_seen_too()
    {
        var id = Guid.NewGuid().ToString("N");
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect($"?session={id}&graph={id}");
        await client.Send("""{"v":1,"kind":"user_msg","payload":{"text":"hello there"}}""");
        await client.Until(all => all.Any(m => m.Type() == "thinking_end"), "the end of the turn");
        Assert.Equal([1, 2], client.All.Seqs("session:" + id));
        await client.Until(all => all.Seqs("graph:" + id) is [1], "the delta");
    }

    [Fact]
    public async Task Without_a_session_each_has_its_own_and_all_share_the_main_graph()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var one = await gateway.Connect();
        await using var two = await gateway.Connect();
        var first = (await one.Next("welcome")).Payload();
        var second = (await two.Next("welcome")).Payload();
        Assert.NotEqual(first.GetProperty("sessionId").GetString(), second.GetProperty("sessionId").GetString());
        Assert.True(TopicName.IsValidId(first.GetProperty("sessionId").GetString()));
        Assert.Equal("main", second.GetProperty("graphId").GetString());
        Assert.NotEqual(first.GetProperty("user").GetProperty("id").GetString(), second.GetProperty("user").GetProperty("id").GetString());
    }

    private static string? Update(System.Text.Json.JsonElement message) => message.Type() == "concept_update" ? message.Payload().GetProperty("type").GetString() : null;
}
