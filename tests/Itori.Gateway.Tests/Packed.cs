using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

using MessagePack;

namespace Itori.Gateway.Tests;

/// <summary>MessagePack seen from a client: read and written with the library's own reader and converter, not with the gateway's writer.</summary>
internal static class Packed
{
    /// <summary>JSON as MessagePack.</summary>
    public static byte[] From(string json) => MessagePackSerializer.ConvertFromJson(json, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>A message as JSON; packed phases as the radians that they stand for.</summary>
    public static JsonNode? ToJson(ReadOnlyMemory<byte> packed)
    {
        var reader = new MessagePackReader(packed);
        var node = Read(ref reader);
        Assert.True(reader.End, "Something follows on the message.");
        return node;
    }

    /// <summary>Fails where two messages differ in more than the rounding of their formats.</summary>
    public static void AssertSame(ReadOnlySpan<byte> json, ReadOnlyMemory<byte> packed) => Compare(JsonNode.Parse(json), ToJson(packed), "$");

    private static JsonNode? Read(ref MessagePackReader reader)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                return null;
            case MessagePackType.Boolean:
                return reader.ReadBoolean();
            case MessagePackType.Integer:
                return reader.ReadInt64();
            case MessagePackType.Float when reader.NextCode == MessagePackCode.Float32:
                return reader.ReadSingle();
            case MessagePackType.Float:
                return reader.ReadDouble();
            case MessagePackType.String:
                return reader.ReadString();
            case MessagePackType.Binary:
                var phases = new JsonArray();
                var bytes = (byte[])[.. System.Buffers.BuffersExtensions.ToArray(reader.ReadBytes()!.Value)];
                for (var i = 0; i < bytes.Length; i += 2)
                {
                    phases.Add(BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i)) * Math.Tau / 65536);
                }

                return phases;
            case MessagePackType.Array:
                var array = new JsonArray();
                for (var left = reader.ReadArrayHeader(); left > 0; left--)
                {
                    array.Add(Read(ref reader));
                }

                return array;
            case MessagePackType.Map:
                var map = new JsonObject();
                for (var left = reader.ReadMapHeader(); left > 0; left--)
                {
                    var name = reader.ReadString()!;
                    map[name] = Read(ref reader);
                }

                return map;
            default:
                throw new InvalidOperationException($"A message holds {reader.NextMessagePackType}");
        }
    }

    private static void Compare(JsonNode? json, JsonNode? packed, string path)
    {
        switch (json)
        {
            case null:
                Assert.True(packed is null, path);
                break;
            case JsonObject expected:
                var actual = Assert.IsType<JsonObject>(packed);
                Assert.Equal(expected.Select(member => member.Key), actual.Select(member => member.Key));
                foreach (var (name, value) in expected)
                {
                    Compare(value, actual[name], path + "." + name);
                }

                break;
            case JsonArray expected:
                var elements = Assert.IsType<JsonArray>(packed);
                Assert.True(expected.Count == elements.Count, $"{path}: {expected.Count} and {elements.Count} elements");
                for (var i = 0; i < expected.Count; i++)
                {
                    Compare(expected[i], elements[i], $"{path}[{i}]");
                }

                break;
            default:
                if (json.GetValueKind() is JsonValueKind.Number)
                {
                    // Phases have 16 bits and five decimals: an angle, so that 2π is 0.
                    var (a, b) = (json.GetValue<double>(), packed is JsonValue ? JsonNode.Parse(packed.ToJsonString())!.GetValue<double>() : double.NaN);
                    var limit = path.Contains(".phases[", StringComparison.Ordinal) ? 6e-5 : 1e-6 * Math.Max(1, Math.Abs(a));
                    var off = Math.Abs(a - b);
                    Assert.True(off <= limit || Math.Abs(off - Math.Tau) <= limit, $"{path}: {a} and {b}");
                }
                else
                {
                    Assert.True(json.ToJsonString() == packed?.ToJsonString(), $"{path}: {json.ToJsonString()} and {packed?.ToJsonString()}");
                }

                break;
        }
    }
}
