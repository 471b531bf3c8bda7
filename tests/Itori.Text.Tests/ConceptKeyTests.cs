namespace Itori.Text.Tests;

public sealed class ConceptKeyTests
{
    [Theory]
    [InlineData("Neural Networks", "neural network")]
    [InlineData("neural-network", "neural network")]
    [InlineData("  Neural \t networks ", "neural network")]
    [InlineData("Analyses", "analysis")]
    [InlineData("physics", "physics")]
    [InlineData("data", "data")]
    [InlineData("children", "child")]
    [InlineData("caches", "cache")]
    [InlineData("boxes", "box")]
    [InlineData("queries", "query")]
    [InlineData("buses", "bus")]
    [InlineData("LLMs", "llm")]
    [InlineData("statistics", "statistics")]
    [InlineData("Kubernetes", "kubernetes")]
    [InlineData("Postgres", "postgres")]
    [InlineData("microservices", "microservice")]
    [InlineData("chatbots", "chatbot")]
    [InlineData("redes neuronales", "redes neuronales")]
    [InlineData("bases de datos", "bases de datos")]
    [InlineData("réseaux neuronaux", "réseaux neuronaux")]
    [InlineData("qualities of service", "quality of service")]
    [InlineData("Bayes’ theorem", "bayes' theorem")]
    [InlineData("", "")]
    [InlineData(" - ", "")]
    public void Variants_have_one_key(string label, string key) => Assert.Equal(key, ConceptKey.Of(label));
}
