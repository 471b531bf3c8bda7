using System.Text;
using System.Text.Json;
using CsCheck;
using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Grains.Sessions;
using Itori.Grains.Tests.Support;
using Itori.Journal;

namespace Itori.Grains.Tests.Journaling;

public sealed class SessionSnapshotCodecTests
{
    private const string Uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";

    [Fact]
    public void A_sessions_snapshot_is_written_and_read_as_it_always_was()
    {
        var snapshot = SessionSnapshotCodec.Encode(9, Records.Session);
        Assert.Equal((9, "session", 2), (snapshot.Seq, snapshot.Type, snapshot.Version));
        Assert.Equal(File.ReadAllBytes(Golden("session.v2.bin")), snapshot.Body.ToArray());
        Assert.Equal(Text(Records.Session), Text(SessionSnapshotCodec.Decode("session:s", snapshot)));
    }

    [Fact]
    public void The_first_of_version_2_is_read()
    {
        var first = SessionSnapshotCodec.Decode("session:s", new JournalSnapshot(9, "session", 2, File.ReadAllBytes(Golden("first/session.v2.bin"))));
        Assert.Equal(["t4"], first.OpenTurns.Select(message => message.Turn));
        Assert.Equal([(4L, Records.Message.Text), (7, "The moon does.")], first.Untold.Select(message => (message.Seq, message.Text)));
        Assert.Equal([2L, 4], first.Deleted);
        Assert.Equal(["c-1", "c-2", Uuid, Uuid.ToUpperInvariant()], first.Commands.Select(command => command.Id));
    }

    [Theory]
    [InlineData("session.json")]
    [InlineData("first/session.json")]
    public void One_of_version_1_is_read_and_says_the_same_in_version_2(string file)
    {
        var json = File.ReadAllText(Golden(file)).TrimEnd('\n');
        var old = SessionSnapshotCodec.Decode("session:s", new JournalSnapshot(9, "session", 1, Encoding.UTF8.GetBytes(json)));
        Assert.Equal(json, Text(old));
        Assert.Equal(json, Text(SessionSnapshotCodec.Decode("session:s", SessionSnapshotCodec.Encode(9, old))));
    }

    [Fact]
    public void Everything_that_a_session_can_hold_is_read_as_it_was_written() => Bodies.Sample(body =>
    {
        var read = SessionSnapshotCodec.Decode("session:s", SessionSnapshotCodec.Encode(9, body));
        Assert.Equal(Text(body), Text(read));
        Assert.Equal(body.Untold.Select(body.OpenTurns.Contains), read.Untold.Select(read.OpenTurns.Contains));
    });

    [Fact]
    public void A_message_that_waits_for_its_answer_and_its_graph_is_written_once()
    {
        var message = Records.Message with { Text = new string('a', 10_000) };
        var snapshot = SessionSnapshotCodec.Encode(9, Records.Session with { OpenTurns = [Records.Message with { Seq = 1 }, message], Untold = [message] });
        Assert.InRange(snapshot.Body.Length, 10_000, 11_000);
        var read = SessionSnapshotCodec.Decode("session:s", snapshot);
        Assert.Equal(message, Assert.Single(read.Untold));
        Assert.Equal(message, read.OpenTurns[1]);
    }

    [Theory]
    [InlineData(Uuid, 16)]
    [InlineData("0F8FAD5B-D9CB-469F-A165-70867728950E", 37)]
    [InlineData("0f8fad5bd9cb469fa16570867728950e", 33)]
    [InlineData("0f8fad5b-d9cb-469f-a165-70867728950g", 37)]
    [InlineData("0x8fad5b-d9cb-469f-a165-70867728950e", 37)]
    [InlineData("", 1)]
    public void An_id_that_is_a_UUID_as_it_should_be_written_takes_its_sixteen_bytes_and_any_other_stays_as_it_is(string id, int bytes)
    {
        SessionSnapshotBody body = new() { OpenTurns = [], Untold = [], Commands = [new CommandReply(id, 1)] };
        var snapshot = SessionSnapshotCodec.Encode(9, body);
        Assert.Equal(bytes + 6, snapshot.Body.Length); // Four counts or marks of the body, the command's mark and place.
        Assert.Equal(body.Commands, SessionSnapshotCodec.Decode("session:s", snapshot).Commands);
    }

