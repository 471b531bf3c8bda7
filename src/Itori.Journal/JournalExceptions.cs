namespace Itori.Journal;

/// <summary>A failure of the journal's store. Callers branch on the type and on <see cref="IsTransient"/>, never on the text.</summary>
public class JournalException : Exception
{
    /// <summary>Makes one with what happened and, where a person can help, what to do.</summary>
    public JournalException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether the same call can succeed later without anybody changing code, configuration or data.</summary>
    public virtual bool IsTransient => false;
}

/// <summary>
/// The store cannot be reached or cannot write now: disk full, database down or busy, time-out, overload. After a failed append the outcome is
/// unknown: read the head before trying again.
/// </summary>
public sealed class JournalUnavailableException(string message, Exception? inner = null) : JournalException(message, inner)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>The store refuses this process: a read-only data folder, a wrong password. Someone has to change the configuration.</summary>
public sealed class JournalAccessException(string message, Exception? inner = null) : JournalException(message, inner);

/// <summary>Stored data is not what was written: a row is missing or damaged, or the file is. Nothing after the damage was returned.</summary>
/// <param name="stream">The stream concerned; null where the whole store is.</param>
/// <param name="seq">The record (or the snapshot's seq) concerned; null where it is not known.</param>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="inner">The store's own error.</param>
public sealed class JournalCorruptException(string? stream, long? seq, string message, Exception? inner = null) : JournalException(message, inner)
{
    /// <summary>The stream concerned; null where the whole store is.</summary>
    public string? Stream { get; } = stream;

    /// <summary>The record (or the snapshot's seq) concerned; null where it is not known.</summary>
    public long? Seq { get; } = seq;
}

/// <summary>Records were trimmed away while they were being read. Start again from the snapshot, which covers them.</summary>
/// <param name="stream">The stream read.</param>
/// <param name="seq">The record that was next.</param>
/// <param name="firstSeq">The oldest record still kept.</param>
public sealed class JournalTrimmedException(string stream, long seq, long firstSeq)
    : JournalException($"Stream '{stream}' was trimmed while it was read: record {seq} is gone, the oldest kept is {firstSeq}. Read the snapshot and start again.")
{
    /// <inheritdoc/>
    public override bool IsTransient => true;

    /// <summary>The stream read.</summary>
    public string Stream { get; } = stream;

    /// <summary>The record that was next.</summary>
    public long Seq { get; } = seq;

    /// <summary>The oldest record still kept.</summary>
    public long FirstSeq { get; } = firstSeq;
}

/// <summary>The store was written by a newer version of this program, or by another one.</summary>
/// <param name="found">The schema version found.</param>
/// <param name="supported">The newest schema version that this code knows.</param>
/// <param name="message">What to do.</param>
public sealed class JournalVersionException(int found, int supported, string message) : JournalException(message)
{
    /// <summary>The schema version found.</summary>
    public int Found { get; } = found;

    /// <summary>The newest schema version that this code knows.</summary>
    public int Supported { get; } = supported;
}

/// <summary>Another process has the data folder open. The lock ends with that process, however it ends.</summary>
/// <param name="dataDirectory">The data folder.</param>
/// <param name="inner">The operating system's refusal.</param>
public sealed class JournalLockedException(string dataDirectory, Exception? inner = null)
    : JournalException($"Another process uses the data folder '{dataDirectory}'. Stop it, or give this one a folder of its own (Itori:DataDirectory).", inner)
{
    /// <summary>The data folder.</summary>
    public string DataDirectory { get; } = dataDirectory;
}
