using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;

using MessagePack;

namespace Itori.Gateway.Protocol;

/// <summary>
/// Messages as MessagePack. The format wants the number of members before the first one: a container begins with room for the shortest header, and its content is moved up when it turns out
/// that it needs a longer one, so that each header is as short as can be.
/// </summary>
/// <remarks>Whole numbers take the shortest form. Other numbers are float 32 where that is exact or where only five decimals count, else float 64. Phases are packed: see <see cref="WritePhases"/>.</remarks>
internal sealed class PackWireWriter : WireWriter, IBufferWriter<byte>
{
    private const int Least = 4096;
    private const int KeepAtMost = 1 << 20;
    private const double Steps = 65536 / double.Tau;

    [ThreadStatic]
    private static PackWireWriter? kept;

    private byte[] buffer = new byte[Least];
    private int length;
    private Container[] open = new Container[8];
    private int depth;

    private PackWireWriter()
    {
    }

    /// <summary>This thread's writer, empty.</summary>
    public static WireWriter Rent()
    {
        kept ??= new PackWireWriter();
        kept.length = 0;
        kept.depth = 0;
        return kept;
    }

    public override byte[] Return()
    {
        var bytes = buffer.AsSpan(0, length).ToArray();
        if (buffer.Length > KeepAtMost)
        {
            buffer = new byte[Least];
        }

        return bytes;
    }

    public override void WriteStartObject() => Begin(isArray: false);

    public override void WriteEndObject() => Close();

    public override void WriteStartArray() => Begin(isArray: true);

    public override void WriteEndArray() => Close();

    public override void WriteName(ReadOnlySpan<byte> utf8)
    {
        open[depth - 1].Count++;
        var writer = new MessagePackWriter(this);
        writer.WriteString(utf8);
        writer.Flush();
    }

    public override void WriteName(string name)
    {
        open[depth - 1].Count++;
        var writer = new MessagePackWriter(this);
        writer.Write(name);
        writer.Flush();
    }

    public override void WriteStringValue(ReadOnlySpan<char> value)
    {
        CountElement();
        if (value.IsEmpty)
        {
            // The library takes the address of the first character, which there is not.
            GetSpan(1)[0] = MessagePackCode.MinFixStr;
            Advance(1);
            return;
        }

        var writer = new MessagePackWriter(this);
        writer.Write(value);
        writer.Flush();
    }

    public override void WriteNumberValue(long value)
    {
        CountElement();
        var writer = new MessagePackWriter(this);
        writer.Write(value);
        writer.Flush();
    }

    public override void WriteFiniteValue(double value)
    {
        var finite = double.IsFinite(value) ? value : 0;
        WriteFloat(finite, isShort: (float)finite == finite);
    }

    // A float 32 is off by less than 10⁻⁶ where what is rounded lies, so that five decimals are the same.
    public override void WriteRoundedValue(double value) => WriteFloat(double.IsFinite(value) ? Math.Round(value, Decimals) : 0, isShort: true);

    public override void WriteBooleanValue(bool value)
    {
        CountElement();
        var writer = new MessagePackWriter(this);
        writer.Write(value);
        writer.Flush();
    }

    public override void WriteJsonValue(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, ClientMessage.ReaderOptions);
        while (reader.Read())
        {
            WriteToken(ref reader);
        }
    }

    /// <summary>A <c>bin</c> of little-endian 16-bit numbers, each <c>round(phase / 2π · 65536) mod 65536</c>: 2 bytes, and off by at most 4.8 · 10⁻⁵ rad.</summary>
    public override void WritePhases(ReadOnlySpan<byte> name, ReadOnlySpan<float> phases)
    {
        WriteName(name);
        var writer = new MessagePackWriter(this);
        writer.WriteBinHeader(phases.Length * 2);
        writer.Flush();
        var packed = GetSpan(phases.Length * 2);
        for (var i = 0; i < phases.Length; i++)
        {
            var steps = float.IsFinite(phases[i]) ? (long)Math.Round(phases[i] * Steps) : 0;
            BinaryPrimitives.WriteUInt16LittleEndian(packed[(2 * i)..], (ushort)steps);
        }

        Advance(phases.Length * 2);
    }

    public void Advance(int count) => length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsMemory(length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsSpan(length);
    }

    private void Reserve(int count)
    {
        // Never none: the writer above asks for "some".
        var needed = checked(length + Math.Max(count, 1));
        if (needed > buffer.Length)
        {
            Array.Resize(ref buffer, (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)needed), (uint)Array.MaxLength));
        }
    }

    private void WriteFloat(double value, bool isShort)
    {
        CountElement();
        var writer = new MessagePackWriter(this);
        if (isShort)
        {
            writer.Write((float)value);
        }
        else
        {
            writer.Write(value);
        }

        writer.Flush();
    }

    private void WriteToken(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: WriteStartObject(); break;
            case JsonTokenType.EndObject: WriteEndObject(); break;
            case JsonTokenType.StartArray: WriteStartArray(); break;
            case JsonTokenType.EndArray: WriteEndArray(); break;
            case JsonTokenType.PropertyName: WriteName(JsonText.OrReplaced(ref reader)); break;
            case JsonTokenType.String: WriteStringValue(JsonText.OrReplaced(ref reader)); break;
            case JsonTokenType.True: WriteBooleanValue(true); break;
            case JsonTokenType.False: WriteBooleanValue(false); break;
            case JsonTokenType.Number when reader.TryGetInt64(out var whole): WriteNumberValue(whole); break;
            case JsonTokenType.Number: WriteFiniteValue(reader.TryGetDouble(out var number) ? number : 0); break;
            case JsonTokenType.Null:
                CountElement();
                GetSpan(1)[0] = MessagePackCode.Nil;
                Advance(1);
                break;
        }
    }

    private void CountElement()
    {
        if (depth > 0 && open[depth - 1].IsArray)
        {
            open[depth - 1].Count++;
        }
    }

    private void Begin(bool isArray)
    {
        CountElement();
        if (depth == open.Length)
        {
            Array.Resize(ref open, 2 * depth);
        }

        open[depth++] = new Container { Start = length, IsArray = isArray };
        GetSpan(1)[0] = 0;
        Advance(1);
    }

    private void Close()
    {
        var container = open[--depth];
        var longer = container.Count <= 15 ? 0 : container.Count <= ushort.MaxValue ? 2 : 4;
        if (longer > 0)
        {
            var content = container.Start + 1;
            Reserve(longer);
            buffer.AsSpan(content, length - content).CopyTo(buffer.AsSpan(content + longer));
            length += longer;
        }

        var header = buffer.AsSpan(container.Start);
        switch (longer)
        {
            case 0:
                header[0] = (byte)((container.IsArray ? MessagePackCode.MinFixArray : MessagePackCode.MinFixMap) | container.Count);
                break;
            case 2:
                header[0] = container.IsArray ? MessagePackCode.Array16 : MessagePackCode.Map16;
                BinaryPrimitives.WriteUInt16BigEndian(header[1..], (ushort)container.Count);
                break;
            default:
                header[0] = container.IsArray ? MessagePackCode.Array32 : MessagePackCode.Map32;
                BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)container.Count);
                break;
        }
    }

    /// <summary>An object or array that is not closed yet.</summary>
    private struct Container
    {
        public int Start;
        public int Count;
        public bool IsArray;
    }
}
