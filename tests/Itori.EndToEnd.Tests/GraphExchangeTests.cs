using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using CsCheck;

using Itori.EndToEnd.Tests.Hosting;
using Itori.EndToEnd.Tests.Wire;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>Graphs that leave a real server as files and come back.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class GraphExchangeTests(StandaloneFixture standalone)
{
    private static readonly string[] Labels =
    [
        "phase", "Phases of the moon", "ordre", "a<b & c>", "\"quoted\"", "]]>", "tab\tand\nline", "\u0001control", "\uFFFEnone", "😀 smile", "\u202Eעברית", "漢字", "Müller-Lüdenscheidt", "C++", "e = mc²", "_x0001_", "x",
    ];

    private static readonly string[] Kinds = ["co_occurs", "related", "causes", "is_a"];

    private static readonly Gen<string> Graphs = Gen.Select(
        Gen.Select(Gen.Int[0, Labels.Length - 1], Gen.Double[0.001, 1], Gen.Int[-1000, 1000], Gen.Bool, Gen.Int[0, 50], Gen.Int[0, 9]).Array[0, 12],
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 11], Gen.Double[0.001, 1], Gen.Int[0, Kinds.Length - 1]).Array[0, 20],
        (concepts, relations) =>
        {
            var different = concepts.DistinctBy(concept => concept.Item1).ToArray();
            return JsonSerializer.Serialize(new
            {
                concepts = different.Select((concept, i) => new
                {
                    id = "c" + i,
                    label = Labels[concept.Item1],
                    names = new[] { "key of " + Labels[concept.Item1], "other name " + i },
                    weight = concept.Item2,
                    x = concept.Item3 / 7.0,
                    y = concept.Item4 ? (double?)concept.Item3 : null,
                    pinned = concept.Item4,
                    mentions = concept.Item5,
                    cluster = concept.Item6,
                    createdAt = 1_700_000_000_000 + i,
                    lastSeen = 1_700_000_100_000 + i,
                }),
                relations = relations.Where(relation => relation.Item1 < different.Length && relation.Item2 < different.Length)
                    .Select(relation => new { source = "c" + relation.Item1, target = "c" + relation.Item2, weight = relation.Item3, kind = Kinds[relation.Item4] }),
            });
        });

    [Theory]
    [InlineData("json")]
    [InlineData("graphml")]
    [InlineData("gexf")]
    public async Task A_graph_that_is_exported_and_imported_into_an_empty_one_is_the_same(string format)
    {
        // A server that looks for neither clusters nor places meanwhile: here is compared what is in the files.
        using var folder = new TemporaryFolder();
        await using var server = await ItoriProcess.Standalone(folder.Path, "--Itori:Graphs:ClusterDelay", "01:00:00", "--Itori:Graphs:ArrangeDelay", "01:00:00");
        using var http = new HttpClient { BaseAddress = server.Address };
        await Graphs.SampleAsync(
            async file =>
            {
                var (first, second) = (NewId(), NewId());
                await Import(http, first, "json", Encoding.UTF8.GetBytes(file));
                await Import(http, second, format, await Export(http, first, format));
                Assert.Equal(await Shown(http, first), await Shown(http, second));
            },
            iter: 20);
    }

    [Fact]
    public async Task What_is_imported_is_seen_by_who_watches_and_kept()
    {
        using var http = new HttpClient { BaseAddress = standalone.Server.Address };
        var id = NewId();
        var report = await Import(http, id, "gexf", Encoding.UTF8.GetBytes("<gexf><graph><nodes><node id='1' label='Kuramoto model'/><node id='2' label='order parameter'/></nodes><edges><edge source='1' target='2'/></edges></graph></gexf>"), "?source=book.gexf");
        Assert.Equal((2, 1, 1), (report.GetProperty("concepts").GetInt32(), report.GetProperty("relations").GetInt32(), report.GetProperty("seq").GetInt32()));
        var graph = JsonDocument.Parse(await http.GetStringAsync($"/api/graphs/{id}", TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal("imported:book.gexf", graph.GetProperty("concepts")[0].GetProperty("sources")[0].GetProperty("source").GetString());
        Assert.Equal("related", graph.GetProperty("relations")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Who_watches_sees_a_large_import_piece_by_piece()
    {
        using var http = new HttpClient { BaseAddress = standalone.Server.Address };
        var id = NewId();
        await using var client = await WireClient.Plain(standalone.Server.Address, NewId(), id);
        await client.First(m => m.IsUpdate("snapshot"), "the snapshot");
        var nodes = string.Join(',', Enumerable.Range(0, 2000).Select(i => $"{{\"id\":\"concept {i}x\"}}"));
        var edges = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"{{\"source\":\"concept {i % 2000}x\",\"target\":\"concept {(i + 1 + (i / 2000)) % 2000}x\"}}"));
        var report = await Import(http, id, "json", Encoding.UTF8.GetBytes($"{{\"nodes\":[{nodes}],\"edges\":[{edges}]}}"));
        Assert.Equal((2000, 20_000), (report.GetProperty("concepts").GetInt32(), report.GetProperty("relations").GetInt32()));
        await client.Until(all => client.CloseStatus is not null || all.Durable("graph:" + id).LastOrDefault() is { ValueKind: JsonValueKind.Object } last && last.Seq() >= report.GetProperty("seq").GetInt64(), "the last delta");
        Assert.Null(client.CloseStatus);
        Assert.Equal(2000, GraphView.Of(client, id).ConceptCount);
    }

    [Fact]
    public async Task A_graph_that_does_not_take_the_file_stays_as_it_is()
    {
        using var http = new HttpClient { BaseAddress = standalone.Server.Address };
        var id = NewId();
        var tooMany = $"{{\"nodes\":[{string.Join(',', Enumerable.Range(0, 2001).Select(i => $"{{\"id\":\"concept {i}x\"}}"))}]}}";
        using var content = new StringContent(tooMany, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync($"/api/graphs/{id}/import", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(0, JsonDocument.Parse(await http.GetStringAsync($"/api/graphs/{id}", TestContext.Current.CancellationToken)).RootElement.GetProperty("seq").GetInt32());
    }

    private static string NewId() => Guid.NewGuid().ToString("N");

    private static async Task<byte[]> Export(HttpClient http, string id, string format) =>
        await http.GetByteArrayAsync($"/api/graphs/{id}/export?format={format}", TestContext.Current.CancellationToken);

    private static async Task<JsonElement> Import(HttpClient http, string id, string format, byte[] file, string query = "?")
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await http.PostAsync($"/api/graphs/{id}/import{query}&format={format}", content, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer);
        return JsonDocument.Parse(answer).RootElement;
    }

    /// <summary>A graph's own export without what belongs to the one graph alone: its name, its count of events, and the phases, which begin by name.</summary>
    private static async Task<string> Shown(HttpClient http, string id)
    {
        var root = JsonDocument.Parse(await Export(http, id, "json")).RootElement;
        var concepts = root.GetProperty("concepts").EnumerateArray().Select(concept => string.Join(' ', concept.EnumerateObject().Where(field => field.Name is not "phase").Select(field => field.ToString())));
        var relations = root.GetProperty("relations").EnumerateArray().Select(relation => relation.ToString()).Order(StringComparer.Ordinal);
        return string.Join('\n', concepts.Concat(relations));
    }
}
