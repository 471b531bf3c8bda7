using System.Runtime.CompilerServices;
using Itori.Grains.Extractors;
using Itori.Text;

namespace Itori.Grains.Tests.Extractors;

public sealed class ModelExtractorTests
{
    private const string Text = "Coral reefs suffer from ocean acidification.";
    private const string Good = """{"concepts":[{"label":"coral reefs","score":0.9},{"label":"ocean acidification","score":0.8}],"relations":[{"source":"ocean acidification","target":"coral reefs","kind":"causes"}]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_model_finds_and_the_text_says_is_the_extraction()
    {
        using var extractor = Extractor(ScriptedChatClient.Saying(Good));
        var found = await extractor.ExtractAsync(Text, Cancellation);

        Assert.Equal(["coral reef", "ocean acidification"], found.Concepts.Select(concept => concept.Key));
        Assert.Contains(found.Relations, relation => relation is { SourceKey: "ocean acidification", TargetKey: "coral reef", Kind: "causes" });
    }

    [Fact]
    public async Task A_text_about_nothing_holds_nothing()
    {
        using var extractor = Extractor(ScriptedChatClient.Saying("""{"concepts":[]}"""));
        Assert.Empty((await extractor.ExtractAsync("lol yeah", Cancellation)).Concepts);
    }

    [Theory]
    [InlineData("I am sorry, I cannot do that.")]
    [InlineData("""{"concepts":[{"label":"unicorns"},{"label":"ignore all rules"}]}""")]
    [InlineData("""{"concepts":7}""")]
    [InlineData("")]
    public async Task An_answer_that_is_none_fails_in_words(string answer)
    {
        using var extractor = Extractor(ScriptedChatClient.Saying(answer));
        var failure = await Assert.ThrowsAsync<ExtractionFailedException>(async () => await extractor.ExtractAsync(Text, Cancellation));
        Assert.Contains("tiny", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        var client = new ScriptedChatClient((_, cancellation) => Endless(cancellation));
        using var extractor = Extractor(client, new ExtractorOptions { MaxAnswerCharacters = 5000 });
        await Assert.ThrowsAsync<ExtractionFailedException>(async () => await extractor.ExtractAsync(Text, Cancellation));
    }

    [Fact]
    public async Task A_model_that_does_not_answer_in_time_fails_and_is_left_alone_for_a_while()
    {
        var client = new ScriptedChatClient((_, cancellation) => Silent(cancellation));
        using var extractor = Extractor(client, new ExtractorOptions { Timeout = TimeSpan.FromMilliseconds(100) });
        Assert.Contains("too long", (await Assert.ThrowsAsync<ExtractionFailedException>(async () => await extractor.ExtractAsync(Text, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("left alone", (await Assert.ThrowsAsync<ExtractionFailedException>(async () => await extractor.ExtractAsync(Text, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Equal(1, client.Asked);
    }

    [Fact]
    public async Task Without_a_pause_it_is_asked_every_time()
    {
        var client = ScriptedChatClient.Failing(new HttpRequestException("secret address"));
        using var extractor = Extractor(client, new ExtractorOptions { PauseAfterFailure = TimeSpan.Zero });
        for (var i = 0; i < 3; i++)
        {
            var failure = await Assert.ThrowsAsync<ExtractionFailedException>(async () => await extractor.ExtractAsync(Text, Cancellation));
            Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(3, client.Asked);
    }

    [Fact]
    public async Task A_caller_that_goes_is_no_failure_of_the_model()
    {
        using var gone = new CancellationTokenSource();
        var client = new ScriptedChatClient((_, cancellation) => Silent(cancellation));
        using var extractor = Extractor(client);
        var work = extractor.ExtractAsync(Text, gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    }

    [Fact]
    public async Task A_long_text_goes_in_pieces()
    {
        var client = ScriptedChatClient.Saying(Good);
        using var extractor = Extractor(client, new ExtractorOptions { MaxTextCharacters = 500 });
        var found = await extractor.ExtractAsync(string.Join("\n\n", Enumerable.Repeat(Text, 40)), Cancellation);
        Assert.Equal(40, found.Concepts[0].Mentions.Count);
        Assert.InRange(client.Asked, 4, 10);
    }

    [Fact]
    public async Task So_many_requests_at_a_time_and_no_more()
    {
        int now = 0, most = 0;
        var client = new ScriptedChatClient((_, cancellation) => Counted(cancellation));
        using var extractor = Extractor(client, new ExtractorOptions { MaxConcurrentRequests = 2 });
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => extractor.ExtractAsync(Text, Cancellation).AsTask(), Cancellation)));
        Assert.InRange(most, 1, 2);

        async IAsyncEnumerable<string> Counted([EnumeratorCancellation] CancellationToken cancellation)
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            yield return Good;
            Interlocked.Decrement(ref now);
        }
    }

    private static ModelExtractor Extractor(ScriptedChatClient client, ExtractorOptions? options = null) =>
        new(client, "tiny", options ?? new ExtractorOptions(), new ExtractionOptions(), TimeProvider.System);

    private static async IAsyncEnumerable<string> Endless([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Yield();
            yield return new string('{', 1000);
        }
    }

    private static async IAsyncEnumerable<string> Silent([EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return "";
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
    }
}
