using Itori.Gateway.Connections;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>Who is here, and where they point.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class PeopleTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Who_comes_and_goes_is_told_over_all_gateways_and_a_newcomer_is_told_at_once()
    {
        var topic = "graph:" + Guid.NewGuid().ToString("N");
        await using var gateway = await TestGateway.Start(cluster);
        await using var other = await TestGateway.Start(cluster);
        await using var one = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        var me = (await one.Next("welcome")).Payload().GetProperty("user").GetProperty("id").GetString();
        await one.Send($$"""{"type":"subscribe","topic":"{{topic}}"}""");
        await one.Next(m => m.Type() == "presence" && m.Payload().GetProperty("users").GetArrayLength() == 1, "presence of one");

        await using (var two = await other.Connect(protocol: SocketEndpoint.JsonProtocol))
        {
            var you = (await two.Next("welcome")).Payload().GetProperty("user").GetProperty("id").GetString();
            await two.Send($$"""{"type":"subscribe","topic":"{{topic}}"}""");
            var told = await two.Next(m => m.Type() == "presence" && m.Payload().GetProperty("users").GetArrayLength() == 2, "presence of two");
            Assert.Equal([me, you], told.Payload().GetProperty("users").EnumerateArray().Select(user => user.GetProperty("id").GetString()));
            await one.Next(m => m.Type() == "presence" && m.Payload().TryGetProperty("joined", out var joined) && joined[0].GetString() == you, "the other joined");
            await two.Close();
        }

        await one.Next(m => m.Type() == "presence" && m.Payload().GetProperty("users").GetArrayLength() == 1, "the other left");
    }

    [Fact]
    public async Task In_a_crowd_those_who_are_here_longest_are_named_and_the_others_counted()
    {
        var topic = "graph:" + Guid.NewGuid().ToString("N");
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:PresenceNamed", "2"));
        var people = new List<TestSocket>();
        try
        {
            for (var here = 1; here <= 4; here++)
            {
                var next = await gateway.Connect(protocol: here % 2 == 0 ? SocketEndpoint.PackProtocol : SocketEndpoint.JsonProtocol);
                people.Add(next);
                await next.Send($$"""{"type":"subscribe","topic":"{{topic}}"}""");
                foreach (var person in people)
                {
                    await person.Next(m => m.Type() == "presence" && Here(m.Payload()) == here, $"presence of {here}");
                }
            }

            var last = people[^1].All.Last(m => m.Type() == "presence").Payload();
            var users = last.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("id").GetString()).ToArray();
            Assert.Equal(people.Take(2).Select(person => person.All[0].Payload().GetProperty("user").GetProperty("id").GetString()), users);

            // One of two that are named goes: the next one is.
            await people[0].Close();
            await people[3].Next(m => m.Type() == "presence" && Here(m.Payload()) == 3 && m.Payload().GetProperty("users")[0].GetProperty("id").GetString() == users[1], "the longest went");
        }
        finally
        {
            foreach (var person in people)
            {
                await person.DisposeAsync();
            }
        }

        static int Here(System.Text.Json.JsonElement presence) =>
            presence.TryGetProperty("count", out var count) ? count.GetInt32() : presence.GetProperty("users").GetArrayLength();
    }

    [Fact]
    public async Task A_cursor_reaches_the_others_and_not_its_own_connection()
    {
        var graph = Guid.NewGuid().ToString("N");
        await using var gateway = await TestGateway.Start(cluster);
        await using var one = await gateway.Connect("?graph=" + graph, SocketEndpoint.JsonProtocol);
        await using var two = await gateway.Connect("?graph=" + graph, SocketEndpoint.JsonProtocol);
        foreach (var client in (TestSocket[])[one, two])
        {
            await client.Send($$"""{"type":"subscribe","topic":"graph:{{graph}}"}""");
            await client.Next("presence");
        }

        await one.Send("""{"type":"cursor","id":1,"x":3.5,"y":-2,"concept":"c1","selection":{"ids":["a"]}}""");
        await one.Next("ack");
        var cursor = (await two.Next("cursor")).Payload();
        Assert.Equal(3.5, cursor.GetProperty("x").GetDouble());
        Assert.Equal("c1", cursor.GetProperty("concept").GetString());
        Assert.Equal("a", cursor.GetProperty("selection").GetProperty("ids")[0].GetString());

        // The latest of many arrives; not all of them need to.
        for (var i = 0; i <= 100; i++)
        {
            await one.Send($$"""{"type":"cursor","x":{{i}},"y":0}""");
        }

        await two.Next(m => m.Type() == "cursor" && m.Payload().GetProperty("x").GetDouble() == 100, "the last cursor");
        Assert.DoesNotContain(one.All, m => m.Type() == "cursor");
    }
}
