using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Itori.Journal.Reading;

/// <summary>
/// CRC-32 (IEEE 802.3) over everything that a row says, its stream's name included: a flipped bit in any column, or a row moved to another place, is found at read.
/// </summary>
/// <remarks>Part of the stored format: a change needs a new schema version.</remarks>
internal static class RowChecksum
{
    // A snapshot is hashed under a time that no record has, so that neither passes for the other.
    private const long SnapshotMark = long.MinValue;

    public static uint Of(string stream, JournalRecord record) =>
        Of(stream, record.Seq, record.Type, record.Version, record.Timestamp, record.Body.Span);

    public static uint Of(string stream, JournalSnapshot snapshot) =>
        Of(stream, snapshot.Seq, snapshot.Type, snapshot.Version, SnapshotMark, snapshot.Body.Span);

    private static uint Of(string stream, long seq, string type, int version, long timestamp, ReadOnlySpan<byte> body)
    {
        var crc = new Crc32();
        Span<byte> head = stackalloc byte[20 + JournalArguments.MaxStreamBytes + JournalArguments.MaxTypeBytes + 2];
        BinaryPrimitives.WriteInt64LittleEndian(head, seq);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], timestamp);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], version);
        var length = 20;
        length += Encoding.UTF8.GetBytes(stream, head[length..]);
        head[length++] = 0;
        if (!Encoding.UTF8.TryGetBytes(type, head[length..], out var typeBytes))
        {
            // No writer accepts so long a type: the row is damaged, and so is any checksum but the true one.
            return 0;
        }

        length += typeBytes;
        head[length++] = 0;
        crc.Append(head[..length]);
        crc.Append(body);
        return crc.GetCurrentHashAsUInt32();
    }
}
