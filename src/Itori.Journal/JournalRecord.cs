namespace Itori.Journal;

/// <summary>One record of a stream.</summary>
public sealed record JournalRecord
{
    /// <summary>Position within the stream: 1, 2, 3…, no holes.</summary>
    public required long Seq { get; init; }

    /// <summary>Names the format of <see cref="Body"/> together with <see cref="Version"/>.</summary>
    public required string Type { get; init; }

    /// <summary>Version of the body's format, 0 or more.</summary>
    public required int Version { get; init; }

    /// <summary>When the writer made the record, Unix milliseconds. The journal stores it and does not interpret it.</summary>
    public required long Timestamp { get; init; }

    /// <summary>The caller's bytes, by convention UTF-8 JSON. May be empty.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
}

/// <summary>The state of a stream after its record <paramref name="Seq"/>, so that a reader need not replay what came before.</summary>
/// <param name="Seq">The last record that the state includes, 1 or more.</param>
/// <param name="Type">Names the format of <paramref name="Body"/> together with <paramref name="Version"/>.</param>
/// <param name="Version">Version of the body's format, 0 or more.</param>
/// <param name="Body">The caller's bytes. May be empty.</param>
public sealed record JournalSnapshot(long Seq, string Type, int Version, ReadOnlyMemory<byte> Body);

/// <summary>The two ends of a stream.</summary>
/// <param name="Seq">The last record's seq; 0: nothing was ever written.</param>
/// <param name="FirstSeq">The oldest record still kept; <paramref name="Seq"/> + 1 where none is.</param>
public sealed record JournalHead(long Seq, long FirstSeq);

/// <summary>How an append ended.</summary>
public enum AppendOutcome
{
    /// <summary>The records are on stable storage.</summary>
    Appended,

    /// <summary>Another writer was faster: the stream's head is not the expected one. Nothing was written.</summary>
    Conflict,
}
