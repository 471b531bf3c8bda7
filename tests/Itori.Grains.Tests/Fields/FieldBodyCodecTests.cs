using CsCheck;
using Itori.Grains.Fields;
using Itori.Grains.Fields.Replay;

namespace Itori.Grains.Tests.Fields;

public sealed class FieldBodyCodecTests
{
    /// <summary>As version 1 wrote <see cref="Small"/>. Bytes of this form stand in journals; they are read for ever.</summary>
    private const string Golden = "C3AAAICqqqrqn9QWMDC7GYAd7Go3u9jh6CB2sMPRBO5mYAp+MDsYGPjZLnf3ix/8cHcAP5kD2OHiFwe/+uHoBz84gB1ca7fb36Uc89NwGGAYhkEMjw9uQ49ziBnlAFCOZYXx+m8CbH9QXo4s3MF+Wq/r2bohNuCDqXhIWlT1loXlhL4vwgE/OR2B9ibR6zLuorw0LcABpH+wPmKC8Y/sVnE7T3ZoDrabfwuZvWhVVVWfAgDvxQAD";

    private static readonly FieldBody Small = new()
    {
        Seq = 7,
        Epoch = 2,
        Steps = 90_000_000_001,
        OriginMs = -5,
        Slots = 4,
        FrequenciesKnown = true,
        Oscillators =
        [
            new FieldOscillator { ConceptId = "größe", Slot = 3, Cluster = 1, Mentions = 5, Weight = 0.25, Phase = Math.PI, Frequency = -0.125, Fast = 1.5, Slow = 0.1, AsOf = 12.02 },
            new FieldOscillator { ConceptId = "b", Slot = 0, Cluster = -1, Mentions = 0, Weight = 1, Phase = double.Epsilon, Frequency = 0, Fast = 0, Slow = 0, AsOf = 0 },
        ],
        Relations = [new FieldRelation { RelationId = "b~related~größe", Source = "b", Target = "größe", Weight = 1.0 / 3, Agreement = -0.5 }],
    };

    [Fact]
    public void What_version_1_wrote_is_read() => Same(Small, FieldBodyCodec.Decode(Convert.FromBase64String(Golden)));

    [Fact]
    public void What_is_written_is_read_to_the_bit() => Bodies().Sample(body => Same(body, FieldBodyCodec.Decode(FieldBodyCodec.Encode(body))));

    [Fact]
    public void Damage_is_seen_or_harmless() => Gen.Select(Bodies(), Gen.Int[0, 10_000], Gen.Byte, Gen.Bool).Sample((body, place, other, cut) =>
    {
        var bytes = FieldBodyCodec.Encode(body);
        if (cut)
        {
            bytes = bytes[..(place % bytes.Length)];
        }
        else
        {
            bytes[place % bytes.Length] = other;
        }

        try
        {
            FieldBodyCodec.Decode(bytes);
        }
        catch (InvalidDataException)
        {
            // The only way to fail.
        }
    });

    private static Gen<FieldBody> Bodies() =>
        from ids in Gen.String[1, 12].HashSet[0, 12]
        from numbers in Gen.Long.Array[4]
        from slots in Gen.Int[0, 1000]
        from known in Gen.Bool
        from doubles in Gen.Double.Array[ids.Count * 6]
        from ends in Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Double).Array[0, ids.Count * 2]
        let list = ids.Where(id => id.EnumerateRunes().All(rune => rune.Value != 0xFFFD)).ToArray()
        select new FieldBody
        {
            Seq = numbers[0],
            Epoch = numbers[1],
            Steps = numbers[2],
            OriginMs = numbers[3],
            Slots = slots,
            FrequenciesKnown = known,
            Oscillators = [.. list.Select((id, i) => new FieldOscillator
            {
                ConceptId = id,
                Slot = i,
                Cluster = i - 1,
                Mentions = i * 1_000_000_007L,
                Phase = doubles[i * 6],
                Frequency = doubles[(i * 6) + 1],
                Weight = doubles[(i * 6) + 2],
                Fast = doubles[(i * 6) + 3],
                Slow = doubles[(i * 6) + 4],
                AsOf = doubles[(i * 6) + 5],
            })],
            Relations = list.Length == 0 ? [] : [.. ends.Select((end, i) => new FieldRelation
            {
                RelationId = FormattableString.Invariant($"r{i}"),
                Source = list[end.Item1 % list.Length],
                Target = list[end.Item2 % list.Length],
                Weight = end.Item3,
                Agreement = -end.Item3,
            })],
        };

    private static void Same(FieldBody expected, FieldBody read)
    {
        Assert.Equal(expected with { Oscillators = [], Relations = [] }, read with { Oscillators = [], Relations = [] }, new Numbers());
        Assert.Equal(expected.Oscillators, read.Oscillators);
        Assert.Equal(expected.Relations, read.Relations);
    }

    /// <summary>Compares all but the lists, which a record compares by reference.</summary>
    private sealed class Numbers : IEqualityComparer<FieldBody>
    {
        public bool Equals(FieldBody? x, FieldBody? y) =>
            (x!.Seq, x.Epoch, x.Steps, x.OriginMs, x.Slots, x.FrequenciesKnown) == (y!.Seq, y.Epoch, y.Steps, y.OriginMs, y.Slots, y.FrequenciesKnown);

        public int GetHashCode(FieldBody body) => body.Seq.GetHashCode();
    }
}
