using System.Text;

namespace Itori.Journal;

/// <summary>What every store accepts, so that a caller cannot depend on one store's laxity.</summary>
internal static class JournalArguments
{
    public const int MaxStreamBytes = 1_024;
    public const int MaxTypeBytes = 256;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void CheckStream(string stream) => CheckName(stream, MaxStreamBytes, nameof(stream));

    public static void CheckAppend(string stream, long expectedSeq, IReadOnlyList<JournalRecord> records)
    {
        CheckStream(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(expectedSeq);
        ArgumentNullException.ThrowIfNull(records);
        if (records.Count == 0)
        {
            throw new ArgumentException("An append needs at least one record.", nameof(records));
        }

        string? checkedType = null;
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i] ?? throw new ArgumentException($"Record {i} is null.", nameof(records));
            if (record.Seq != expectedSeq + 1 + i)
            {
                throw new ArgumentException($"Record {i} has seq {record.Seq}; behind {expectedSeq} it must be {expectedSeq + 1 + i}.", nameof(records));
            }

            if (!ReferenceEquals(record.Type, checkedType))
            {
                CheckName(record.Type, MaxTypeBytes, nameof(records));
                checkedType = record.Type;
            }

            ArgumentOutOfRangeException.ThrowIfNegative(record.Version, nameof(records));
        }
    }

    public static void CheckSnapshot(string stream, JournalSnapshot snapshot)
    {
        CheckStream(stream);
        ArgumentNullException.ThrowIfNull(snapshot);
        CheckName(snapshot.Type, MaxTypeBytes, nameof(snapshot));
        ArgumentOutOfRangeException.ThrowIfNegative(snapshot.Version, nameof(snapshot));
        ArgumentOutOfRangeException.ThrowIfLessThan(snapshot.Seq, 1, nameof(snapshot));
    }

    public static ArgumentException SnapshotBeyondHead(string stream, long seq, long head) =>
        new($"A snapshot of stream '{stream}' at {seq} is beyond the stream's head, {head}.", nameof(seq));

    private static void CheckName(string name, int maxBytes, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        int bytes;
        try
        {
            bytes = s_strictUtf8.GetByteCount(name);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException("A name must be well-formed Unicode.", parameter, e);
        }

        if (bytes > maxBytes || name.Contains('\0'))
        {
            throw new ArgumentException($"A name must have at most {maxBytes} UTF-8 bytes and no U+0000; this one has {bytes} bytes.", parameter);
        }
    }
}
