using System.Text;
using System.Text.Json;
using CsCheck;
using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Journal;

namespace Itori.Grains.Tests.Journaling;

public sealed class EventCodecTests
{
    public static TheoryData<string> Types() => ["message_posted", "answer_given", "graph_delta", "message_deleted"];

    [Theory]
    [MemberData(nameof(Types))]
    public void An_event_is_written_as_it_always_was(string type)
    {
        var e = Example(type);
        var record = EventCodec.Encode(e);
        Assert.Equal((type, 1, e.Seq, e.Timestamp), (record.Type, record.Version, record.Seq, record.Timestamp));
        Assert.Equal(Golden(type), Encoding.UTF8.GetString(record.Body.Span));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void An_event_that_was_written_before_can_be_read(string type)
    {
        var e = Example(type);
        var read = EventCodec.Decode("topic", new JournalRecord { Seq = e.Seq, Type = type, Version = 1, Timestamp = e.Timestamp, Body = Encoding.UTF8.GetBytes(Golden(type)) });
        Assert.IsType(e.GetType(), read);
        Assert.Equal(Golden(type), Text(read)); // Records with lists are equal when all they say is.
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void What_the_first_release_wrote_is_read_and_lacks_only_what_it_did_not_know(string type)
    {
        var e = Example(type);
        var read = EventCodec.Decode("topic", new JournalRecord { Seq = e.Seq, Type = type, Version = 1, Timestamp = e.Timestamp, Body = Encoding.UTF8.GetBytes(Golden("first/" + type)) });
        Assert.Equal(Golden("first/" + type), Text(read));
        Assert.Equal((e.CommandId, null), (read.CommandId, read.CommandPrint));
    }

    [Fact]
    public void What_is_written_is_what_is_read() => Gen.Select(Gen.String, Gen.String.Null(), Gen.Long[1, long.MaxValue], Gen.Long).Sample((text, id, seq, timestamp) =>
    {
        var message = Records.Message with { Seq = seq, Timestamp = timestamp, CommandId = id, Text = text, MetadataJson = id };
        var record = EventCodec.Encode(message);
        Assert.Equal(message, EventCodec.Decode("s", record));
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(message, JournalJson.Default.MessagePosted), record.Body.ToArray()); // Whichever of its two ways the serializer takes.
    });

    [Fact]
    public void Every_number_is_read_as_it_was_to_its_last_bit() => Gen.Select(Gen.Double, Gen.Double, Gen.Long).Where((a, b, _) => double.IsFinite(a) && double.IsFinite(b)).Sample((phase, x, mentions) =>
    {
        var delta = Records.Delta with { Added = [Records.Delta.Added[0] with { Phase = phase, X = x, Mentions = mentions }] };
        var read = ((GraphDelta)EventCodec.Decode("g", EventCodec.Encode(delta))).Added[0];
        Assert.Equal(
            (BitConverter.DoubleToInt64Bits(phase), BitConverter.DoubleToInt64Bits(x), mentions),
            (BitConverter.DoubleToInt64Bits(read.Phase), BitConverter.DoubleToInt64Bits(read.X!.Value), read.Mentions));
    });

    [Theory]
    [InlineData("message_posted", 2, null)]
    [InlineData("message_posted", 0, null)]
    [InlineData("of_the_future", 1, null)]
    [InlineData("", 1, null)]
    [InlineData("answer_given", 1, null)] // Another type's body.
    [InlineData("message_posted", 1, "")]
    [InlineData("message_posted", 1, "null")]
    [InlineData("message_posted", 1, "[]")]
    [InlineData("message_posted", 1, "{\"seq\":4")]
    [InlineData("message_posted", 1, "{\"seq\":4,\"timestamp\":1}")]
    [InlineData("message_posted", 1, "\u0001\u0002")]
    public void What_cannot_be_read_is_said_with_its_place(string type, int version, string? body)
    {
        var record = EventCodec.Encode(Records.Message) with { Type = type, Version = version };
        record = body is null ? record : record with { Body = Encoding.UTF8.GetBytes(body) };
        var error = Assert.Throws<UnknownRecordException>(() => EventCodec.Decode("session:s", record));
        Assert.Contains("'session:s' at 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_at_another_place_than_its_own_is_damage() =>
        Assert.Throws<UnknownRecordException>(() => EventCodec.Decode("session:s", EventCodec.Encode(Records.Message) with { Seq = 5 }));

    [Theory]
    [InlineData("session", 2, null)]
    [InlineData("graph", 1, null)]
    [InlineData("session", 1, "null")]
    [InlineData("session", 1, "{")]
    [InlineData("session", 1, "{}")]
    public void A_snapshot_that_cannot_be_read_is_said_with_its_place(string type, int version, string? body)
    {
        var snapshot = new JournalSnapshot(9, type, version, Encoding.UTF8.GetBytes(body ?? Golden("session")));
        var error = Assert.Throws<UnknownRecordException>(() => EventCodec.Decode("session:s", snapshot, "session", JournalJson.Default.SessionSnapshotBody));
        Assert.Contains("'session:s' at 9", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_random_byte_string_is_read_or_refused() => Gen.Select(Gen.Byte.Array, Gen.Int[0, 3]).Sample((body, type) =>
    {
        var record = new JournalRecord { Seq = 1, Type = Types().ElementAt(type).Data, Version = 1, Timestamp = 0, Body = body };
        Assert.Throws<UnknownRecordException>(() => EventCodec.Decode("s", record));
    });

    private static DurableEvent Example(string type) => type switch
    {
        "message_posted" => Records.Message,
        "answer_given" => Records.Answer,
        "message_deleted" => Records.Deletion,
        _ => Records.Delta,
    };

    private static string Text(DurableEvent e) => Encoding.UTF8.GetString(EventCodec.Encode(e).Body.Span);

    private static JournalSnapshot Stored(string type, string? file = null) => new(9, type, 1, Encoding.UTF8.GetBytes(Golden(file ?? type)));

    private static string Golden(string type) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", type + ".json")).TrimEnd('\n');
}
