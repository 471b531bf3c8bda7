using System.Net;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Tests.Grains;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>Starting without a cluster, losing it, shutting down.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class LifecycleTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Without_a_silo_it_starts_says_so_and_refuses_commands_with_when_to_try_again()
    {
        await using var gateway = await TestGateway.Start(null, ("Itori:Cluster:Gateways:0", "127.0.0.1:1"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode);
        var ready = await gateway.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("unavailable", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await using var client = await gateway.Connect(protocol: SocketEndpoint.JsonProtocol);
        await client.Send("""{"type":"user_msg","id":"m","text":"hi"}""");
        var error = await client.Next("error");
        Assert.Equal((503, "unavailable"), error.Error());
        Assert.True(error.Payload().GetProperty("retryAfterMs").GetInt32() > 0);
        await client.Send("""{"type":"ping"}""");
        await client.Next("ping_response");
        await using var plain = await gateway.Connect();
        Assert.Equal("welcome", (await plain.Next()).Type());
        Assert.Equal((503, "unavailable"), (await plain.Next()).Error());
        await gateway.Stop();
    }

    [Fact]
    public async Task An_outage_is_503_a_fault_is_500_and_both_leave_the_connection_open()
    {
        var topic = TopicName.Session(Guid.NewGuid().ToString("N"));
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?session=" + topic.Id, SocketEndpoint.JsonProtocol);
        TopicScript.Of(topic).Fails = () => new TimeoutException("scripted");
        await client.Send("""{"type":"user_msg","id":1,"text":"hi"}""");
        Assert.Equal((503, "unavailable"), (await client.Next("error")).Error());
        TopicScript.Of(topic).Fails = () => new InvalidOperationException("scripted secret");
        await client.Send("""{"type":"user_msg","id":2,"text":"hi"}""");
        var fault = await client.Next("error");
        Assert.Equal((500, "internal"), fault.Error());
        Assert.DoesNotContain("secret", fault.GetRawText(), StringComparison.Ordinal);
        TopicScript.Of(topic).Fails = () => null;
        await client.Send("""{"type":"user_msg","id":3,"text":"hi"}""");
        Assert.Equal(1, (await client.Next("ack")).Payload().GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task A_command_that_outlives_its_connection_is_no_fault()
    {
        var id = Guid.NewGuid().ToString("N");
        var hold = new TaskCompletionSource();
        TopicScript.Of(TopicName.Session(id)).Held = hold.Task;
        await using var gateway = await TestGateway.Start(cluster);
        using var errors = new ErrorLog();
        gateway.Services.GetRequiredService<ILoggerFactory>().AddProvider(errors);
        await using (var leaver = await gateway.Connect("?session=" + id, SocketEndpoint.JsonProtocol))
        {
            await leaver.Send("""{"type":"user_msg","id":"left","text":"hi"}""");
            await leaver.Send("""{"type":"ping"}""");
            await leaver.Next("ping_response");
        }

        var registry = gateway.Services.GetRequiredService<ConnectionRegistry>();
        await Eventually.Holds(() => registry.Count == 0, "the connection's end");
        hold.SetResult();
        await using var other = await gateway.Connect("?session=" + id, SocketEndpoint.JsonProtocol);
        await other.Send("""{"type":"user_msg","id":"later","text":"hi"}""");
        await other.Next("ack");
        Assert.Empty(errors.Messages);
    }

    [Fact]
    public async Task Shutting_down_says_where_to_go_finishes_what_is_under_way_and_closes_with_1001()
    {
        var id = Guid.NewGuid().ToString("N");
        var hold = new TaskCompletionSource();
        TopicScript.Of(TopicName.Session(id)).Held = hold.Task;
        var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?session=" + id, SocketEndpoint.JsonProtocol);
        await client.Send("""{"type":"user_msg","id":"late","text":"hi","assistant":false}""");
        await client.Send("""{"type":"ping"}""");
        await client.Next("ping_response");
        var stopping = gateway.Stop();
        var reconnect = (await client.Next("reconnect")).Payload();
        Assert.Equal("shutdown", reconnect.GetProperty("reason").GetString());
        Assert.InRange(reconnect.GetProperty("afterMs").GetInt32(), 0, 5000);

        // The server still listens, and sends everyone elsewhere.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);
        await client.Send("""{"type":"user_msg","id":"refused","text":"hi"}""");
        Assert.Equal((503, "unavailable"), (await client.Next("error")).Error());
        hold.SetResult();
        Assert.Equal("late", (await client.Next("ack")).GetProperty("correlationId").GetString());
        await client.Closed;
        Assert.Equal(1001, (int?)client.CloseStatus);
        await stopping;
        await gateway.DisposeAsync();
    }

    [Fact]
    public async Task Where_anonymous_use_is_not_allowed_everything_but_ping_and_auth_is_refused()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:AllowAnonymous", "false"));
        await using var client = await gateway.Connect();
        await client.Send("""{"type":"ping"}""");
        await client.Next("ping_response");
        await client.Send("""{"type":"auth"}""");
        Assert.Equal(401, (await client.Next("auth_failure")).Payload().GetProperty("code").GetInt32());
        await client.Send("""{"type":"user_msg","text":"hi"}""");
        Assert.Equal((401, "unauthenticated"), (await client.Next("error")).Error());
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Http.GetAsync("/api/graphs/x", TestContext.Current.CancellationToken)).StatusCode);
        Assert.DoesNotContain(client.All, m => m.Type() == "concept_update");
    }

    [Fact]
    public async Task A_token_is_answered_honestly()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect("?access_token=abc", SocketEndpoint.JsonProtocol);
        Assert.Equal("welcome", (await client.Next()).Type());
        Assert.Equal(501, (await client.Next("auth_failure")).Payload().GetProperty("code").GetInt32());
        await client.Send("""{"type":"auth","id":1,"client_type":"test"}""");
        Assert.True((await client.Next("auth_success")).Payload().GetProperty("user").GetProperty("anonymous").GetBoolean());
    }
}
