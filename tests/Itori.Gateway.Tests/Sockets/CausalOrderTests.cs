using CsCheck;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Tests.Grains;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>Who watches a session and a graph sees a message before what it brought about in the graph.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class CausalOrderTests(ClusterFixture cluster)
{
    private static readonly Gen<Step> Steps = Gen.Select(Gen.Int[0, 99], Gen.Int[0, 1], Gen.Int[0, 2], Gen.Bool, (what, session, client, flag) => what switch
    {
        < 45 => new Step(StepKind.Say, session, client, flag),
        < 55 => new Step(StepKind.SayUnheard, session, client, flag),
        < 65 => new Step(StepKind.SubscribeAgain, session, client, flag),
        < 73 => new Step(StepKind.Leave, session, client, flag),
        < 81 => new Step(StepKind.Watch, session, client, flag),
        < 91 => new Step(StepKind.Reconnect, session, client, flag),
        _ => new Step(StepKind.Breathe, session, client, flag),
    });

    private enum StepKind
    {
        Say,
        SayUnheard,
        SubscribeAgain,
        Leave,
        Watch,
        Reconnect,
        Breathe,
    }

    [Fact]
    public async Task A_delta_waits_for_a_message_that_the_stream_lost()
    {
        var (session, graph) = Topics();
        TopicScript.Of(session).Loses = _ => true;
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect($"?session={session.Id}&graph={graph.Id}");
        await client.Next("concept_update");
        await client.Send("""{"type":"user_msg","id":"m","text":"first","assistant":false}""");
        await client.Until(all => all.Any(m => m.IsOf(graph.ToString()) && m.TryGetProperty("seq", out _)), "the delta");
        var order = client.All.Where(m => m.TryGetProperty("seq", out _)).Select(m => m.Type());
        Assert.Equal(["user_msg", "concept_update"], order);
        var cause = client.All.Single(m => m.IsOf(graph.ToString()) && m.TryGetProperty("seq", out _)).Payload().GetProperty("data").GetProperty("cause");
        Assert.Equal(session.Id, cause.GetProperty("session").GetString());
        Assert.Equal(1, cause.GetProperty("messageSeq").GetInt64());
    }

    [Fact]
    public async Task Effects_of_sessions_that_are_not_watched_do_not_wait()
    {
        var (session, graph) = Topics();
        TopicScript.Of(session).Loses = _ => true;
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:HeadCheckInterval", "00:10:00"));
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await Subscribe(client, TopicName.Session("another" + session.Id), 0);
        await Subscribe(client, graph, 0);
        await client.Until(all => all.Count(m => m.Type() == "subscribed") == 2, "both subscriptions");
        await Say(session, graph);
        Assert.Equal(1, (await client.Next("concept_update")).Seq());
    }

    [Fact]
    public async Task A_resumed_client_that_asks_for_the_session_first_gets_old_messages_before_their_old_effects()
    {
        var (session, graph) = Topics();
        for (var i = 0; i < 300; i++)
        {
            await Say(session, graph);
        }

        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:PageSize", "20"), ("Itori:Gateway:OutboxBytes", "65536"));
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await Subscribe(client, session, 0);
        await Subscribe(client, graph, 0);
        await client.Until(all => all.Seqs(graph.ToString()).LastOrDefault() == 300, "the last delta");
        Check(client, "in one go");
        Assert.Equal(300, client.All.Seqs(session.ToString()).Count);
    }

    [Fact]
    public async Task An_effect_of_a_message_that_its_session_lost_comes_all_the_same()
    {
        var (session, graph) = Topics();
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await Subscribe(client, session, 0);
        await Subscribe(client, graph, 0);
        await client.Until(all => all.Count(m => m.Type() == "subscribed") == 2, "both subscriptions");
        for (var seq = 1; seq <= 30; seq++)
        {
            await cluster.Cluster.Client.GetGrain<IConceptGraphGrain>(graph.Id).Absorb(new SessionText { Session = session.Id, Seq = seq, User = ScriptedSession.Speaker, Text = "x" });
        }

        await client.Until(all => all.Seqs(graph.ToString()).Count == 30, "the deltas");
        Assert.Empty(client.All.Seqs(session.ToString()));
    }

    [Fact]
    public async Task Giving_the_session_up_lets_its_effects_go()
    {
        var (session, graph) = Topics();
        TopicScript.Of(session).Loses = _ => true;
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:HeadCheckInterval", "00:10:00"));
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await Subscribe(client, session, 0);
        await Subscribe(client, graph, 0);
        await client.Until(all => all.Count(m => m.Type() == "subscribed") == 2, "both subscriptions");
        await Say(session, graph);
        await client.Send($$"""{"type":"unsubscribe","topic":"{{session}}"}""");
        await client.Until(all => all.Any(m => m.Type() == "unsubscribed") && all.Seqs(graph.ToString()).Count == 1, "the delta");
        Assert.Empty(client.All.Seqs(session.ToString()));
    }

    [Fact]
    public Task Whatever_is_lost_delayed_resumed_or_given_up_no_effect_comes_before_its_cause_and_nothing_is_lost_or_repeated() =>
        Gen.Select(Gen.Int[1, 40], Steps.Array[30, 80]).SampleAsync((pageSize, steps) => Play(pageSize, steps), iter: 12, threads: 1);

    private static (TopicName Session, TopicName Graph) Topics()
    {
        var id = Guid.NewGuid().ToString("N");
        return (TopicName.Session(id), TopicName.Graph(id));
    }

    private static Task Subscribe(TestSocket client, TopicName topic, long since) =>
        client.Send($$"""{"type":"subscribe","id":"{{topic}}|{{since}}","topic":"{{topic}}","since":{{since}}}""");

    private async Task Play(int pageSize, Step[] steps)
    {
        await using var gateway = await TestGateway.Start(
            cluster, ("Itori:Gateway:PageSize", $"{pageSize}"), ("Itori:Gateway:RecentEventBytes", pageSize % 2 == 0 ? "2000" : "1048576"), ("Itori:Gateway:HeadCheckInterval", "00:00:00.200"));
        var (first, graph) = Topics();
        TopicName[] sessions = [first, TopicName.Session(first.Id + "b")];
        TopicName[] topics = [.. sessions, graph];
        var clients = new Client[3];
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i] = new Client(await gateway.Connect(protocol: SocketEndpoint.JsonProtocol));
            await clients[i].Watch(topics);
        }

        foreach (var step in steps)
        {
            var client = clients[step.Client];
            var session = sessions[step.Session];
            switch (step.Kind)
            {
                case StepKind.Say or StepKind.SayUnheard:
                    TopicScript.Of(session).Loses = _ => step.Kind is StepKind.SayUnheard;
                    TopicScript.Of(graph).Loses = _ => step.Kind is StepKind.SayUnheard && step.Flag;
                    await Say(session, graph);
                    break;
                case StepKind.SubscribeAgain:
                    await client.Watch(step.Flag ? [session] : [session, graph]);
                    break;
                case StepKind.Leave:
                    await client.Socket.Send($$"""{"type":"unsubscribe","id":"u","topic":"{{(step.Flag ? graph : session)}}"}""");
                    break;
                case StepKind.Watch:
                    await client.Watch(step.Flag ? topics : [graph, session]);
                    break;
                case StepKind.Reconnect:
                    Check(client.Socket, "before it went");
                    var places = client.Places();
                    await client.Socket.DisposeAsync();
                    clients[step.Client] = client = new Client(await gateway.Connect(protocol: SocketEndpoint.JsonProtocol), places);
                    await client.Watch(topics);
                    break;
                case StepKind.Breathe:
                    await client.Socket.Send("""{"type":"ping","id":"p"}""");
                    break;
            }
        }

        foreach (var client in clients)
        {
            await client.Watch(topics);
        }

        foreach (var client in clients)
        {
            await client.Socket.Until(
                all => topics.All(topic => client.Before(topic) >= TopicScript.Of(topic).Head || all.Seqs(topic.ToString()).LastOrDefault() == TopicScript.Of(topic).Head), "everything");
            Check(client.Socket, "at the end");
            await client.Socket.DisposeAsync();
        }
    }

    /// <summary>A message is stored, and then what it brings about.</summary>
    private async Task Say(TopicName session, TopicName graph)
    {
        var seq = await cluster.Driver(session).Append(1, 30);
        await cluster.Cluster.Client.GetGrain<IConceptGraphGrain>(graph.Id).Absorb(new SessionText { Session = session.Id, Seq = seq, User = ScriptedSession.Speaker, Text = "said" });
    }

    /// <summary>Reads what a client got, in order: each topic without hole or repetition from where it began, and no message after what it brought about.</summary>
    private static void Check(TestSocket client, string when)
    {
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        var early = new HashSet<(string Session, long Seq)>();
        foreach (var message in client.All)
        {
            if (message.Type() == "error")
            {
                // Giving up what is not watched is refused; nothing else may be.
                Assert.Equal((404, "no_such_topic"), message.Error());
            }

            if (!message.TryGetProperty("topic", out var named))
            {
                continue;
            }

            var topic = named.GetString()!;
            if (message.Type() == "subscribed")
            {
                var since = long.Parse(message.GetProperty("correlationId").GetString()!.Split('|')[1], System.Globalization.CultureInfo.InvariantCulture);
                places[topic] = message.Payload().GetProperty("recovered").GetBoolean() ? since : message.Payload().GetProperty("seq").GetInt64();
            }
            else if (message.Type() == "unsubscribed")
            {
                places.Remove(topic);
                early.RemoveWhere(cause => cause.Session == topic);
            }
            else if (message.TryGetProperty("seq", out var seq))
            {
                Assert.True(places.TryGetValue(topic, out var place), $"{when}: {topic} is not watched");
                Assert.True(seq.GetInt64() == place + 1, $"{when}: {topic} goes from {place} to {seq.GetInt64()}");
                Assert.False(early.Contains((topic, place + 1)), $"{when}: an effect of {topic} {place + 1} came before it");
                places[topic] = place + 1;
                if (message.Type() == "concept_update")
                {
                    var cause = message.Payload().GetProperty("data").GetProperty("cause");
                    var (session, at) = ("session:" + cause.GetProperty("session").GetString(), cause.GetProperty("messageSeq").GetInt64());
                    if (places.TryGetValue(session, out var known) && known < at)
                    {
                        early.Add((session, at));
                    }
                }
            }
        }
    }

    private readonly record struct Step(StepKind Kind, int Session, int Client, bool Flag);

    /// <summary>A client that knows where it is.</summary>
    private sealed class Client(TestSocket socket, IReadOnlyDictionary<string, long>? before = null)
    {
        public TestSocket Socket => socket;

        public long Before(TopicName topic) => before?.GetValueOrDefault(topic.ToString()) ?? 0;

        public Dictionary<string, long> Places()
        {
            var places = new Dictionary<string, long>(before ?? new Dictionary<string, long>(StringComparer.Ordinal), StringComparer.Ordinal);
            foreach (var message in socket.All.Where(message => message.TryGetProperty("seq", out _)))
            {
                places[message.GetProperty("topic").GetString()!] = message.Seq();
            }

            return places;
        }

        public async Task Watch(TopicName[] topics)
        {
            var places = Places();
            foreach (var topic in topics)
            {
                await Subscribe(socket, topic, places.GetValueOrDefault(topic.ToString()));
            }
        }
    }
}
