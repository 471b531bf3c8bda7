using System.ComponentModel.DataAnnotations;

namespace Itori.Grains.Sessions;

/// <summary>Limits of a session (<c>Itori:Sessions</c>).</summary>
public sealed class SessionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Itori:Sessions";

    internal static readonly TimeSpan LeastReminderPeriod = TimeSpan.FromSeconds(1);

    /// <summary>The longest message, in UTF-16 code units; a longer one is refused with 413 <c>too_large</c>.</summary>
    [Range(100, 1_048_576)]
    public int MaxMessageLength { get; set; } = 262_144;

    /// <summary>Messages of one session that may wait for the assistant's answer; beyond it 503 <c>overloaded</c>.</summary>
    [Range(1, 1_000)]
    public int MaxOpenTurns { get; set; } = 16;

    /// <summary>Messages of one session that may wait to be put into their graphs, for they are kept in memory until then; beyond it 503 <c>overloaded</c>.</summary>
    [Range(16, 100_000)]
    public int MaxUntoldMessages { get; set; } = 2_000;

    /// <summary>
    /// How often the cluster looks whether a session has work left (a message to answer, or to put into its graph), and after how long at most it wakes one whose silo was lost while nobody was there.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan WorkReminder { get; set; } = TimeSpan.FromMinutes(1);
}
