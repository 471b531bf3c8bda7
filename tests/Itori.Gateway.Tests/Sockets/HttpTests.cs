using System.Net;
using System.Text.Json;

using Itori.Contracts;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>What the gateway answers over HTTP, refused handshakes included.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class HttpTests(ClusterFixture cluster)
{
    [Theory]
    [InlineData("?session=a%20b", null, null, HttpStatusCode.BadRequest, "bad_field")]
    [InlineData("?graph=", null, null, HttpStatusCode.BadRequest, "bad_field")]
    [InlineData("", "itori.v2.json", null, HttpStatusCode.BadRequest, "bad_field")]
    [InlineData("", "itori.v1.msgpack", null, HttpStatusCode.SwitchingProtocols, null)]
    [InlineData("", null, "https://evil.example", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData("", null, "null", HttpStatusCode.Forbidden, "forbidden")]
    [InlineData("", null, "https://friend.example", HttpStatusCode.SwitchingProtocols, null)]
    [InlineData("", "itori.v1.msgpack, itori.v1.json", null, HttpStatusCode.SwitchingProtocols, null)]
    public async Task A_handshake_that_cannot_be_served_is_refused_before_there_is_a_socket(string query, string? protocols, string? origin, HttpStatusCode status, string? reason)
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:AllowedOrigins:0", "https://friend.example"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ws" + query);
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        if (protocols is not null)
        {
            request.Headers.TryAddWithoutValidation("Sec-WebSocket-Protocol", protocols);
        }

        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        using var response = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
        if (reason is not null)
        {
            var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
            Assert.Equal(reason, body.GetProperty("reason").GetString());
        }
        else if (protocols is not null)
        {
            Assert.Equal(protocols.Split(", ")[0], response.Headers.GetValues("Sec-WebSocket-Protocol").Single());
        }
    }

    [Fact]
    public async Task A_page_of_the_server_itself_may_connect()
    {
        await using var gateway = await TestGateway.Start(cluster);
        await using var client = await gateway.Connect(origin: gateway.Address.GetLeftPart(UriPartial.Authority));
        await client.Next("welcome");
    }

    [Fact]
    public async Task More_connections_than_the_limit_are_refused()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:MaxConnections", "1"));
        await using var one = await gateway.Connect();
        await one.Next("welcome");
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => gateway.Connect());
    }

    [Fact]
    public async Task Sessions_and_graphs_are_read_without_a_socket()
    {
        var id = Guid.NewGuid().ToString("N");
        await cluster.Driver(TopicName.Session(id)).Append(12, 3);
        await cluster.Driver(TopicName.Graph(id)).Append(2, 3);
        await using var gateway = await TestGateway.Start(cluster);
        var after = await Get(gateway, $"/api/sessions/{id}/events?after=3&limit=4");
        Assert.Equal([4L, 5, 6, 7], after.GetProperty("events").EnumerateArray().Select(Messages.Seq));
        Assert.True(after.GetProperty("more").GetBoolean());
        Assert.Equal(12, after.GetProperty("head").GetInt64());
        var before = await Get(gateway, $"/api/sessions/{id}/events?before=3");
        Assert.Equal([1L, 2], before.GetProperty("events").EnumerateArray().Select(Messages.Seq));
        var graph = await Get(gateway, $"/api/graphs/{id}");
        Assert.Equal(2, graph.GetProperty("concepts").GetArrayLength());
        var field = await Get(gateway, $"/api/graphs/{id}/field");
        Assert.Equal(3, field.GetProperty("phaseFrame").GetProperty("phases").GetArrayLength());
        Assert.Equal(12, (await Get(gateway, $"/api/graphs/{id}/field?at=12")).GetProperty("graph").GetProperty("concepts").GetArrayLength());
        Assert.Equal(1.5, field.GetProperty("spectralState").GetProperty("data").GetProperty("connectivity").GetProperty("algebraic").GetDouble());
    }

    [Theory]
    [InlineData("/api/sessions/a%20b/events")]
    [InlineData("/api/sessions/x/events?after=-1")]
    [InlineData("/api/sessions/x/events?limit=0")]
    [InlineData("/api/sessions/x/events?after=1&before=2")]
    [InlineData("/api/graphs/x/field?at=then")]
    public async Task Bad_reads_are_refused_with_the_field_that_is_wrong(string path)
    {
        await using var gateway = await TestGateway.Start(cluster);
        var response = await gateway.Http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("bad_field", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_built_client_a_page_says_what_to_do()
    {
        await using var gateway = await TestGateway.Start(cluster);
        var response = await gateway.Http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("npm run build", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("default-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task The_built_client_is_served_fresh_its_assets_for_good_and_compressed()
    {
        var root = Directory.CreateTempSubdirectory("itori-web");
        try
        {
            Directory.CreateDirectory(Path.Combine(root.FullName, "assets"));
            await File.WriteAllTextAsync(Path.Combine(root.FullName, "index.html"), "<!doctype html><title>Itori</title>", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(root.FullName, "assets", "app-1a2b.js"), new string('/', 5000), TestContext.Current.CancellationToken);
            await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:WebRoot", root.FullName));
            foreach (var page in (string[])["/", "/graphs/some-view"])
            {
                var index = await gateway.Http.GetAsync(page, TestContext.Current.CancellationToken);
                Assert.Equal("no-cache", index.Headers.CacheControl!.ToString());
                Assert.Contains("<title>Itori", await index.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/app-1a2b.js");
            request.Headers.AcceptEncoding.ParseAdd("br");
            var asset = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Contains("immutable", asset.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Equal("br", asset.Content.Headers.ContentEncoding.Single());
            Assert.Equal(HttpStatusCode.NotFound, (await gateway.Http.GetAsync("/api/nothing", TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await gateway.Http.GetAsync("/assets/missing.js", TestContext.Current.CancellationToken)).StatusCode);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static async Task<JsonElement> Get(TestGateway gateway, string path) =>
        JsonDocument.Parse(await gateway.Http.GetStringAsync(path, TestContext.Current.CancellationToken)).RootElement;
}
