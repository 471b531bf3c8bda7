using System.ComponentModel.DataAnnotations;

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

    /// <summary>Time between two spectral states of a watched field.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "01:00:00")]
    public TimeSpan SpectralPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many of the Laplacian's smallest eigenvalues a spectral state has.</summary>
    [Range(2, 64)]
    public int Eigenvalues { get; set; } = 12;

    /// <summary>A concept drifts when its frequency since the last spectral state is further than this from its component's median, rad/s.</summary>
    [Range(0.001, 20)]
    public double DriftThreshold { get; set; } = 0.15;

    /// <summary>How long a field that nobody watches stays in memory.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan UnwatchedFor { get; set; } = TimeSpan.FromSeconds(30);
}
