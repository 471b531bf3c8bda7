using Itori.Contracts;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Itori.Grains.Tests.Extractors;

/// <summary>A silo that has its concepts from a model over HTTP: the whole way, from a message to what those who watch the graph see.</summary>
public sealed class ModelOverHttpTests(ModelOverHttpTests.Silo silo) : IClassFixture<ModelOverHttpTests.Silo>
{
    private const string Text = "Coral reefs suffer from ocean acidification.";
    private const string Good = """{"concepts":[{"label":"ocean acidification","score":0.9},{"label":"coral reefs","score":0.8}],"relations":[{"source":"ocean acidification","target":"coral reefs","kind":"causes"}]}""";

    [Fact]
    public async Task What_the_model_finds_is_in_the_graph_and_the_request_is_as_the_API_wants_it()
    {
        silo.Api.Answer = ModelApi.Says("Here it is: ```json " + Good + " ```");
        silo.Api.Requests.Clear();
        var (delta, trouble) = await Say();
        Assert.Null(trouble);
        Assert.Equal(["coral-reef", "ocean-acidification"], delta.Added.Select(concept => concept.ConceptId).Order(StringComparer.Ordinal));
        Assert.Contains(delta.RelationsAdded, relation => relation is { Source: "ocean-acidification", Kind: "causes", Target: "coral-reef" });

        var (body, key) = Assert.Single(silo.Api.Requests);
        Assert.Equal("Bearer the-key", key);
        Assert.Equal(("m", true, 777), (body.GetProperty("model").GetString(), body.GetProperty("stream").GetBoolean(), body.GetProperty("max_completion_tokens").GetInt32()));
        Assert.Equal(["system", "user"], body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.Contains(Text, body.GetProperty("messages")[1].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_429_it_waits_as_told_and_asks_again()
    {
        silo.Api.Answer = ModelApi.FirstThen(ModelApi.Refuses(StatusCodes.Status429TooManyRequests, "1"), ModelApi.Says(Good));
        silo.Api.Requests.Clear();
        var (delta, trouble) = await Say();
        Assert.Null(trouble);
        Assert.Contains(delta.RelationsAdded, relation => relation.Kind == "causes");
        Assert.Equal(2, silo.Api.Requests.Count);
    }

    [Fact]
    public async Task A_429_that_asks_for_a_longer_wait_than_there_is_time_is_told_at_once()
    {
        silo.Api.Requests.Clear();
        await Fails(ModelApi.Refuses(StatusCodes.Status429TooManyRequests, "3600"), "over its limit of requests (HTTP 429)");
        Assert.Single(silo.Api.Requests);
    }

    public static TheoryData<string, string> Failures() => new()
    {
        { "words", "no list of concepts" },
        { "nothing", "no list of concepts" },
        { "malformed JSON", "no list of concepts" },
        { "another JSON", "no list of concepts" },
        { "invented concepts", "nothing that the text says" },
        { "cut off", "cut off" },
        { "refusal", "refused to answer" },
        { "filtered", "refused to answer" },
        { "no end", "would not come to an end" },
        { "no event", "OpenAI format" },
        { "a page", "no list of concepts" },
        { "an error event", "fault" },
        { "a break", "broke" },
        { "a stall", "too long" },
        { "silence", "too long" },
        { "500", "HTTP 500" },
        { "503", "HTTP 503" },
        { "401", "API key" },
        { "404", "not known" },
        { "400", "HTTP 400" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public Task Whatever_goes_wrong_is_told_to_all_and_the_built_in_extractor_does_the_work(string what, string says) => Fails(
        what switch
        {
            "words" => ModelApi.Says("I am sorry, there is not much to say."),
            "nothing" => ModelApi.Says(""),
            "malformed JSON" => ModelApi.Says("""{"concepts":[{"label":"coral reefs"},,]}"""),
            "another JSON" => ModelApi.Says("""{"answer":["coral reefs"]}"""),
            "invented concepts" => ModelApi.Says("""{"concepts":[{"label":"unicorns"}]}"""),
            "cut off" => ModelApi.Says(Good[..60], "length"),
            "refusal" => ModelApi.Declines(),
            "filtered" => ModelApi.Says(Good, "content_filter"),
            "no end" => ModelApi.Says(new string('x', 5_000)),
            "no event" => ModelApi.Sends("data: {\"choices\":[{\n\n"),
            "a page" => ModelApi.Sends("<html><body>Welcome</body></html>", "text/html"),
            "an error event" => ModelApi.Sends("data: {\"error\":{\"message\":\"" + ModelApi.Secret + "\",\"code\":500}}\n\n"),
            "a break" => ModelApi.Breaks(Good[..20]),
            "a stall" => ModelApi.Stalls(Good[..20]),
            "silence" => ModelApi.IsSilent(),
            _ => ModelApi.Refuses(int.Parse(what, System.Globalization.CultureInfo.InvariantCulture), "3600"), // Else it would be asked again for as long as there is time.
        },
        says);

    [Fact]
    public async Task A_server_that_is_not_there_is_told_too()
    {
        await using var gone = await ModelApi.Start();
        var endpoint = gone.Endpoint;
        await gone.DisposeAsync();
        await using var host = await Silo.With(endpoint);
        var (_, trouble) = await Say(host);
        Assert.Contains("cannot be reached", trouble!.Message, StringComparison.Ordinal);
    }

    private async Task Fails(Func<HttpContext, Task> answer, string says)
    {
        silo.Api.Answer = answer;
        var (delta, trouble) = await Say();
        Assert.NotNull(trouble);
        Assert.Equal("extraction_failed", trouble.Reason);
        Assert.Contains(says, trouble.Message, StringComparison.Ordinal);
        Assert.Contains("built-in", trouble.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ModelApi.Secret, trouble.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-key", trouble.Message, StringComparison.Ordinal);
        Assert.Contains("coral-reef", delta.Added.Select(concept => concept.ConceptId));
    }

    private Task<(GraphDelta Delta, TopicTrouble? Trouble)> Say() => Say(silo.Host);

    private static async Task<(GraphDelta Delta, TopicTrouble? Trouble)> Say(GrainHost host)
    {
        var id = Guid.NewGuid().ToString("N");
        var inbox = await host.Subscribe(TopicName.Graph(id));
        await host.Session(id).PostMessage(new PostMessage { User = People.Ada, Text = Text, Assistant = false, Graph = id });

        // The failure is told before the concepts go into the graph.
        var delta = await inbox.Until<GraphDelta>();
        return (delta, inbox.Events.OfType<TopicTrouble>().SingleOrDefault());
    }

    /// <summary>A silo whose extractor is a model behind an API of this process.</summary>
    public sealed class Silo : IAsyncLifetime
    {
        internal ModelApi Api { get; private set; } = null!;

        internal GrainHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Api = await ModelApi.Start();
            Host = await With(Api.Endpoint);
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await Api.DisposeAsync();
        }

        internal static Task<GrainHost> With(Uri endpoint) => GrainHost.With(
            ("Itori:Extraction:By", "model"), ("Itori:Extraction:Endpoint", endpoint.ToString()), ("Itori:Extraction:Model", "m"), ("Itori:Extraction:ApiKey", "the-key"),
            ("Itori:Extraction:Timeout", "00:00:08"), ("Itori:Extraction:MaxOutputTokens", "777"), ("Itori:Extraction:MaxAnswerCharacters", "4000"), ("Itori:Extraction:PauseAfterFailure", "00:00:00"));
    }
}
