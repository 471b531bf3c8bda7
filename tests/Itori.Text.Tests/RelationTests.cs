namespace Itori.Text.Tests;

public sealed class RelationTests
{
    private static readonly ConceptExtractor Extractor = new();

    private static IReadOnlyList<ExtractedRelation> Relations(string text) => Extractor.Extract(text, TestContext.Current.CancellationToken).Relations;

    [Theory]
    [InlineData("Coral reefs are ecosystems.", "coral reef", "is_a", "ecosystem")]
    [InlineData("A power grid is a kind of network graph.", "power grid", "is_a", "network graph")]
    [InlineData("Weak links cause cascading failures.", "weak link", "causes", "cascading failure")]
    [InlineData("Inflation is caused by excess money supply.", "excess money supply", "causes", "inflation")]
    [InlineData("Phase coupling uses the order parameter.", "phase coupling", "uses", "order parameter")]
    [InlineData("The nervous system consists of nerve cells.", "nerve cell", "part_of", "nervous system")]
    [InlineData("A cow is an animal.", "cow", "is_a", "animal")]
    [InlineData("Animals such as cows eat grass.", "cow", "is_a", "animal")]
    [InlineData("Programming languages such as Python and Ruby are dynamic.", "python", "is_a", "programming language")]
    [InlineData("Attention layers are part of a transformer.", "attention layer", "part_of", "transformer")]
    [InlineData("Heart attacks are often caused by blood clots.", "blood clot", "causes", "heart attack")]
    [InlineData("Inflation, which is caused by excess demand, hurts savers.", "excess demand", "causes", "inflation")]
    [InlineData("Redis is also a message broker.", "redis", "is_a", "message broker")]
    [InlineData("The Kuramoto model is a model network.", "kuramoto model", "is_a", "model network")]
    [InlineData("Whales are large marine mammals.", "whale", "is_a", "marine mammal")]
    [InlineData("Diesel engines, which use compression ignition, are loud.", "diesel engine", "uses", "compression ignition")]
    [InlineData("The heart is a muscle that pumps blood.", "heart", "is_a", "muscle")]
    [InlineData("The heart is a muscle.", "heart", "is_a", "muscle")]
    [InlineData("The silo is a host process.", "silo", "is_a", "host process")]
    [InlineData("A Large Language Model (LLM) is a neural network.", "large language model", "is_a", "neural network")]
    [InlineData("Climate change causes sea level rise.", "climate change", "causes", "sea level rise")]
    [InlineData("Drought causes crop failure.", "drought", "causes", "crop failure")]
    [InlineData("Smoking and alcohol abuse cause liver disease.", "alcohol abuse", "causes", "liver disease")]
    [InlineData("Deforestation leads to soil erosion.", "deforestation", "causes", "soil erosion")]
    [InlineData("React uses a virtual DOM.", "react", "uses", "virtual dom")]
    [InlineData("The web client uses React and Vite.", "web client", "uses", "react")]
    [InlineData("The remote control uses infrared light.", "remote control", "uses", "infrared light")]
    [InlineData("Redis is an in-memory data store.", "redis", "is_a", "in memory data store")]
    [InlineData("Machine learning is a field of artificial intelligence.", "machine learning", "part_of", "artificial intelligence")]
    [InlineData("Organisations turn to applications of digital technologies, such as the Internet.", "internet", "is_a", "digital technology")]
    [InlineData("We fight the proliferation of harmful content such as pornography.", "pornography", "is_a", "harmful content")]
    public void What_the_text_says_plainly_is_a_typed_relation(string text, string source, string kind, string target)
    {
        var relation = Assert.Single(Relations(text), relation => relation.Kind != RelationKinds.CoOccurs);

        Assert.Equal((source, kind, target), (relation.SourceKey, relation.Kind, relation.TargetKey));
        Assert.True(relation.Weight > 0.5);
    }

    [Theory]
    [InlineData("Coral reefs are not ecosystems.")]
    [InlineData("Coral reefs. Ecosystems.")]
    [InlineData("The output of the chip is an infrared bit code.")]
    [InlineData("The engine of the car uses diesel fuel.")]
    [InlineData("Models that use gradient descent require labelled data.")]
    [InlineData("Cows are the farmer's animals.")]
    [InlineData("Kafka is not a database.")]
    [InlineData("Is Kafka a database?")]
    [InlineData("What animal is a cow?")]
    [InlineData("The animal is a cow.")]
    [InlineData("The winner is a student.")]
    [InlineData("The car is a Ferrari.")]
    [InlineData("We met the dog. The dog is a terrier.")]
    [InlineData("My favourite animal is a cow.")]
    [InlineData("Kafka is an event streaming platform.")] // The streaming platform is one name with its event, and half of it would be another thing.
    [InlineData("This animal is a cow.")]
    [InlineData("The best heat source is a heat pump.")]
    [InlineData("The buttons are rubber.")]
    [InlineData("Buttons are rubber.")]
    [InlineData("Smoking doesn't cause baldness.")]
    [InlineData("We use Redis as a cache.")]
    [InlineData("The Wedelin algorithm is a Lagrangian based heuristic.")]
    [InlineData("Vendors are training resellers.")]
    [InlineData("If the ambient manifold is a sphere, the solution is unique.")]
    [InlineData("They solve interpolation problems in Riemannian manifolds, such as trajectory planning.")]
    [InlineData("They know the characteristics of the arc segment such as the centre.")]
    [InlineData("Matrix effects are serious matrix effects.")]
    public void What_the_text_denies_asks_or_says_of_something_else_types_no_relation(string text) =>
        Assert.DoesNotContain(Relations(text), relation => relation.Kind != RelationKinds.CoOccurs);

    [Fact]
    public void Concepts_that_stand_closer_are_bound_more()
    {
        var relations = Relations("Coral reefs near carbonate chemistry were, as far as anybody here would ever say, above gradient descent.");

        double Weight(string x, string y) => relations.Single(relation => relation.SourceKey == x && relation.TargetKey == y).Weight;
        Assert.True(Weight("carbonate chemistry", "coral reef") > Weight("carbonate chemistry", "gradient descent"));
    }

    [Fact]
    public void Concepts_outside_of_the_window_or_in_different_sentences_do_not_meet()
    {
        Assert.Empty(Relations("Coral reefs grow. Gradient descent converges."));
        var narrow = new ConceptExtractor(new ExtractionOptions { RelationWindow = 1 });
        Assert.Empty(narrow.Extract("Coral reefs are quite unlike any gradient descent.", TestContext.Current.CancellationToken).Relations);
    }

    [Fact]
    public void Association_is_positive_for_pairs_that_meet_more_than_chance_and_zero_where_nothing_is_known()
    {
        Assert.True(Association.Npmi(10, 10, 10, 100) > Association.Npmi(10, 30, 30, 100));
        Assert.True(Association.Npmi(50, 50, 50, 100) > Association.Npmi(2, 2, 2, 100));
        Assert.Equal(0, Association.Npmi(25, 50, 50, 100), 1e-12);
        Assert.True(Association.Npmi(1, 50, 50, 100) < 0);
        Assert.Equal(0, Association.Npmi(0, 0, 0, 0));
        Assert.Equal(0, Association.Npmi(1, 1, 1, 1));
        Assert.Equal(0, Association.Npmi(double.NaN, 1, 1, 10));
    }
}
