using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Itori.Grains.Journaling;

/// <summary>
/// Writes the parts of a binary body: whole numbers as seven bits a byte (LEB128; signed ones zigzag), numbers as eight bytes, little endian, UUIDs as sixteen, in the order of their letters, texts as UTF-8 behind their
/// length. A text that may come again is written once and then named by its place among those that were. Read by <see cref="CompactReader"/>; part of the stored format.
/// </summary>
internal sealed class CompactWriter
{
    /// <summary>What stands for no text, and for one that was not written before; a known one has its place and this.</summary>
    public const int NoText = 0;
    public const int NewText = 1;
    public const int FirstKnownText = 2;

    private readonly ArrayBufferWriter<byte> buffer = new(64 * 1024);
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);

    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    public void Count(long value) => Bits((ulong)value);

    public void Signed(long value) => Bits((ulong)((value << 1) ^ (value >> 63)));

    public void Number(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(buffer.GetSpan(sizeof(double)), value);
        buffer.Advance(sizeof(double));
    }

    public void Fixed(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), value);
        buffer.Advance(sizeof(long));
    }

    /// <summary>The mark before a thing: the bits of what it has of all that may be absent.</summary>
    public void Parts(params ReadOnlySpan<(bool IsThere, int Bit)> parts)
    {
        var mark = 0;
        foreach (var (isThere, bit) in parts)
        {
            mark |= isThere ? bit : 0;
        }

        Count(mark);
    }

    public void Uuid(Guid value)
    {
        value.TryWriteBytes(buffer.GetSpan(CompactReader.UuidBytes), bigEndian: true, out _);
        buffer.Advance(CompactReader.UuidBytes);
    }

    /// <summary>A text that hardly comes twice.</summary>
    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Count(length);
        buffer.Advance(Encoding.UTF8.GetBytes(value, buffer.GetSpan(Math.Max(1, length))));
    }

    /// <summary>A text that may come again, or none.</summary>
    public void Name(string? value)
    {
        if (value is null)
        {
            Count(NoText);
        }
        else if (known.TryGetValue(value, out var place))
        {
            Count(FirstKnownText + place);
        }
        else
        {
            known.Add(value, known.Count);
            Count(NewText);
            Text(value);
        }
    }

    private void Bits(ulong value)
    {
        var span = buffer.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        buffer.Advance(length);
    }
}
