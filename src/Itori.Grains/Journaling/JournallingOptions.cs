using System.ComponentModel.DataAnnotations;

namespace Itori.Grains.Journaling;

/// <summary>How the grains of durable topics use their journal (<c>Itori:Topics</c>).</summary>
public sealed class JournallingOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Itori:Topics";

    /// <summary>Events kept in memory per active topic, for repairs and short absences. More: fewer reads from storage, more memory.</summary>
    [Range(64, 100_000)]
    public int TailEvents { get; set; } = 512;

    /// <summary>Command ids remembered per topic: a command sent again within the last so many is applied once.</summary>
    [Range(100, 10_000_000)]
    public int RememberedCommands { get; set; } = 10_000;

    /// <summary>Events between two snapshots. More: less to write, a longer replay when a grain is activated.</summary>
    [Range(1, 1_000_000)]
    public int EventsPerSnapshot { get; set; } = 1_000;

    /// <summary>Events of one topic that may wait to be stored; beyond it commands are refused with 503 <c>overloaded</c>.</summary>
    [Range(16, 1_000_000)]
    public int MaxPendingEvents { get; set; } = 10_000;
}
