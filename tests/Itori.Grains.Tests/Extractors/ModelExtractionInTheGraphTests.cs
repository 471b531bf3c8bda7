using Itori.Contracts;
using Itori.Grains.Extractors;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Itori.Grains.Tests.Extractors;

/// <summary>The host's scripted model knows nothing of lists of concepts, so it fails at them: everybody hears of it, and the concepts are there.</summary>
public sealed class ModelExtractionInTheGraphTests
{
    [Fact]
    public async Task A_model_that_fails_is_told_to_all_and_the_built_in_extractor_does_its_work()
    {
        await using var host = await GrainHost.With(("Itori:Extraction:By", "model"));
        var inbox = await host.Subscribe(TopicName.Graph("g"));
        var receipt = await host.Session("s").PostMessage(new PostMessage { User = People.Ada, Text = "Coral reefs suffer from ocean acidification.", Assistant = false, Graph = "g" });
        Assert.Equal(1, receipt.Value?.Seq);

        var trouble = await inbox.Until<TopicTrouble>();
        Assert.Equal(("extraction_failed", "session:s 1"), (trouble.Reason, trouble.Details));
        var delta = await inbox.Until<GraphDelta>();
        Assert.Contains("coral-reef", delta.Added.Select(concept => concept.ConceptId));

        var ingested = await host.Graph("g").Ingest(new IngestDocument { User = People.Ada, Text = "Vector search powers retrieval.", Source = "note.txt" });
        Assert.True(ingested.Value?.Concepts > 0);
        await inbox.Until<TopicTrouble>(told => told.Details == "note.txt");
    }

    [Theory]
    [InlineData("By", "magic", "built-in")]
    [InlineData("Endpoint", "ftp://nowhere", "http")]
    [InlineData("Timeout", "00:00:00", "Timeout")]
    [InlineData("MaxTextCharacters", "1", "MaxTextCharacters")]
    [InlineData("MaxOutputTokens", "0", "MaxOutputTokens")]
    [InlineData("MaxAnswerCharacters", "0", "MaxAnswerCharacters")]
    [InlineData("MaxConcurrentRequests", "0", "MaxConcurrentRequests")]
    [InlineData("PauseAfterFailure", "-00:00:01", "PauseAfterFailure")]
    [InlineData("By", "model", "Endpoint")]
    public void A_wrong_value_is_refused_by_its_key_and_what_it_may_be(string key, string value, string says)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"Itori:Extraction:{key}", value)]).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddItoriExtraction();
        using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<ExtractorOptions>>().Value);
        Assert.Contains("Itori:Extraction:" + key, error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
