using System.IO.Compression;
using System.Text;

namespace Itori.Grains.Fields.Replay;

/// <summary>
/// A field's state as bytes. Version 1, compressed by Brotli (RFC 7932), little-endian: seq, epoch, steps, origin (each int64), slots (int32), frequencies known (bool); the number of oscillators (int32), of each
/// its concept's id (UTF-8 behind its length as a 7-bit encoded integer), slot, cluster (int32), mentions (int64), weight, phase, frequency, fast, slow, as of (each float64); the number of relations (int32), of each
/// its id, source and target as places among the oscillators (int32), weight and agreement (float64). Doubles are kept to the bit: a field that goes on from here goes on exactly.
/// </summary>
internal static class FieldBodyCodec
{
    public const int Version = 1;

    /// <summary>More than any graph that can be simulated; what says otherwise is damaged.</summary>
    private const int MaxCount = 50_000_000;

    public static byte[] Encode(FieldBody body)
    {
        var places = new Dictionary<string, int>(body.Oscillators.Count, StringComparer.Ordinal);
        using var bytes = new MemoryStream();
        using (var packed = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var buffered = new BufferedStream(packed, 64 * 1024))
        using (var writer = new BinaryWriter(buffered, Encoding.UTF8))
        {
            writer.Write(body.Seq);
            writer.Write(body.Epoch);
            writer.Write(body.Steps);
            writer.Write(body.OriginMs);
            writer.Write(body.Slots);
            writer.Write(body.FrequenciesKnown);
            writer.Write(body.Oscillators.Count);
            foreach (var oscillator in body.Oscillators)
            {
                places[oscillator.ConceptId] = places.Count;
                Write(writer, oscillator);
            }

            writer.Write(body.Relations.Count);
            foreach (var relation in body.Relations)
            {
                writer.Write(relation.RelationId);
                writer.Write(places[relation.Source]);
                writer.Write(places[relation.Target]);
                writer.Write(relation.Weight);
                writer.Write(relation.Agreement);
            }
        }

        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">These are no such bytes.</exception>
    public static FieldBody Decode(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            using var packed = new BrotliStream(new MemoryStream(encoded.ToArray(), writable: false), CompressionMode.Decompress);
            using var reader = new BinaryReader(new BufferedStream(packed, 64 * 1024), Encoding.UTF8);
            var (seq, epoch, steps, origin, slots, known) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), Count(reader), reader.ReadBoolean());
            var oscillators = new List<FieldOscillator>();
            for (var left = Count(reader); left > 0; left--)
            {
                oscillators.Add(ReadOscillator(reader));
            }

            var relations = new List<FieldRelation>();
            for (var left = Count(reader); left > 0; left--)
            {
                relations.Add(ReadRelation(reader, oscillators));
            }

            return new FieldBody
            {
                Seq = seq,
                Epoch = epoch,
                Steps = steps,
                OriginMs = origin,
                Slots = slots,
                FrequenciesKnown = known,
                Oscillators = oscillators,
                Relations = relations,
            };
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException("The stored state of a field is damaged.", e);
        }
    }

    private static void Write(BinaryWriter writer, FieldOscillator oscillator)
    {
        writer.Write(oscillator.ConceptId);
        writer.Write(oscillator.Slot);
        writer.Write(oscillator.Cluster);
        writer.Write(oscillator.Mentions);
        writer.Write(oscillator.Weight);
        writer.Write(oscillator.Phase);
        writer.Write(oscillator.Frequency);
        writer.Write(oscillator.Fast);
        writer.Write(oscillator.Slow);
        writer.Write(oscillator.AsOf);
    }

    private static FieldOscillator ReadOscillator(BinaryReader reader) => new()
    {
        ConceptId = reader.ReadString(),
        Slot = reader.ReadInt32(),
        Cluster = reader.ReadInt32(),
        Mentions = reader.ReadInt64(),
        Weight = reader.ReadDouble(),
        Phase = reader.ReadDouble(),
        Frequency = reader.ReadDouble(),
        Fast = reader.ReadDouble(),
        Slow = reader.ReadDouble(),
        AsOf = reader.ReadDouble(),
    };

    private static FieldRelation ReadRelation(BinaryReader reader, List<FieldOscillator> oscillators) => new()
    {
        RelationId = reader.ReadString(),
        Source = oscillators[reader.ReadInt32()].ConceptId,
        Target = oscillators[reader.ReadInt32()].ConceptId,
        Weight = reader.ReadDouble(),
        Agreement = reader.ReadDouble(),
    };

    private static int Count(BinaryReader reader) => reader.ReadInt32() is >= 0 and <= MaxCount and var count ? count : throw new InvalidDataException("The stored state of a field is damaged.");
}
