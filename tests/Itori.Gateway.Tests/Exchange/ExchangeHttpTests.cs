using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Itori.Contracts;
using Itori.Gateway.Exchange;
using Itori.Gateway.Tests.Grains;
using Itori.Gateway.Tests.Sockets;

namespace Itori.Gateway.Tests.Exchange;

/// <summary>Export and import as a client sees them.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class ExchangeHttpTests(ClusterFixture cluster)
{
    private const string Two = """{"nodes":[{"id":"a"},{"id":"b"}],"edges":[{"source":"a","target":"b"},{"source":"a","target":"a"}]}""";

    [Theory]
    [InlineData("", "application/json", "json")]
    [InlineData("?format=json", "application/json", "json")]
    [InlineData("?format=graphml", "application/graphml+xml", "graphml")]
    [InlineData("?format=GEXF", "application/gexf+xml", "gexf")]
    public async Task An_export_is_a_file_that_tells_its_seq(string query, string type, string extension)
    {
        await using var gateway = await TestGateway.Start(cluster);
        var id = NewId();
        await cluster.Driver(TopicName.Graph(id)).Append(3, 4);
        using var response = await gateway.Http.GetAsync($"/api/graphs/{id}/export{query}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"{id}-3.{extension}", response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        Assert.Equal("3", response.Headers.GetValues(ExchangeEndpoints.SeqHeader).Single());
        var file = await Graphs.Read(GraphFormats.Of(extension), await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal([("c0", "yyyy"), ("c1", "yyyy"), ("c2", "yyyy")], file.Concepts.Select(concept => (concept.ConceptId!, concept.Label)));
    }

    [Fact]
    public async Task An_export_that_the_client_has_is_not_sent_again_until_the_graph_changes()
    {
        await using var gateway = await TestGateway.Start(cluster);
        var id = NewId();
        await cluster.Driver(TopicName.Graph(id)).Append(1, 4);
        using var first = await gateway.Http.GetAsync($"/api/graphs/{id}/export?format=gexf", TestContext.Current.CancellationToken);
        Assert.True(first.Headers.ETag!.IsWeak);
        Assert.Equal(HttpStatusCode.NotModified, await Again("gexf", first.Headers.ETag));
        Assert.Equal(HttpStatusCode.OK, await Again("json", first.Headers.ETag));
        await cluster.Driver(TopicName.Graph(id)).Append(1, 4);
        Assert.Equal(HttpStatusCode.OK, await Again("gexf", first.Headers.ETag));

        async Task<HttpStatusCode> Again(string format, EntityTagHeaderValue tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/graphs/{id}/export?format={format}");
            request.Headers.IfNoneMatch.Add(tag);
            using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task An_import_reports_what_it_read_and_did()
    {
        await using var gateway = await TestGateway.Start(cluster);
        var id = NewId();
        var (status, report) = await Import(gateway, id, Two);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            $"{{\"topic\":\"graph:{id}\",\"seq\":1,\"nodes\":2,\"edges\":2,\"concepts\":2,\"relations\":1,\"selfLoops\":1}}",
            report.GetRawText());
    }

    [Theory]
    [InlineData("\"k-1\"", "", "k-1", "")]
    [InlineData("k-1", "", null, "?id=k-1")]
    [InlineData("k-1", "?id=k-1", "\"k-1\"", "")]
    public async Task An_import_under_the_same_key_is_done_once(string? header, string query, string? headerAgain, string queryAgain)
    {
        await using var gateway = await TestGateway.Start(cluster);
        var id = NewId();
        var (_, first) = await Import(gateway, id, Two, query, key: header);
        await cluster.Driver(TopicName.Graph(id)).Append(1, 4);
        var (_, again) = await Import(gateway, id, Two, queryAgain, key: headerAgain);
        Assert.Equal(first.GetRawText(), again.GetRawText());
    }

    [Theory]
    [InlineData("application/graphml+xml", "")]
    [InlineData("application/xml; charset=utf-8", "")]
    [InlineData("text/xml", "")]
    [InlineData("text/plain", "?format=graphml")]
    public async Task The_format_is_what_the_query_or_else_the_content_type_says(string type, string query)
    {
        await using var gateway = await TestGateway.Start(cluster);
        var (status, report) = await Import(gateway, NewId(), "<graphml><graph><node id=\"n\"/></graph></graphml>", query, type);
        Assert.Equal((HttpStatusCode.OK, 1), (status, report.GetProperty("nodes").GetInt32()));
    }

    [Theory]
    [InlineData("text/plain", "", Two, HttpStatusCode.BadRequest, "bad_field")]
    [InlineData("application/json", "?format=dot", Two, HttpStatusCode.BadRequest, "bad_field")]
    [InlineData("application/gexf+xml", "", Two, HttpStatusCode.BadRequest, "bad_file")]
    [InlineData("application/json", "", "{", HttpStatusCode.BadRequest, "bad_file")]
    [InlineData("application/json", "", "", HttpStatusCode.BadRequest, "bad_file")]
    public async Task What_cannot_be_imported_is_refused_and_changes_nothing(string type, string query, string file, HttpStatusCode status, string reason)
    {
        await using var gateway = await TestGateway.Start(cluster);
        var id = NewId();
        var refused = await Import(gateway, id, file, query, type);
        Assert.Equal((status, reason), (refused.Status, refused.Body.GetProperty("reason").GetString()));
        Assert.Equal(0, await cluster.Cluster.Client.GetGrain<IConceptGraphGrain>(id).GetHead());
    }

    [Theory]
    [InlineData("?format=dot")]
    [InlineData("?format=xml")]
    public async Task An_export_in_a_format_that_there_is_not_is_refused(string query)
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var response = await gateway.Http.GetAsync($"/api/graphs/{NewId()}/export{query}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(response.Content.Headers.ContentDisposition);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_over_the_limit_is_refused_whether_or_not_it_says_its_length(bool saysLength)
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Exchange:MaxFileBytes", "2000"));
        var id = NewId();
        var file = $"{{\"nodes\":[{string.Join(',', Enumerable.Range(0, 500).Select(i => $"{{\"id\":{i}}}"))}]}}";
        var refused = await Import(gateway, id, file, chunked: !saysLength);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too_large"), (refused.Status, refused.Body.GetProperty("reason").GetString()));
        Assert.Equal(0, await cluster.Cluster.Client.GetGrain<IConceptGraphGrain>(id).GetHead());
    }

    [Theory]
    [InlineData("MaxNodes", "nodes")]
    [InlineData("MaxEdges", "edges")]
    public async Task More_nodes_or_edges_than_the_limit_are_refused(string setting, string details)
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Exchange:" + setting, "1"));
        var refused = await Import(gateway, NewId(), Two);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, details), (refused.Status, refused.Body.GetProperty("details").GetString()));
    }

    [Theory]
    [InlineData("json", Two)]
    [InlineData("json", "{\"nodes\":[1]}")]
    [InlineData("graphml", "<graphml><graph/></graphml>")]
    [InlineData("graphml", "<html/>")]
    public async Task A_connection_is_good_for_the_next_request_whatever_became_of_the_last(string format, string file)
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        var connections = 0;
        handler.ConnectCallback = async (context, cancellation) =>
        {
            connections++;
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        };
        using var http = new HttpClient(handler) { BaseAddress = gateway.Address };
        for (var i = 0; i < 20; i++)
        {
            using var response = await http.PostAsync($"/api/graphs/{NewId()}/import?format={format}", new StringContent(file), TestContext.Current.CancellationToken);
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, connections);
    }

    [Theory]
    [InlineData("MaxFileBytes", "1")]
    [InlineData("MaxNodes", "0")]
    [InlineData("MaxEdges", "0")]
    [InlineData("MaxConcurrent", "1001")]
    public async Task A_limit_that_makes_no_sense_stops_the_start(string setting, string value)
    {
        var error = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestGateway.Start(cluster, ("Itori:Exchange:" + setting, value)));
        Assert.Contains($"Itori:Exchange:{setting} is {value}; allowed is", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_file_is_refused_unread()
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var content = new ByteArrayContent([0x1F, 0x8B]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        using var response = await gateway.Http.PostAsync($"/api/graphs/{NewId()}/import", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Content-Encoding", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_import()
    {
        await using var gateway = await TestGateway.Start(cluster);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/graphs/{NewId()}/import?format=json") { Content = new StringContent(Two) };
        request.Headers.Add("Origin", "https://evil.example");
        using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Whoever_may_not_read_may_neither_export_nor_import()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Gateway:AllowAnonymous", "false"));
        using var export = await gateway.Http.GetAsync($"/api/graphs/{NewId()}/export", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, export.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Import(gateway, NewId(), Two)).Status);
    }

    [Fact]
    public async Task More_transfers_at_a_time_than_the_limit_are_refused_for_now()
    {
        await using var gateway = await TestGateway.Start(cluster, ("Itori:Exchange:MaxConcurrent", "1"));
        var id = NewId();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var script = TopicScript.Of(TopicName.Graph(id));
        script.Held = held.Task;
        script.Fails = () =>
        {
            reached.TrySetResult();
            return null;
        };
        var first = Import(gateway, id, Two);
        await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        using var second = await gateway.Http.GetAsync($"/api/graphs/{NewId()}/export", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        held.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);

        // Whoever has the answer may be a moment ahead of the server, which then makes room.
        await Eventually.Holds(
            async () =>
            {
                using var third = await gateway.Http.GetAsync($"/api/graphs/{NewId()}/export", TestContext.Current.CancellationToken);
                return third.StatusCode == HttpStatusCode.OK;
            },
            "there is room again");
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Import(TestGateway gateway, string id, string file, string query = "", string type = "application/json", string? key = null, bool chunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/graphs/{id}/import{query}") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(file)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.TransferEncodingChunked = chunked;
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        using var response = await gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement);
    }
}
