using System.ComponentModel.DataAnnotations;
using Itori.Numerics.Communities;

namespace Itori.Grains.Fields;

/// <summary>The oscillators' constants and how often they are shown (<c>Itori:Field</c>).</summary>
public sealed class FieldOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Itori:Field";

    /// <summary>Frames per second that a watched field sends.</summary>
    [Range(0.1, 60)]
    public double FramesPerSecond { get; set; } = 10;

    /// <summary>The integrator's fixed step, seconds.</summary>
    [Range(0.001, 0.1)]
    public double StepSeconds { get; set; } = 0.02;

    /// <summary>K: how strongly related concepts pull each other's phases, rad/s.</summary>
    [Range(0, 100)]
    public double Coupling { get; set; } = 1.2;

    /// <summary>α: the phase by which a relation lags, radians. 0: related concepts attract each other's phase.</summary>
    [Range(-1.5, 1.5)]
    public double PhaseLag { get; set; }

    /// <summary>The frequency that all concepts share, rad/s: how fast a resting field turns. It moves every phase alike and changes no coherence.</summary>
    [Range(0, 20)]
    public double BaseFrequency { get; set; } = 0.6;

    /// <summary>How far a concept that is much talked about runs ahead of (or one falling silent behind) its component, rad/s.</summary>
    [Range(0, 20)]
    public double FrequencySpread { get; set; } = 1.5;

    /// <summary>The fast moving average of mentions forgets with this time constant.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FastActivity { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The slow moving average, against which the fast one is held.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "30.00:00:00")]
    public TimeSpan SlowActivity { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How many steps a concept's frequency is used before it is looked up anew. 1: at every step; more saves time and follows mentions a little later.</summary>
    [Range(1, 100)]
    public int FrequencySteps { get; set; } = 5;

    /// <summary>How far the field runs behind the clock: a delta that was stored within this time still moves the field at its own moment, so that a re-simulation does the same.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan Settle { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>ε, 1/s: how fast relations learn from phases that agree (Hebbian coupling). 0: they do not.</summary>
    [Range(0, 10)]
    public double HebbianRate { get; set; }

    /// <summary>g: how much of a relation's weight can be learnt; weights lie between 1 − g and 1 + g of what the graph says.</summary>
    [Range(0, 0.95)]
    public double HebbianGain { get; set; } = 0.5;

    /// <summary>Field time between two measurements for means over time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan MeasurePeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The time constant of means over time (r_uni, coherence and variance of clusters).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MeasureWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Time between two spectral states of a watched field.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00")]
    public TimeSpan SpectralPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many of the Laplacian's smallest eigenvalues a spectral state has.</summary>
    [Range(2, 64)]
    public int Eigenvalues { get; set; } = 8;

    /// <summary>A concept is unlocked when its frequency since the last spectral state is further than this from its cluster's median, rad/s.</summary>
    [Range(0.001, 20)]
    public double DriftThreshold { get; set; } = 0.15;

    /// <summary>What is said now: the time constant of the fast average of neighbourhoods.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan DriftFast { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>What used to be said: the time constant of the slow one.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "30.00:00:00")]
    public TimeSpan DriftSlow { get; set; } = TimeSpan.FromMinutes(12);

    /// <summary>δ of the Page-Hinkley test: divergences that rise by less, in [0, 1], are not looked for.</summary>
    [Range(0, 1)]
    public double DriftTolerance { get; set; } = 0.01;

    /// <summary>λ of that test for a concept's neighbourhood: how much rise has to add up. Higher: fewer and later alarms.</summary>
    [Range(0.001, 100)]
    public double DriftAlarm { get; set; } = 0.5;

    /// <summary>The same for the field's attention as a whole.</summary>
    [Range(0.001, 100)]
    public double FieldDriftAlarm { get; set; } = 0.5;

    /// <summary>How long a drift is shown.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan DriftHold { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The time of one step of a forecast.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00")]
    public TimeSpan ForecastStep { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many steps ahead is forecast.</summary>
    [Range(1, 100)]
    public int ForecastHorizon { get; set; } = 12;

    /// <summary>Of how many of its latest errors a forecast's bounds are made.</summary>
    [Range(20, 5_000)]
    public int ForecastMemory { get; set; } = 200;

    /// <summary>A coherence below this is worth a warning.</summary>
    [Range(0, 1)]
    public double WarningCoherence { get; set; } = 0.6;

    /// <summary>A coherence below this is critical, of the field and of a cluster.</summary>
    [Range(0, 1)]
    public double CriticalCoherence { get; set; } = 0.4;

    /// <summary>A cluster's locking margin below this is a sign that it comes apart.</summary>
    [Range(-10, 1)]
    public double AlertMargin { get; set; } = 0.1;

    /// <summary>By how much the margin must be above <see cref="AlertMargin"/> again for the sign to end.</summary>
    [Range(0, 10)]
    public double AlertMarginHysteresis { get; set; } = 0.1;

    /// <summary>A cluster is weak inside where √(2 λ₂) of its normalised Laplacian times this is below its conductance.</summary>
    [Range(0.01, 100)]
    public double AlertWeakRatio { get; set; } = 1;

    /// <summary>A cluster's recent coherence below its longer mean by this is a sign.</summary>
    [Range(0.001, 1)]
    public double AlertDrop { get; set; } = 0.1;

    /// <summary>How many of the three signs must agree for an alert.</summary>
    [Range(1, 3)]
    public int AlertAgreement { get; set; } = 2;

    /// <summary>For how many spectral states in a row they must for an alert to begin, and none must be there for it to end.</summary>
    [Range(1, 100)]
    public int AlertPersistence { get; set; } = 3;

    /// <summary>The smallest cluster that is watched, in concepts.</summary>
    [Range(2, 1_000)]
    public int AlertSmallestCluster { get; set; } = 3;

    /// <summary>Time between two stored states of a watched field, from which replays go on (large fields are stored more often). Shorter: faster replays, more to store.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan MarkPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long stored states are kept; 0: for ever. Of earlier times a replay has the graph, and the phases with which concepts began.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00")]
    public TimeSpan KeepMarksFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a field that nobody watches stays in memory.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan UnwatchedFor { get; set; } = TimeSpan.FromSeconds(30);

    internal ClusterWatchOptions ClusterWatch() => new()
    {
        MarginFloor = AlertMargin,
        MarginHysteresis = AlertMarginHysteresis,
        WeakRatio = AlertWeakRatio,
        Drop = AlertDrop,
        CriticalCoherence = CriticalCoherence,
        Agreement = AlertAgreement,
        Persistence = AlertPersistence,
        Horizon = ForecastHorizon,
    };
}
