using Itori.Contracts;
using Itori.Grains.Fields;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Fields;

public sealed class SpectralInputTests
{
    private static readonly FieldOptions Options = new();
    private readonly GraphUnderTest graph = new();

    [Fact]
    public void Two_pairs_are_two_components_of_their_own_connectivity()
    {
        graph.Do(
            Concept("A"), Concept("B"), Concept("C"), Concept("D"), Concept("E"),
            new LinkConcepts { Source = "a", Target = "b", Weight = 0.25 },
            new LinkConcepts { Source = "c", Target = "d", Weight = 1 });
        var state = Compute(Loaded());

        Assert.Equal((0.0, 3), (state.Connectivity.Algebraic, state.Connectivity.ComponentCount));
        Assert.Equal(2, state.Connectivity.Components.Count); // A concept alone is no component to speak of.
        Assert.Equal([0.5, 2.0], state.Connectivity.Components.Select(component => Math.Round(component.Algebraic, 9)).Order()); // λ₂ of a pair is 2 w.
        Assert.Equal([0, 0, 0, 0.5, 2], state.Eigenvalues.Select(value => Math.Round(value, 9)));
        Assert.Equal(["a", "b"], state.Connectivity.Components.Single(component => component.Algebraic < 1).Concepts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_graph_without_relations_has_no_coherence_though_it_has_an_order_parameter()
    {
        graph.Do(Concept("A"), Concept("B"));
        var state = Compute(Loaded());
        Assert.Equal(0, state.Coherence);
        Assert.True(state.OrderParameter > 0);
        Assert.Empty(state.Connectivity.Components);
    }

    [Fact]
    public void One_concept_is_in_step_with_itself()
    {
        graph.Do(Concept("A"));
        var state = Compute(Loaded());
        Assert.Equal((1.0, 0.0, 1), (Math.Round(state.OrderParameter, 12), state.Coherence, state.Connectivity.ComponentCount));
        Assert.Equal(graph["a"].Phase, state.MeanPhase, 1e-9);
    }

    [Fact]
    public void A_relation_of_a_concept_to_itself_or_without_weight_is_none()
    {
        graph.Do(Concept("A"), Concept("B"));
        var snapshot = graph.Graph.ToSnapshot() with
        {
            Relations =
            [
                new RelationState { RelationId = "a~x~a", Source = "a", Target = "a", Kind = "x", Weight = 1 },
                new RelationState { RelationId = "a~x~b", Source = "a", Target = "b", Kind = "x", Weight = 0 },
            ],
        };
        var field = new FieldSimulation(Options);
        field.Load(snapshot);
        field.Advance(100);
        var state = Compute(field);
        Assert.Equal((0.0, 0.0, 1.0, 2), (state.Coherence, state.UniversalOrder, state.LockingMargin, state.Connectivity.ComponentCount));
        Assert.All(field.Frame("g", 1, 5).Phases, phase => Assert.True(float.IsFinite(phase)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Concepts_without_relations_have_a_whole_margin_and_a_forecast(int concepts)
    {
        if (concepts > 0)
        {
            graph.Do([.. Enumerable.Range(0, concepts).Select(i => Concept($"Thing {i}"))]);
        }

        var field = Loaded();
        field.Advance(1_000);
        var state = Compute(field);
        Assert.Equal((0.0, 0.0, 1.0), (state.Coherence, state.UniversalOrder, state.LockingMargin));
        Assert.Equal(Enumerable.Repeat(0.0, concepts), state.Eigenvalues);
        Assert.Empty(state.Clusters);
        var forecast = FieldWords.Forecast(field.ForecastNow(), Options, 5);
        Assert.Equal(["coherence", "orderParameter"], forecast.Metrics.Select(metric => metric.Name));
        Assert.All(forecast.Metrics, metric => Assert.Equal(Options.ForecastHorizon, metric.Forecast.Count));
        Assert.Equal((FieldStatus.Critical, 0, 0), (forecast.Status, forecast.TimeToWarning, forecast.TimeToCritical));
    }

    [Fact]
    public void A_state_that_is_given_up_says_so()
    {
        graph.Do(Concept("A"), Concept("B"), new LinkConcepts { Source = "a", Target = "b" });
        Assert.Throws<OperationCanceledException>(() => Loaded().BeginSpectral().Compute(Options, 5, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Eigenvalues_are_as_many_as_were_asked_for()
    {
        graph.Do([.. Enumerable.Range(0, 40).Select(i => new UpsertConcept { ConceptId = $"n{i}", Label = $"Node n{i}" }),
            .. Enumerable.Range(0, 40).Select(i => new LinkConcepts { Source = $"n{i}", Target = $"n{(i + 1) % 40}", Weight = 1 })]);
        var field = Loaded();
        var few = field.BeginSpectral().Compute(new FieldOptions { Eigenvalues = 3 }, 5, TestContext.Current.CancellationToken).State;

        // A ring of n: 2 − 2 cos(2πk/n).
        Assert.Equal([0, 2 - (2 * Math.Cos(2 * Math.PI / 40)), 2 - (2 * Math.Cos(2 * Math.PI / 40))], few.Eigenvalues, (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void A_concept_that_does_not_keep_its_components_frequency_drifts()
    {
        graph.Do(
            Concept("A"), Concept("B"), Concept("C"),
            new LinkConcepts { Source = "a", Target = "b" }, new LinkConcepts { Source = "b", Target = "c" });
        var field = new FieldSimulation(new FieldOptions { Coupling = 0.01 });
        field.Load(graph.Graph.ToSnapshot());
        graph.Hear(Texts.Of(Texts.Concept("A", mentions: 5)));
        field.Apply(graph.Deltas[^1]);
        Assert.Empty(Compute(field).DriftingConcepts); // No time has passed in which anything could be seen to drift.
        field.Advance(100);
        var state = Compute(field);
        Assert.True(state.DriftDetected);
        Assert.Equal(["a"], state.DriftingConcepts);
    }

    [Fact]
    public void A_state_in_the_making_is_not_moved_by_the_field_that_turns_on()
    {
        graph.Do(Concept("A"), Concept("B"), new LinkConcepts { Source = "a", Target = "b" });
        var field = Loaded();
        var input = field.BeginSpectral();
        var phases = input.Phases.ToArray();
        field.Advance(100);
        Assert.Equal(phases, input.Phases);
    }

    private static UpsertConcept Concept(string label) => new() { Label = label };

    private static SpectralState Compute(FieldSimulation field) => field.BeginSpectral().Compute(Options, 5, TestContext.Current.CancellationToken).State;

    private FieldSimulation Loaded()
    {
        var field = new FieldSimulation(Options);
        field.Load(graph.Graph.ToSnapshot());
        return field;
    }
}
