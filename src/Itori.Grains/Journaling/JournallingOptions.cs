using System.ComponentModel.DataAnnotations;
using Itori.Contracts;
using Microsoft.Extensions.Options;

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

    /// <summary>How long a command id is remembered at most, by the times of the topic's events. 1 minute to 10 years.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan RememberCommandsFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Events between two snapshots. Long events, of 256 KiB together, make one sooner; and none is made before the events behind the last one have four times its size, as far as that is at most 1 MiB, and
    /// never before they have its size. More: less to write, a longer replay when a grain is activated.
    /// </summary>
    [Range(1, 1_000_000)]
    public int EventsPerSnapshot { get; set; } = 1_000;

    /// <summary>Events of one topic that may wait to be stored; beyond it commands are refused with 503 <c>overloaded</c>.</summary>
    [Range(16, 1_000_000)]
    public int MaxPendingEvents { get; set; } = 10_000;

    /// <summary>How much of the past of sessions is kept.</summary>
    [Required, ValidateObjectMembers]
    public TopicRetention Sessions { get; set; } = new();

    /// <summary>How much of the past of concept graphs is kept.</summary>
    [Required, ValidateObjectMembers]
    public TopicRetention Graphs { get; set; } = new();

    internal TopicRetention RetentionOf(TopicName topic) => topic.Kind == TopicKind.Graph ? Graphs : Sessions;
}

/// <summary>
/// How much of a topic's past is kept (<c>Itori:Topics:Sessions</c>, <c>Itori:Topics:Graphs</c>). What a topic is now never depends on it: that is in its snapshot. A subscriber who was away for longer than history reaches
/// back is told so (<c>recovered:false</c>) and, for a graph, gets a snapshot. Events are removed in the background, after snapshots and now and then while the topic is active, so somewhat more than this is there.
/// </summary>
public sealed class TopicRetention
{
    /// <summary>The last so many events are kept; 0: no limit.</summary>
    [Range(0, long.MaxValue)]
    public long KeepEvents { get; set; }

    /// <summary>Events older than this are removed; 0: no limit.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00")]
    public TimeSpan KeepFor { get; set; }

    internal bool KeepsAll => KeepEvents == 0 && KeepFor == TimeSpan.Zero;
}
