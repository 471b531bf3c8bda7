using Itori.Numerics;
using Itori.Numerics.Forecasting;
using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;

namespace Itori.Grains.Fields;

/// <summary>
/// Measures a field as it turns, at fixed steps: how far each oscillator turned, means over time, and the series that are forecast. It looks and moves nothing.
/// </summary>
internal sealed class FieldMeter
{
    private readonly FieldOptions options;
    private readonly int measureSteps;
    private readonly int forecastSteps;
    private readonly double keep;
    private Dictionary<int, RunningMoments> clusters = [];
    private ShareForecaster coherence;
    private ShareForecaster order;
    private double[] turned = [];
    private double[] before = [];
    private long turnedFrom;

    public FieldMeter(FieldOptions options)
    {
        this.options = options;
        measureSteps = Steps(options.MeasurePeriod, options);
        forecastSteps = Steps(options.ForecastStep, options);
        keep = Exponential.Of(-options.MeasurePeriod / options.MeasureWindow);
        (coherence, order) = (NewForecaster(), NewForecaster());
    }

    /// <summary>Σ w cos(θⱼ − θᵢ) / Σ w over the latest time: r_uni of Schröder, Timme, Witthaut (2017).</summary>
    public RunningMoments Universal { get; private set; }

    /// <summary>The series that are forecast, by their name on the wire.</summary>
    public IEnumerable<(string Name, ShareForecast Forecast)> Forecasts => [("coherence", coherence.Forecast()), ("orderParameter", order.Forecast())];

    /// <summary>How many values the forecasts are made of.</summary>
    public long ForecastCount => coherence.Count;

    /// <summary>Whether something is measured after this many steps.</summary>
    public bool IsDue(long steps) => steps % measureSteps == 0 || steps % forecastSteps == 0;

    /// <summary>Measures the field as it is after a step.</summary>
    public void Measure(long steps, ReadOnlySpan<double> phases, WeightedGraph graph, CouplingMatrix coupling, ReadOnlySpan<int> labels)
    {
        if (steps % measureSteps == 0)
        {
            Universal = Universal.With(Coherence.OfEdges(graph, phases), keep);
            MeasureClusters(phases, labels);
        }

        if (steps % forecastSteps == 0)
        {
            Sample(phases, graph, coupling);
        }
    }

    /// <summary>Makes the field's present the newest value of what is forecast.</summary>
    public void Sample(ReadOnlySpan<double> phases, WeightedGraph graph, CouplingMatrix coupling)
    {
        coherence.Add(FieldCoherence.Of(graph, coupling, phases));
        order.Add(OrderParameter.Of(phases).R);
    }

    /// <summary>The order parameter's mean and variance of each cluster that has a name (1, 2, …).</summary>
    public IReadOnlyDictionary<int, RunningMoments> ClusterMoments() => clusters;

    /// <summary>Before each step, with the phases it begins with.</summary>
    public void BeforeTurn(ReadOnlySpan<double> phases)
    {
        if (before.Length < phases.Length)
        {
            Array.Resize(ref before, Math.Max(phases.Length, 2 * before.Length));
            Array.Resize(ref turned, before.Length);
        }

        phases.CopyTo(before);
    }

    /// <summary>After it.</summary>
    public void AfterTurn(ReadOnlySpan<double> phases)
    {
        for (var i = 0; i < phases.Length; i++)
        {
            // Within a step no oscillator turns by half a turn (the options' rules see to that), so the shorter way round is the way it went.
            var by = phases[i] - before[i];
            turned[i] += by > Math.PI ? by - (2 * Math.PI) : by < -Math.PI ? by + (2 * Math.PI) : by;
        }
    }

    /// <summary>Each oscillator's mean frequency since it was last asked, rad/s; null where no time has passed.</summary>
    public double[]? TurnedSince(long steps, int count)
    {
        var elapsed = (steps - turnedFrom) * options.StepSeconds;
        return elapsed > 0 && turned.Length >= count ? turned.AsSpan(0, count).ToArray().Select(by => by / elapsed).ToArray() : null;
    }

    /// <summary>Begins to measure frequencies anew: after they were asked for, or where the oscillators are others.</summary>
    public void ForgetTurns(long steps)
    {
        Array.Clear(turned);
        turnedFrom = steps;
    }

    private static int Steps(TimeSpan period, FieldOptions options) => Math.Max(1, (int)Math.Round(period.TotalSeconds / options.StepSeconds));

    private ShareForecaster NewForecaster() => new(new ForecastOptions { Horizon = options.ForecastHorizon, Memory = options.ForecastMemory });

    private void MeasureClusters(ReadOnlySpan<double> phases, ReadOnlySpan<int> labels)
    {
        var names = new SortedSet<int>();
        foreach (var label in labels)
        {
            if (label > 0)
            {
                names.Add(label);
            }
        }

        var place = names.Index().ToDictionary(pair => pair.Item, pair => pair.Index + 1);
        var compact = new int[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            compact[i] = place.GetValueOrDefault(labels[i]); // 0: those without a name.
        }

        var measured = Coherence.OfClusters(phases, compact, place.Count + 1);
        clusters = place.ToDictionary(pair => pair.Key, pair => clusters.GetValueOrDefault(pair.Key).With(measured[pair.Value].R, keep));
    }
}
