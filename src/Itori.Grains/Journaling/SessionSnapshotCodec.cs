using Itori.Contracts;
using Itori.Grains.Sessions;
using Itori.Journal;

namespace Itori.Grains.Journaling;

/// <summary>
/// How a session's snapshot stands in the journal. Version 1 is JSON and is read for ever; version 2 is a compact binary body, little more than a quarter of the size: a busy session's snapshots are its remembered commands,
/// and in JSON they were as many bytes as the events between them.
/// <para>
/// Version 2, by <see cref="CompactWriter"/>: each behind its count, open turns, untold messages, untold deletions and deleted messages where there are any, and remembered commands. Places and times are differences to the one before in
/// the same list. An untold message that is an open turn as well is the turn's number in its list. Whatever may be absent has a bit in a mark before its thing, so a later field gets a new bit and older bodies stay as they are; a bit that this code does not know makes a body one of a newer version, which is refused.
/// </para>
/// </summary>
internal static partial class SessionSnapshotCodec
{
    public const string Type = "session";
    public const int Version = 2;
    private const int BodyDeletions = 1;
    private const int BodyDeleted = 2;

    public static JournalSnapshot Encode(long seq, SessionSnapshotBody body)
    {
        var writer = new CompactWriter();
        writer.Parts((body.UntoldDeletions is not null, BodyDeletions), (body.Deleted is not null, BodyDeleted));
        WriteTurns(writer, body.OpenTurns);
        WriteUntold(writer, body.Untold, body.OpenTurns);
        if (body.UntoldDeletions is { } deletions)
        {
            Write(writer, deletions);
        }

        if (body.Deleted is { } deleted)
        {
            Write(writer, deleted);
        }

        CommandRepliesCodec.Write(writer, body.Commands, uuidsAsBytes: true);
        return new JournalSnapshot(seq, Type, Version, writer.Written);
    }

    /// <exception cref="UnknownRecordException">The snapshot was written by a newer version of the code, or is damaged.</exception>
    public static SessionSnapshotBody Decode(string stream, JournalSnapshot snapshot) => snapshot is { Type: Type, Version: Version }
        ? EventCodec.Decode(stream, snapshot, Read)
        : EventCodec.Decode(stream, snapshot, Type, JournalJson.Default.SessionSnapshotBody);

    private static SessionSnapshotBody Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CompactReader(bytes);
        var parts = reader.Parts(BodyDeletions | BodyDeleted);
        var turns = ReadTurns(ref reader);
        var body = new SessionSnapshotBody
        {
            OpenTurns = turns,
            Untold = ReadUntold(ref reader, turns),
            UntoldDeletions = (parts & BodyDeletions) != 0 ? ReadDeletions(ref reader) : null,
            Deleted = (parts & BodyDeleted) != 0 ? ReadDeleted(ref reader) : null,
            Commands = CommandRepliesCodec.Read(ref reader),
        };
        return reader.IsAtEnd ? body : throw new FormatException();
    }

    private static void WriteTurns(CompactWriter writer, IReadOnlyList<MessagePosted> turns)
    {
        writer.Count(turns.Count);
        var before = default(Place);
        foreach (var turn in turns)
        {
            Write(writer, turn, ref before);
        }
    }

    private static MessagePosted[] ReadTurns(ref CompactReader reader)
    {
        var turns = new MessagePosted[reader.Things()];
        var before = default(Place);
        for (var i = 0; i < turns.Length; i++)
        {
            turns[i] = ReadMessage(ref reader, reader.Parts(MessageBits), ref before);
        }

        return turns;
    }

    private static void WriteUntold(CompactWriter writer, IReadOnlyList<MessagePosted> untold, IReadOnlyList<MessagePosted> turns)
    {
        var numbers = new Dictionary<long, int>(turns.Count);
        for (var i = 0; i < turns.Count; i++)
        {
            numbers.TryAdd(turns[i].Seq, i);
        }

        writer.Count(untold.Count);
        var before = default(Place);
        foreach (var message in untold)
        {
            if (numbers.TryGetValue(message.Seq, out var number) && turns[number] == message)
            {
                writer.Parts((true, MessageIsOpenTurn));
                writer.Count(number);
            }
            else
            {
                Write(writer, message, ref before);
            }
        }
    }

    private static MessagePosted[] ReadUntold(ref CompactReader reader, MessagePosted[] turns)
    {
        var untold = new MessagePosted[reader.Things()];
        var before = default(Place);
        for (var i = 0; i < untold.Length; i++)
        {
            var parts = reader.Parts(MessageBits | MessageIsOpenTurn);
            if (parts == MessageIsOpenTurn)
            {
                var number = reader.Small();
                untold[i] = number < turns.Length ? turns[number] : throw new FormatException("There is no such turn.");
            }
            else
            {
                untold[i] = ReadMessage(ref reader, parts, ref before);
            }
        }

        return untold;
    }

    private static void Write(CompactWriter writer, IReadOnlyList<long> deleted)
    {
        writer.Count(deleted.Count);
        var before = 0L;
        foreach (var seq in deleted)
        {
            writer.Signed(seq - before);
            before = seq;
        }
    }

    private static long[] ReadDeleted(ref CompactReader reader)
    {
        var deleted = new long[reader.Things()];
        var before = 0L;
        for (var i = 0; i < deleted.Length; i++)
        {
            deleted[i] = before = unchecked(before + reader.Signed());
        }

        return deleted;
    }
}
