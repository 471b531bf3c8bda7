using System.ComponentModel.DataAnnotations;

namespace Itori.Journal;

/// <summary>How the journal stores and how much it may hold in memory. Bound to the section <c>Itori:Journal</c>.</summary>
public sealed class JournalOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Itori:Journal";

    /// <summary>An Npgsql connection string. When set, the journal is in PostgreSQL, shared by all silos; when empty, in SQLite in <see cref="DataDirectory"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The folder of <c>itori.db</c>, made when missing; one process at a time may use it. Default <c>data</c>, below the working directory.</summary>
    [Required(AllowEmptyStrings = false)]
    public string DataDirectory { get; set; } = "data";

    /// <summary>Appends of all streams that share one transaction at most. Default 1,024. More gives throughput under load; a failing commit fails as many.</summary>
    [Range(1, 65_536)]
    public int MaxBatchAppends { get; set; } = 1_024;

    /// <summary>Bytes after which a transaction takes no further append. Default 4 MiB. An append larger than this has a transaction of its own.</summary>
    [Range(1_024, 1 << 30)]
    public int MaxBatchBytes { get; set; } = 4 << 20;

    /// <summary>
    /// Bytes of writes that wait for the store at most (each counts as 1 KiB or more). Default 64 MiB. Beyond it callers wait in turn;
    /// as much again may wait so, and whoever comes after gets a <see cref="JournalUnavailableException"/> at once.
    /// </summary>
    [Range(64 << 10, 1 << 30)]
    public int MaxQueuedBytes { get; set; } = 64 << 20;

    /// <summary>Records that one page of a long read holds at most. Default 256.</summary>
    [Range(1, 10_000)]
    public int PageRecords { get; set; } = 256;

    /// <summary>Bytes of bodies after which a page of a long read ends. Default 1 MiB; one record is always read, however large.</summary>
    [Range(1_024, 1 << 30)]
    public int PageBytes { get; set; } = 1 << 20;

    /// <summary>Reads that run at the same time, each on a connection of its own. Default 4. Further ones wait.</summary>
    [Range(1, 128)]
    public int ReadConnections { get; set; } = 4;

    /// <summary>PostgreSQL only: connections that commit at the same time. Default 2. Each stream belongs to one of them, so that order holds.</summary>
    [Range(1, 64)]
    public int WriteConnections { get; set; } = 2;

    /// <summary>How long one transaction or query may take before it is a <see cref="JournalUnavailableException"/>. Default 10 s, whole seconds, 1 s to 10 min.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a starting host tries again while the store is not available, such as a database that starts with it. Default 5 min; 0: one try; at most 10 min.</summary>
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
