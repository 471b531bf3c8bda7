namespace Itori.Journal;

/// <summary>
/// An append-only log of many streams. It knows bytes, not what they mean: a caller names the format of each body with a type and a version.
/// </summary>
/// <remarks>
/// <para>Within a stream, <c>seq</c> is 1, 2, 3… without a hole. An append names the seq it builds on, so of two writers exactly one wins.</para>
/// <para>Stream names and types are compared ordinally; both are well-formed Unicode without U+0000, of at most 1,024 and 256 UTF-8 bytes.
/// Anything else is an <see cref="ArgumentException"/>.</para>
/// <para>All members may be called at the same time from any thread. Every failure of the store is a <see cref="JournalException"/>.</para>
/// </remarks>
public interface IJournal
{
    /// <summary>Writes <paramref name="records"/> behind <paramref name="expectedSeq"/>, all or none, and returns once they are on stable storage.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="expectedSeq">The seq of the stream's last record as the caller knows it; 0 for a stream without records.</param>
    /// <param name="records">At least one record, numbered <paramref name="expectedSeq"/> + 1 and up. Bodies must not change until the call returns.</param>
    /// <param name="ct">Withdraws an append that still waits in the queue. A cancelled append was not written: once its transaction began, the token is ignored.</param>
    /// <returns><see cref="AppendOutcome.Conflict"/> when the stream's head is not <paramref name="expectedSeq"/>; nothing was written then.</returns>
    /// <exception cref="JournalUnavailableException">
    /// The outcome is unknown: the records may have been written. Read the head before trying again; a blind second try ends as a conflict, never as a duplicate.
    /// </exception>
    ValueTask<AppendOutcome> AppendAsync(string stream, long expectedSeq, IReadOnlyList<JournalRecord> records, CancellationToken ct);

    /// <summary>
    /// Reads the records after <paramref name="afterSeq"/> (or from the oldest one kept, when that is later) up to the head found by the first page.
    /// </summary>
    /// <remarks>
    /// Reads in pages of bounded size and holds no lock or connection between them. The run is dense: a row that is missing or whose checksum is wrong
    /// is a <see cref="JournalCorruptException"/>; records trimmed while they were being read are a <see cref="JournalTrimmedException"/>.
    /// A caller to whom trimmed history matters compares the first record's seq with what it asked for.
    /// </remarks>
    IAsyncEnumerable<JournalRecord> ReadAsync(string stream, long afterSeq, CancellationToken ct);

    /// <summary>
    /// Reads one page: the first <paramref name="limit"/> records after <paramref name="afterSeq"/> (or from the oldest one kept, when that is later). Fewer means that the head was reached.
    /// </summary>
    ValueTask<IReadOnlyList<JournalRecord>> ReadPageAsync(string stream, long afterSeq, int limit, CancellationToken ct);

    /// <summary>The ends of the stream as of now. A stream that was never written has head 0.</summary>
    ValueTask<JournalHead> ReadHeadAsync(string stream, CancellationToken ct);

    /// <summary>The stream's newest snapshot, or null.</summary>
    ValueTask<JournalSnapshot?> ReadSnapshotAsync(string stream, CancellationToken ct);

    /// <summary>Stores <paramref name="snapshot"/> in place of the one at the same seq or before; does nothing when a newer one is there.</summary>
    /// <exception cref="ArgumentException">The snapshot's seq is not one of the stream: below 1 or beyond its head.</exception>
    ValueTask WriteSnapshotAsync(string stream, JournalSnapshot snapshot, CancellationToken ct);

    /// <summary>Removes the records up to and including <paramref name="throughSeq"/>, but never one that the stream's snapshot does not cover.</summary>
    ValueTask TrimAsync(string stream, long throughSeq, CancellationToken ct);
}