    [Fact]
    public void A_session_that_remembers_ten_thousand_commands_has_a_third_of_the_bytes_that_JSON_takes()
    {
        var random = new Random(1);
        var bytes = new byte[16];
        var commands = new CommandReply[10_000];
        for (var i = 0; i < commands.Length; i++)
        {
            random.NextBytes(bytes);
            commands[i] = new CommandReply(new Guid(bytes).ToString(), i + 1, Print: random.NextInt64(long.MinValue, long.MaxValue), At: 1_764_000_000_000 + i * 250L);
        }

        SessionSnapshotBody body = new() { OpenTurns = [], Untold = [], Commands = commands };
        var (json, binary) = (Encoding.UTF8.GetByteCount(Text(body)), SessionSnapshotCodec.Encode(9, body).Body.Length);
        Assert.True(binary * 3 <= json, $"{binary} bytes, {json} in JSON.");
    }

    [Fact]
    public void A_snapshot_that_ends_early_or_goes_on_is_refused_with_its_place()
    {
        var whole = SessionSnapshotCodec.Encode(9, Records.Session);
        for (var length = 0; length < whole.Body.Length; length++)
        {
            Refused(whole.Body[..length].ToArray());
        }

        Refused([.. whole.Body.ToArray(), 0]);
    }

    [Fact]
    public void A_snapshot_of_which_bytes_are_others_is_read_or_refused() => Gen.Select(Bodies, Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 4], Gen.Int[0, int.MaxValue]).Sample((body, others, cut) =>
    {
        var bytes = SessionSnapshotCodec.Encode(9, body).Body.ToArray();
        foreach (var (at, other) in others)
        {
            bytes[at % bytes.Length] ^= other;
        }

        ReadOrRefused(bytes);
        ReadOrRefused(bytes[..(cut % bytes.Length)]);
    });

    [Fact]
    public void Every_random_byte_string_is_read_or_refused() => Gen.Byte.Array[0, 400].Sample(ReadOrRefused);

    [Theory]
    [InlineData(new byte[] { 4 })] // A mark of the body that is not known.
    [InlineData(new byte[] { 0, 1, 64, 0 })] // An open turn that is an open turn.
    [InlineData(new byte[] { 0, 0, 1, 64, 0, 0 })] // A turn that there is not.
    [InlineData(new byte[] { 0, 0, 1, 65, 0, 0 })] // A turn's number, and something else.
    [InlineData(new byte[] { 0, 0, 1, 128, 1, 0, 0, 0, 0, 0, 0, 0 })] // A mark of a message that is not known.
    [InlineData(new byte[] { 0, 0, 0, 1, 32, 0, 0 })] // One of a command.
    [InlineData(new byte[] { 0, 0, 0, 255, 255, 255, 255, 7, 0, 0, 0 })] // Two thousand million commands.
    public void What_a_newer_version_or_nobody_wrote_is_refused(byte[] body) => Refused(body);

    [Fact]
    public void Every_field_of_a_session_is_in_the_example_and_in_what_is_read()
    {
        Example.SaysAll(Records.Session, "session");
        Example.SaysAll(SessionSnapshotCodec.Decode("session:s", SessionSnapshotCodec.Encode(9, Records.Session)), "session as read");
    }

    [Theory]
    [InlineData("session", 3, null)]
    [InlineData("session", 1, null)]
    [InlineData("session", 0, null)]
    [InlineData("graph", 2, null)]
    [InlineData("session", 1, "{}")]
    [InlineData("session", 2, "{}")]
    public void One_of_another_type_or_of_the_future_or_damaged_is_refused_with_its_place(string type, int version, string? body) =>
        Refused(body is null ? SessionSnapshotCodec.Encode(9, Records.Session).Body.ToArray() : Encoding.UTF8.GetBytes(body), type, version);

    private static void Refused(byte[] body, string type = "session", int version = 2)
    {
        var error = Assert.Throws<UnknownRecordException>(() => SessionSnapshotCodec.Decode("session:s", new JournalSnapshot(9, type, version, body)));
        Assert.Contains("'session:s' at 9", error.Message, StringComparison.Ordinal);
    }

    private static void ReadOrRefused(byte[] body)
    {
        try
        {
            SessionSnapshotCodec.Decode("session:s", new JournalSnapshot(9, "session", 2, body));
        }
        catch (UnknownRecordException)
        {
        }
    }

    private static string Text(SessionSnapshotBody body) => JsonSerializer.Serialize(body, JournalJson.Default.SessionSnapshotBody);

    private static string Golden(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", file);

    private static readonly Gen<string> Names = Gen.OneOf(Gen.Int[0, 2].Select(i => "abc"[i].ToString()), Gen.String[Gen.Char.AlphaNumeric, 0, 8], Gen.Const("Gezeiten \U0001F30A"));

    private static readonly Gen<string> Ids = Gen.OneOf(Gen.Guid.Select(id => id.ToString()), Gen.Guid.Select(id => id.ToString().ToUpperInvariant()), Gen.String);

    private static readonly Gen<UserRef> Users = Gen.Select(Names, Names, Gen.Bool, (id, name, anonymous) => new UserRef { Id = id, Name = name, Anonymous = anonymous });

    private static readonly Gen<MessagePosted> Messages = Gen.Select(
        Gen.Select(Gen.Long, Gen.Long, Ids.Null(), Gen.Long.Nullable()), Users, Names, Gen.Select(Gen.String, Gen.String.Null(), Gen.String.Null()), (e, user, graph, texts) => new MessagePosted
        {
            Seq = e.Item1,
            Timestamp = e.Item2,
            CommandId = e.Item3,
            CommandPrint = e.Item4,
            User = user,
            Graph = graph,
            Text = texts.Item1,
            Turn = texts.Item2,
            MetadataJson = texts.Item3,
        });

    private static readonly Gen<MessageDeleted> Deletions = Gen.Select(Messages, Gen.Long, Gen.Long, (message, seq, timestamp) => new MessageDeleted
    {
        Seq = message.Seq,
        Timestamp = message.Timestamp,
        CommandId = message.CommandId,
        CommandPrint = message.CommandPrint,
        User = message.User,
        Graph = message.Graph,
        MessageSeq = seq,
        MessageTimestamp = timestamp,
    });

    private static readonly Gen<CommandReply> Commands = Gen.Select(
        Ids, Gen.Long, Gen.Int[0, int.MaxValue].Nullable(), Gen.Int[0, int.MaxValue].Nullable(), Gen.Long.Nullable(), Gen.Long.Nullable(),
        (id, seq, concepts, relations, print, at) => new CommandReply(id, seq, concepts, relations, print, at));

    // Messages that are in both lists, in one, and in both with something different under the same seq.
    private static readonly Gen<SessionSnapshotBody> Bodies = Gen.Select(
        Gen.Select(Messages, Gen.Int[0, 3]).Array[0, 6], Deletions.Array[0, 3].Null(), Gen.Long.Array[0, 6].Null(), Commands.Array[0, 6], (messages, deletions, deleted, commands) => new SessionSnapshotBody
        {
            OpenTurns = [.. messages.Where(message => message.Item2 != 0).Select(message => message.Item1)],
            Untold = [.. messages.Where(message => message.Item2 != 1).Select(message => message.Item2 == 3 ? message.Item1 with { Text = message.Item1.Text + "." } : message.Item1)],
            UntoldDeletions = deletions,
            Deleted = deleted,
            Commands = commands,
        });
}
