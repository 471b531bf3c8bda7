using System.Buffers.Binary;
using System.Text;

namespace Itori.Grains.Journaling;

/// <summary>Reads what a <see cref="CompactWriter"/> wrote. Whatever else it is given, it ends with a <see cref="FormatException"/> and reserves no more memory than a small multiple of the bytes that are there.</summary>
internal ref struct CompactReader(ReadOnlySpan<byte> body)
{
    public const int UuidBytes = 16;

    private readonly ReadOnlySpan<byte> body = body;
    private readonly List<string> known = [];
    private int at;

    public readonly bool IsAtEnd => at == body.Length;

    public long Count()
    {
        var value = Bits();
        return value <= long.MaxValue ? (long)value : throw Broken();
    }

    /// <summary>A count that fits, such as an index.</summary>
    public int Small()
    {
        var value = Bits();
        return value <= int.MaxValue ? (int)value : throw Broken();
    }

    /// <summary>How many things follow, each of at least one byte.</summary>
    public int Things()
    {
        var count = Small();
        return count <= body.Length - at ? count : throw Broken();
    }

    public long Signed()
    {
        var value = Bits();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public double Number() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public long Fixed() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public Guid Uuid() => new(Take(UuidBytes), bigEndian: true);

    /// <summary>The mark before a thing. A bit that is not among those that are known is a newer version's.</summary>
    public int Parts(int known)
    {
        var parts = Small();
        return (parts & ~known) == 0 ? parts : throw new FormatException("A newer version wrote something that this one does not know.");
    }

    public string Text() => Encoding.UTF8.GetString(Take(Small()));

    public string? NameOrNull()
    {
        var mark = Small();
        if (mark == CompactWriter.NoText)
        {
            return null;
        }

        if (mark >= CompactWriter.FirstKnownText)
        {
            var place = mark - CompactWriter.FirstKnownText;
            return place < known.Count ? known[place] : throw Broken();
        }

        var text = Text();
        known.Add(text);
        return text;
    }

    public string Name() => NameOrNull() ?? throw Broken();

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > body.Length - at)
        {
            throw Broken();
        }

        at += length;
        return body.Slice(at - length, length);
    }

    private ulong Bits()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = at < body.Length ? body[at++] : throw Broken();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Broken();
    }

    private static FormatException Broken() => new("The body ends too early, or is none of this format.");
}
