using System.ComponentModel.DataAnnotations;

namespace Itori.Client.Tests;

/// <summary>A command is carried out once, whatever happens to connections.</summary>
public sealed class CommandTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reply_ends_the_wait()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        var saying = client.SayAsync("Hello", cancellationToken: Ct);
        var side = await server.Welcome();
        var said = await side.Receive("user_msg");
        Assert.Equal("Hello", (string?)said["payload"]!["text"]);
        await side.Ack(said, 7);
        Assert.Equal(new ItoriAck("session:s1", 7), await saying);
    }

    [Fact]
    public async Task What_was_not_answered_is_sent_again_with_its_id_over_the_next_connection_and_in_its_order()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        var first = await server.Welcome();
        await client.WhenOpenAsync(Ct);
        var one = client.SayAsync("one", cancellationToken: Ct);
        var sent = await first.Receive("user_msg");
        first.Break();

        var second = await server.Accept();
        var two = client.SayAsync("two", cancellationToken: Ct); // While there is no connection.
        await second.Send("""{"v":1,"type":"welcome","timestamp":1,"payload":{"connectionId":"c2","sessionId":"s1","graphId":"main","user":{"id":"u2","name":"Quiet Otter","anonymous":true}}}""");
        var again = await second.Receive("user_msg");
        var next = await second.Receive("user_msg");
        Assert.Equal((string?)sent["id"], (string?)again["id"]);
        Assert.Equal(("one", "two"), ((string?)again["payload"]!["text"], (string?)next["payload"]!["text"]));
        await second.Ack(next, 2);
        await second.Ack(again, 1);
        Assert.Equal((1, 2), ((await one).Seq, (await two).Seq));
    }

    [Fact]
    public async Task The_session_that_the_server_made_is_asked_for_again()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client(options => options.Graph = "g 1");
        var first = await server.Welcome();
        Assert.Equal("s1", (await client.WhenOpenAsync(Ct)).SessionId);
        first.Break();
        await server.Welcome();
        Assert.Equal(["?graph=g%201", "?session=s1&graph=main"], server.Queries);
    }

    [Fact]
    public async Task A_refusal_is_an_exception_that_says_why()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        var asking = client.AskAsync("concept_op", cancellationToken: Ct);
        var side = await server.Welcome();
        await side.Error(await side.Receive("concept_op"), 400, "bad_field");
        var refused = await Assert.ThrowsAsync<ItoriRefusedException>(() => asking);
        Assert.Equal((400, "bad_field", null), (refused.Code, refused.Reason, refused.RetryAfter));
    }

    [Fact]
    public async Task What_the_server_cannot_do_now_is_asked_again_when_it_says()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client();
        var saying = client.SayAsync("Hello", cancellationToken: Ct);
        var side = await server.Welcome();
        var first = await side.Receive("user_msg");
        await side.Error(first, 503, "unavailable", retryAfterMs: 20);
        var second = await side.Receive("user_msg");
        Assert.Equal((string?)first["id"], (string?)second["id"]);
        await side.Ack(second, 1);
        Assert.Equal(1, (await saying).Seq);
    }

    [Fact]
    public async Task More_than_may_wait_is_refused_at_once()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client(options => options.MaxPending = 2);
        var waiting = new[] { client.SayAsync("one", cancellationToken: Ct), client.SayAsync("two", cancellationToken: Ct) };
        await Assert.ThrowsAsync<ItoriClientBusyException>(() => client.SayAsync("three", cancellationToken: Ct));

        var side = await server.Welcome();
        await side.Ack(await side.Receive("user_msg"), 1);
        await waiting[0];
        var third = client.SayAsync("three", cancellationToken: Ct); // There is room again.
        await side.Ack(await side.Receive("user_msg"), 2);
        await side.Ack(await side.Receive("user_msg"), 3);
        Assert.Equal((2, 3), ((await waiting[1]).Seq, (await third).Seq));
    }

    [Fact]
    public async Task Whoever_gives_up_is_not_answered_and_makes_room()
    {
        await using var server = await ScriptedServer.Start();
        await using var client = server.Client(options => options.MaxPending = 1);
        using var patience = new CancellationTokenSource();
        var saying = client.SayAsync("one", cancellationToken: patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saying);
        var next = client.SayAsync("two", cancellationToken: Ct);
        var side = await server.Welcome();
        var said = await side.Receive("user_msg");
        Assert.Equal("two", (string?)said["payload"]!["text"]);
        await side.Ack(said, 1);
        await next;
    }

    [Fact]
    public async Task What_waits_when_the_client_is_disposed_of_ends()
    {
        await using var server = await ScriptedServer.Start();
        var client = server.Client();
        var saying = client.SayAsync("Hello", cancellationToken: Ct);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => saying);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.SayAsync("more", cancellationToken: Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.WhenOpenAsync(Ct));
        Assert.Equal(ItoriConnection.Closed, client.Status);
    }

    [Theory]
    [InlineData("http://localhost:8000/ws")]
    [InlineData("ws://localhost:8000/ws?session=s1")]
    public void A_wrong_endpoint_is_refused(string endpoint) => Assert.Throws<ValidationException>(() => new ItoriClient(new() { Endpoint = new(endpoint) }));

    [Fact]
    public void A_wrong_option_is_refused()
    {
        Assert.Throws<ValidationException>(() => new ItoriClient(new() { MaxPending = 0 }));
        Assert.Throws<ValidationException>(() => new ItoriClient(new() { FirstDelay = TimeSpan.FromSeconds(2), LongestDelay = TimeSpan.FromSeconds(1) }));
    }
}
