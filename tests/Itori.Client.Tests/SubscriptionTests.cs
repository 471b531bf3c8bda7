using System.Text.Json.Nodes;

namespace Itori.Client.Tests;

/// <summary>A topic's events, over lost connections and with readers of any pace.</summary>
public sealed class SubscriptionTests
{
    private const string Topic = "session:s1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_goes_on_after_the_last_event_that_came_and_nothing_comes_twice()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        await using var events = client.Subscribe(Topic, cancellationToken: Ct).GetAsyncEnumerator(Ct);
        var next = Next(events);
        var first = await server.Welcome();
        var ask = await first.Receive("subscribe");
        Assert.Null(ask["since"]);
        await first.Subscribed(ask, 4, recovered: false);
        Assert.Equal(("subscribed", null), await next);
        await first.Event(Topic, 5);
        await first.Event(Topic, 6);
        Assert.Equal(("user_msg", 5), await Next(events));
        Assert.Equal(("user_msg", 6), await Next(events));
        first.Break();

        var second = await server.Welcome();
        ask = await second.Receive("subscribe");
        Assert.Equal(6, (long?)ask["since"]);
        await second.Subscribed(ask, 7, recovered: true);
        await second.Event(Topic, 6);
        await second.Event(Topic, 7);
        Assert.Equal(("user_msg", 7), await Next(events));
        Assert.Equal(0, client.HolesMended);
    }

    [Fact]
    public async Task A_lost_place_is_told()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        await using var events = client.Subscribe(Topic, new() { Since = 3 }, Ct).GetAsyncEnumerator(Ct);
        var next = Next(events);
        var first = await server.Welcome();
        var ask = await first.Receive("subscribe");
        Assert.Equal(3, (long?)ask["since"]);
        await first.Subscribed(ask, 3, recovered: true);
        Assert.Equal(("subscribed", null), await next);
        first.Break();
        var second = await server.Welcome();
        await second.Subscribed(await second.Receive("subscribe"), 100, recovered: false);
        await second.Event(Topic, 101);
        Assert.Equal(("subscribed", null), await Next(events));
        Assert.Equal(("user_msg", 101), await Next(events));
    }

    [Fact]
    public async Task A_hole_is_mended_and_counted()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        await using var events = client.Subscribe(Topic, new() { Since = 1 }, Ct).GetAsyncEnumerator(Ct);
        var next = Next(events);
        var side = await server.Welcome();
        await side.Subscribed(await side.Receive("subscribe"), 1, recovered: true);
        await next;
        await side.Event(Topic, 3);
        var ask = await side.Receive("subscribe");
        Assert.Equal(1, (long?)ask["since"]);
        await side.Event(Topic, 4); // Was on its way.
        await side.Subscribed(ask, 4, recovered: true);
        for (var seq = 2; seq <= 4; seq++)
        {
            await side.Event(Topic, seq);
            Assert.Equal(("user_msg", seq), await Next(events));
        }

        Assert.Equal(1, client.HolesMended);
    }

    [Fact]
    public async Task The_gaps_of_a_part_of_a_topic_are_no_holes()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        var part = new ItoriSubscribeOptions { Since = 1, Types = ["delta"], Around = "c1", Depth = 2, MaxRate = 5 };
        await using var events = client.Subscribe("graph:main", part, Ct).GetAsyncEnumerator(Ct);
        var next = Next(events);
        var side = await server.Welcome();
        var ask = await side.Receive("subscribe");
        Assert.Equal("""{"types":["delta"],"concepts":{"around":"c1","depth":2},"maxRate":5}""", new JsonObject { ["types"] = ask["types"]!.DeepClone(), ["concepts"] = ask["concepts"]!.DeepClone(), ["maxRate"] = ask["maxRate"]!.DeepClone() }.ToJsonString());
        await side.Subscribed(ask, 9, recovered: true);
        await next;
        await side.Event("graph:main", 4, prev: 1);
        Assert.Equal(("user_msg", 4), await Next(events));
        await side.Send("""{"v":1,"type":"progress","topic":"graph:main","timestamp":1,"payload":{"topic":"graph:main","seq":7}}""");
        await side.Event("graph:main", 9, prev: 7);
        Assert.Equal(("user_msg", 9), await Next(events));
        Assert.Equal(0, client.HolesMended);

        await side.Event("graph:main", 12, prev: 11);
        Assert.Equal(9, (long?)(await side.Receive("subscribe"))["since"]);
    }

    [Fact]
    public async Task A_reader_that_is_behind_costs_so_many_events_and_gets_all()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client(options => options.MaxBuffered = 4);
        await using var events = client.Subscribe(Topic, new() { Since = 0 }, Ct).GetAsyncEnumerator(Ct);
        var next = Next(events);
        var side = await server.Welcome();
        await side.Subscribed(await side.Receive("subscribe"), 10, recovered: true);
        await next;
        for (var seq = 1; seq <= 10; seq++)
        {
            await side.Event(Topic, seq);
        }

        // It is left where it is, while other things go on.
        await side.Receive("unsubscribe");
        var saying = client.SayAsync("Hello", cancellationToken: Ct);
        await side.Ack(await side.Receive("user_msg"), 11);
        await saying;

        for (var seq = 1; seq <= 2; seq++)
        {
            Assert.Equal(("user_msg", seq), await Next(events));
        }

        var ask = await side.Receive("subscribe");
        Assert.Equal(4, (long?)ask["since"]);
        await side.Subscribed(ask, 10, recovered: true);
        Assert.Equal(("user_msg", 3), await Next(events));
        Assert.Equal(("user_msg", 4), await Next(events));
        for (var seq = 5; seq <= 10; seq++)
        {
            await side.Event(Topic, seq);
            Assert.Equal(("user_msg", seq), await Next(events));
        }
    }

    [Fact]
    public async Task Of_frames_the_latest_is_read()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        await using var events = client.Subscribe("field:main", cancellationToken: Ct).GetAsyncEnumerator(Ct);
        var next = Next(events);
        var side = await server.Welcome();
        await side.Subscribed(await side.Receive("subscribe"), 0, recovered: false);
        await next;
        for (var frame = 1; frame <= 50; frame++)
        {
            await side.Send($$"""{"v":1,"type":"phase_frame","topic":"field:main","timestamp":1,"payload":{"frame":{{frame}} } }""");
        }

        // Its reply says that all frames came before it.
        var asking = client.AskAsync("ping", cancellationToken: Ct);
        await side.Ack(await side.Receive("ping"), 0);
        await asking;
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(50, events.Current.Payload.GetProperty("frame").GetInt32());
    }

    [Fact]
    public async Task A_refused_topic_is_an_exception_and_one_that_cannot_be_had_now_is_asked_for_again()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        await using var events = client.Subscribe(Topic, cancellationToken: Ct).GetAsyncEnumerator(Ct);
        var next = events.MoveNextAsync().AsTask();
        var side = await server.Welcome();
        await side.Error(await side.Receive("subscribe"), 503, "unavailable", retryAfterMs: 10);
        await side.Error(await side.Receive("subscribe"), 404, "no_such_topic");
        Assert.Equal("no_such_topic", (await Assert.ThrowsAsync<ItoriRefusedException>(() => next)).Reason);
    }

    [Fact]
    public async Task Who_stops_reading_is_unsubscribed_and_may_begin_again()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        var side = (ServerSide?)null;
        await using (var events = client.Subscribe(Topic, cancellationToken: Ct).GetAsyncEnumerator(Ct))
        {
            var next = Next(events);
            side = await server.Welcome();
            await side.Subscribed(await side.Receive("subscribe"), 1, recovered: false);
            await next;
            await using var second = client.Subscribe(Topic, cancellationToken: Ct).GetAsyncEnumerator(Ct);
            await Assert.ThrowsAsync<InvalidOperationException>(() => second.MoveNextAsync().AsTask());
        }

        await side.Receive("unsubscribe");
        await using var again = client.Subscribe(Topic, cancellationToken: Ct).GetAsyncEnumerator(Ct);
        var first = Next(again);
        await side.Subscribed(await side.Receive("subscribe"), 1, recovered: false);
        Assert.Equal(("subscribed", null), await first);
    }

    [Fact]
    public async Task Sessions_are_asked_for_before_graphs()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        await using var graph = client.Subscribe("graph:main", cancellationToken: Ct).GetAsyncEnumerator(Ct);
        await using var session = client.Subscribe(Topic, cancellationToken: Ct).GetAsyncEnumerator(Ct);
        var (one, two) = (Next(graph), Next(session));
        var side = await server.Welcome();
        var first = await side.Receive("subscribe");
        var second = await side.Receive("subscribe");
        Assert.Equal((Topic, "graph:main"), ((string?)first["topic"], (string?)second["topic"]));
        await side.Subscribed(first, 0, recovered: false);
        await side.Subscribed(second, 0, recovered: false);
        await Task.WhenAll(one, two);
    }

    private static async Task<(string Type, long? Seq)> Next(IAsyncEnumerator<ItoriMessage> events)
    {
        Assert.True(await events.MoveNextAsync());
        return (events.Current.Type, events.Current.Seq);
    }
}
