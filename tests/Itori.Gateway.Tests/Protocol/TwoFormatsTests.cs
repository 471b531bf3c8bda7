using System.Text;
using System.Text.Json.Nodes;

using CsCheck;

using Itori.Gateway.Protocol;
using Itori.Gateway.Tests.Sockets;

namespace Itori.Gateway.Tests.Protocol;

/// <summary>JSON and MessagePack say the same, in both directions. Not beside the tests of that collection: some measure how much memory is alive.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class TwoFormatsTests
{
    private const int Deepest = 4;

    private static readonly Gen<string> Text = Gen.String.Where(text => !text.Any(char.IsSurrogate));

    [Fact]
    public void Any_message_of_the_server_says_the_same_in_both() =>
        AnyMessage.Any.Sample(message => Packed.AssertSame(message(Codec.Json), message(Codec.MessagePack)), iter: 300);

    [Fact]
    public void Any_message_of_a_client_is_read_the_same_in_both() => Value(Deepest).Select(Text, (value, name) => new JsonObject { ["type"] = "ping", [name + "_"] = value() }).Sample(
        message =>
        {
            var json = message.ToJsonString();
            Assert.Null(PackedMessage.TryRead(Packed.From(json), out var read));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(read)), $"{json} is read as {Encoding.UTF8.GetString(read)}");
        },
        iter: 500);

    [Fact]
    public void Containers_of_every_size_have_their_shortest_header()
    {
        foreach (var (count, header) in ((int, byte[])[])[(0, [0x90]), (15, [0x9f]), (16, [0xdc, 0, 16]), (65_535, [0xdc, 0xff, 0xff]), (65_536, [0xdd, 0, 1, 0, 0])])
        {
            var writer = PackWireWriter.Rent();
            writer.WriteStartArray();
            for (var i = 0; i < count; i++)
            {
                writer.WriteNumberValue(i % 100);
            }

            writer.WriteEndArray();
            var packed = writer.Return();
            Assert.Equal(header.Length + count, packed.Length);
            Assert.Equal(header, packed[..header.Length]);
            Assert.Equal(count, Packed.ToJson(packed)!.AsArray().Count);
        }
    }

    [Fact]
    public void No_bytes_make_the_reader_throw() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        if (PackedMessage.TryRead(bytes, out var json) is null)
        {
            Assert.NotNull(JsonNode.Parse(json));
        }
    });

    [Fact]
    public void Any_cut_of_a_message_is_refused()
    {
        var whole = Packed.From("""{"v":1,"type":"user_msg","id":"é","payload":{"text":"🦦","metadata":{"a":[1,{}]}}}""");
        Assert.Null(PackedMessage.TryRead(whole, out _));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.NotNull(PackedMessage.TryRead(whole.AsMemory(0, length), out _));
        }

        Assert.NotNull(PackedMessage.TryRead((byte[])[.. whole, 0xc0], out _));
    }

    [Theory]
    [InlineData("93010203", "no map")]
    [InlineData("81A17803C0", "something behind")]
    [InlineData("8101A178", "a name that is a number")]
    [InlineData("81C0A178", "a name that is nil")]
    [InlineData("81A178C40101", "bin")]
    [InlineData("81A178D4FF00", "an extension")]
    [InlineData("81A178CA7FC00000", "not a number")]
    [InlineData("81A178CB7FF0000000000000", "infinity")]
    [InlineData("81A178A1FF", "no UTF-8")]
    [InlineData("81A1FF01", "a name that is no UTF-8")]
    [InlineData("81A178C1", "a code that is never used")]
    [InlineData("DFFFFFFFFF", "four thousand million members that are not there")]
    [InlineData("81A178DDFFFFFFFF", "as many elements")]
    public void What_JSON_cannot_say_is_refused(string hex, string what)
    {
        var refusal = PackedMessage.TryRead(Convert.FromHexString(hex), out _);
        Assert.True(refusal is not null, what);
        Assert.Equal((400, "bad_message"), (refusal.Error.Code, refusal.Reason));
    }

    [Fact]
    public void Nesting_has_the_limit_that_JSON_has()
    {
        static byte[] Deep(int levels) => [0x81, 0xa4, (byte)'t', (byte)'y', (byte)'p', (byte)'e', .. Enumerable.Repeat((byte)0x91, levels - 1).ToArray(), 0x01];
        Assert.Null(PackedMessage.TryRead(Deep(ClientMessage.MaxDepth), out var json));
        Assert.NotNull(JsonNode.Parse(json));
        Assert.NotNull(PackedMessage.TryRead(Deep(ClientMessage.MaxDepth + 1), out _));
        Assert.NotNull(PackedMessage.TryRead(Deep(1_000_000), out _));
    }

    private static Gen<Func<JsonNode?>> Value(int depth)
    {
        // A node belongs to one parent: what is generated is how to make it.
        var leaf = Gen.OneOf(
            Text.Select(text => (Func<JsonNode?>)(() => text)),
            Gen.Long.Select(whole => (Func<JsonNode?>)(() => whole)),
            Gen.Int[-200, 200].Select(whole => (Func<JsonNode?>)(() => whole)),
            Gen.Double[-1e9, 1e9].Select(number => (Func<JsonNode?>)(() => number)),
            Gen.Bool.Select(yes => (Func<JsonNode?>)(() => yes)),
            Gen.Bool.Select(_ => (Func<JsonNode?>)(() => null)));
        if (depth == 0)
        {
            return leaf;
        }

        // Wide outside, where a container needs a longer header, narrow inside: else most of the time goes into a few enormous messages.
        var most = depth == Deepest ? 18 : 3;
        var inner = Value(depth - 1);
        return Gen.OneOf(
            leaf,
            inner.List[0, most].Select(elements => (Func<JsonNode?>)(() => new JsonArray([.. elements.Select(element => element())]))),
            Gen.Select(Text, inner).List[0, most].Select(members => (Func<JsonNode?>)(() => new JsonObject(members.DistinctBy(member => member.Item1).Select(member => KeyValuePair.Create(member.Item1, member.Item2()))))));
    }
}
