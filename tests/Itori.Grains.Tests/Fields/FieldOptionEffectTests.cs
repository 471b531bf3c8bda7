using Itori.Contracts;
using Itori.Grains.Fields;
using Itori.Grains.Tests.Support;
using Itori.Numerics.Communities;

namespace Itori.Grains.Tests.Fields;

/// <summary>Every option that measures, forecasts or alerts is read: another value makes a difference where it should.</summary>
public sealed class FieldOptionEffectTests
{
    private static readonly string[] First = ["Violin", "Orchestra", "Melody", "Concert"];
    private static readonly string[] Second = ["Budget", "Invoice", "Salary", "Margin"];

    public static TheoryData<string, Action<FieldOptions>> Changes() => new()
    {
        { nameof(FieldOptions.FrequencySteps), options => options.FrequencySteps = 1 },
        { nameof(FieldOptions.MeasurePeriod), options => options.MeasurePeriod = TimeSpan.FromSeconds(7) },
        { nameof(FieldOptions.MeasureWindow), options => options.MeasureWindow = TimeSpan.FromSeconds(3) },
        { nameof(FieldOptions.DriftFast), options => options.DriftFast = TimeSpan.FromSeconds(5) },
        { nameof(FieldOptions.DriftSlow), options => options.DriftSlow = TimeSpan.FromMinutes(2) },
        { nameof(FieldOptions.DriftTolerance), options => options.DriftTolerance = 0.3 },
        { nameof(FieldOptions.FieldDriftAlarm), options => options.FieldDriftAlarm = 100 },
        { nameof(FieldOptions.DriftHold), options => options.DriftHold = TimeSpan.FromMinutes(10) },
        { nameof(FieldOptions.DriftThreshold), options => options.DriftThreshold = 0.001 },
        { nameof(FieldOptions.ForecastStep), options => options.ForecastStep = TimeSpan.FromSeconds(2) },
        { nameof(FieldOptions.ForecastHorizon), options => options.ForecastHorizon = 3 },
        { nameof(FieldOptions.ForecastMemory), options => options.ForecastMemory = 20 },
        { nameof(FieldOptions.WarningCoherence), options => options.WarningCoherence = 1 },
        { nameof(FieldOptions.CriticalCoherence), options => (options.CriticalCoherence, options.WarningCoherence) = (1, 1) },
        { nameof(FieldOptions.Eigenvalues), options => options.Eigenvalues = 3 },
        { nameof(FieldOptions.AlertSmallestCluster), options => options.AlertSmallestCluster = 100 },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Another_value_makes_a_difference(string option, Action<FieldOptions> change)
    {
        var (plain, other) = (new FieldOptions(), new FieldOptions());
        change(other);
        Assert.True(Told(plain) == Told(new FieldOptions()), "The same options tell the same.");
        Assert.True(Told(plain) != Told(other), $"{option} is not read.");
    }

    [Fact]
    public void The_alert_options_reach_the_watch()
    {
        var options = new FieldOptions
        {
            AlertMargin = 0.3, AlertMarginHysteresis = 0.4, AlertWeakRatio = 2, AlertDrop = 0.2, CriticalCoherence = 0.1, AlertAgreement = 3, AlertPersistence = 5, ForecastHorizon = 7,
        };
        Assert.Equal(
            new ClusterWatchOptions { MarginFloor = 0.3, MarginHysteresis = 0.4, WeakRatio = 2, Drop = 0.2, CriticalCoherence = 0.1, Agreement = 3, Persistence = 5, Horizon = 7 },
            options.ClusterWatch());
    }

    /// <summary>All that a field tells after some minutes of talk that turns to something else.</summary>
    private static string Told(FieldOptions options)
    {
        var graph = new GraphUnderTest();
        var field = new FieldSimulation(options);
        field.Load(graph.Graph.ToSnapshot());
        for (var i = 0; i < 165; i++)
        {
            var words = i < 100 ? First : Second;
            field.Apply(graph.Hear(Texts.Of([.. Enumerable.Range(i, 2 + (i % 3)).Select(n => words[n % 4]).Distinct().Select(word => Texts.Concept(word, mentions: 1 + (i % 2)))]))!);
            if (i == 60)
            {
                var changes = graph.Graph.Concepts.Keys.Select(id => new ConceptChange { ConceptId = id, Cluster = 1 }).ToArray();
                var delta = new GraphDelta { Seq = graph.Graph.Seq + 1, Timestamp = graph.Now, Epoch = graph.Graph.Epoch, Changed = changes, Cause = new GraphCause { Kind = "clusters", User = People.Ada } };
                graph.Graph.Apply(delta);
                field.Apply(delta);
            }

            field.Advance(133);
        }

        var (state, observed) = field.BeginSpectral().Compute(options, 5, TestContext.Current.CancellationToken);
        var forecast = FieldWords.Forecast(field.ForecastNow(), options, 5);
        return System.Text.Json.JsonSerializer.Serialize(new { State = state, Observed = observed.Count, Forecast = forecast, field.Drift.FieldMovedAt, field.Drift.Divergence, Moved = field.Drift.HasFieldMoved(field.Time), Phases = field.Capture() }, Named);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Named = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };
}
