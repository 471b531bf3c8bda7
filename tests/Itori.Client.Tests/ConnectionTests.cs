using CsCheck;

namespace Itori.Client.Tests;

/// <summary>How a connection begins, ends and comes back.</summary>
public sealed class ConnectionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_tells_where_it_stands()
    {
        await using var server = await ScriptedServer.Start();
        var client = server.Client();
        var seen = new List<ItoriConnection>();
        client.StatusChanged += (_, status) => seen.Add(status);
        Assert.Equal(ItoriConnection.Connecting, client.Status);
        var side = await server.Welcome();
        await client.WhenOpenAsync(Ct);
        Assert.Equal(ItoriConnection.Open, client.Status);
        side.Break();
        await server.Welcome();
        await client.WhenOpenAsync(Ct);
        await client.DisposeAsync();
        Assert.Equal([ItoriConnection.Open, ItoriConnection.Connecting, ItoriConnection.Open, ItoriConnection.Closed], seen);
    }

    [Fact]
    public async Task A_handshake_that_is_refused_for_good_is_not_tried_again()
    {
        await using var server = await ScriptedServer.Start();
        server.Refusal = 403;
        await using var client = server.Client();
        var saying = client.SayAsync("Hello", cancellationToken: Ct);
        Assert.Equal(403, (await Assert.ThrowsAsync<ItoriRefusedException>(() => client.WhenOpenAsync(Ct))).Code);
        await Assert.ThrowsAsync<ItoriRefusedException>(() => saying);
        Assert.Single(server.Queries);
    }

    [Fact]
    public async Task A_gateway_that_is_not_there_yet_is_tried_again()
    {
        await using var server = await ScriptedServer.Start();
        server.Refusal = 503;
        await using var client = server.Client();
        while (server.Queries.Count < 3)
        {
            await Task.Delay(5, Ct);
        }

        server.Refusal = 0;
        await server.Welcome();
        await client.WhenOpenAsync(Ct);
    }

    [Fact]
    public async Task A_peer_that_says_nothing_more_is_noticed()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client(options => options.Heartbeat = TimeSpan.FromMilliseconds(200));

        // The server reads nothing, and so answers no ping. Waited for from before it is welcomed: it is not open for long.
        foreach (var _ in (int[])[1, 2])
        {
            var side = await server.Accept();
            var open = client.WhenOpenAsync(Ct);
            await ScriptedServer.Welcome(side);
            await open;
        }

        Assert.NotNull(client.LastFailure);
    }

    [Fact]
    public async Task A_server_that_takes_too_long_to_say_welcome_is_left()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client(options => options.OpenTimeout = TimeSpan.FromSeconds(2)); // The second connection has that long, too, and nobody welcomes a third.
        await server.Accept();
        await server.Welcome();
        await client.WhenOpenAsync(Ct);
    }

    [Fact]
    public async Task A_gateway_that_drains_is_left_after_the_time_that_it_names()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client(options => options.FirstDelay = options.LongestDelay = TimeSpan.FromMinutes(5));
        var first = await server.Welcome();
        await client.WhenOpenAsync(Ct);
        var began = TimeProvider.System.GetTimestamp();
        await first.Send("""{"v":1,"type":"reconnect","timestamp":1,"payload":{"reason":"shutdown","afterMs":1000}}""");
        await first.Close();
        await server.Welcome();
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(980));
    }

    [Fact]
    public async Task A_token_is_asked_for_at_every_sign_in_and_one_that_ran_out_is_replaced()
    {
        await using var server = await ScriptedServer.Start();
        var tokens = new Queue<string>(["old", "new"]);
        await using var client = server.Client(options => options.Token = _ => ValueTask.FromResult<string?>(tokens.Dequeue()));
        var first = await server.Welcome();
        Assert.Equal("old", (string?)(await first.Receive("auth"))["payload"]!["token"]);
        await first.Send("""{"v":1,"type":"auth_failure","timestamp":1,"payload":{"code":401,"reason":"bad_token","message":"It ran out."}}""");
        var second = await server.Welcome();
        Assert.Equal("new", (string?)(await second.Receive("auth"))["payload"]!["token"]);
        await second.Send("""{"v":1,"type":"auth_success","timestamp":1,"payload":{"user":{"id":"ada","name":"Ada","anonymous":false}}}""");
        Assert.Equal("ada", (await client.WhenOpenAsync(Ct)).UserId);
    }

    [Fact]
    public async Task What_is_no_message_ends_the_connection_and_not_the_client()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        var first = await server.Welcome();
        await client.WhenOpenAsync(Ct);
        await first.Send("[]");
        await server.Welcome();
        await client.WhenOpenAsync(Ct);
        Assert.IsType<InvalidDataException>(client.LastFailure);
    }

    [Fact]
    public void A_wait_lies_between_nothing_and_a_bound_that_grows_by_half() => Gen.Select(Gen.Int[1, 40], Gen.UInt).Sample((tries, seed) =>
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), new Random((int)(seed & int.MaxValue)));
        for (var i = 0; i < tries; i++)
        {
            Assert.InRange(backoff.Next().TotalSeconds, 0, Math.Min(30, Math.Pow(1.5, i)) + 1e-6);
        }

        backoff.Reset();
        Assert.InRange(backoff.Next().TotalSeconds, 0, 1);
    });
}
