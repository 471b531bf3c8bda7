using Itori.Contracts;

namespace Itori.Grains.Journaling;

/// <summary>A session's events in its snapshot. Not their JSON: there may be thousands while a graph is away, and their ids and prints are what the commands' are.</summary>
internal static partial class SessionSnapshotCodec
{
    private const int EventCommand = 1;
    private const int EventUuidAsBytes = 2;
    private const int EventFingerprint = 4;
    private const int EventAnonymous = 8;
    private const int EventBits = EventCommand | EventUuidAsBytes | EventFingerprint | EventAnonymous;
    private const int MessageTurn = 16;
    private const int MessageMetadata = 32;
    private const int MessageBits = EventBits | MessageTurn | MessageMetadata;
    private const int MessageIsOpenTurn = 64;

    private static void Write(CompactWriter writer, MessagePosted message, ref Place before)
    {
        Write(writer, message, message.User, message.Graph, ref before);
        if (message.Turn is { } turn)
        {
            writer.Text(turn);
        }

        if (message.MetadataJson is { } metadata)
        {
            writer.Text(metadata);
        }

        writer.Text(message.Text);
    }

    private static MessagePosted ReadMessage(ref CompactReader reader, int parts, ref Place before)
    {
        if ((parts & MessageIsOpenTurn) != 0)
        {
            throw new FormatException("An open turn has nothing but its number.");
        }

        var e = ReadEvent(ref reader, parts, ref before);
        return new MessagePosted
        {
            Seq = e.Seq,
            Timestamp = e.Timestamp,
            CommandId = e.CommandId,
            CommandPrint = e.CommandPrint,
            User = e.User,
            Graph = e.Graph,
            Turn = (parts & MessageTurn) != 0 ? reader.Text() : null,
            MetadataJson = (parts & MessageMetadata) != 0 ? reader.Text() : null,
            Text = reader.Text(),
        };
    }

    private static void Write(CompactWriter writer, IReadOnlyList<MessageDeleted> deletions)
    {
        writer.Count(deletions.Count);
        var before = default(Place);
        foreach (var deletion in deletions)
        {
            Write(writer, deletion, deletion.User, deletion.Graph, ref before);
            writer.Signed(deletion.Seq - deletion.MessageSeq);
            writer.Signed(deletion.Timestamp - deletion.MessageTimestamp);
        }
    }

    private static MessageDeleted[] ReadDeletions(ref CompactReader reader)
    {
        var deletions = new MessageDeleted[reader.Things()];
        var before = default(Place);
        for (var i = 0; i < deletions.Length; i++)
        {
            var e = ReadEvent(ref reader, reader.Parts(EventBits), ref before);
            deletions[i] = new MessageDeleted
            {
                Seq = e.Seq,
                Timestamp = e.Timestamp,
                CommandId = e.CommandId,
                CommandPrint = e.CommandPrint,
                User = e.User,
                Graph = e.Graph,
                MessageSeq = unchecked(e.Seq - reader.Signed()),
                MessageTimestamp = unchecked(e.Timestamp - reader.Signed()),
            };
        }

        return deletions;
    }

    /// <summary>What all events of a session have.</summary>
    private static void Write(CompactWriter writer, DurableEvent e, UserRef user, string graph, ref Place before)
    {
        var uuid = CanonicalUuid.Of(e.CommandId);
        writer.Parts(
            (e.CommandId is not null, EventCommand), (uuid is not null, EventUuidAsBytes), (e.CommandPrint is not null, EventFingerprint), (user.Anonymous, EventAnonymous),
            (e is MessagePosted { Turn: not null }, MessageTurn), (e is MessagePosted { MetadataJson: not null }, MessageMetadata));
        writer.Signed(e.Seq - before.Seq);
        writer.Signed(e.Timestamp - before.Timestamp);
        before = new Place(e.Seq, e.Timestamp);
        if (e.CommandId is { } id)
        {
            CommandRepliesCodec.WriteId(writer, id, uuid);
        }

        if (e.CommandPrint is { } print)
        {
            writer.Fixed(print);
        }

        writer.Name(user.Id);
        writer.Name(user.Name);
        writer.Name(graph);
    }

    private static Common ReadEvent(ref CompactReader reader, int parts, ref Place before)
    {
        before = new Place(unchecked(before.Seq + reader.Signed()), unchecked(before.Timestamp + reader.Signed()));
        return new Common(
            before.Seq,
            before.Timestamp,
            (parts & EventCommand) != 0 ? CommandRepliesCodec.ReadId(ref reader, (parts & EventUuidAsBytes) != 0) : null,
            (parts & EventFingerprint) != 0 ? reader.Fixed() : null,
            new UserRef { Id = reader.Name(), Name = reader.Name(), Anonymous = (parts & EventAnonymous) != 0 },
            reader.Name());
    }

    /// <summary>Where and when the event before was.</summary>
    private readonly record struct Place(long Seq, long Timestamp);

    private readonly record struct Common(long Seq, long Timestamp, string? CommandId, long? CommandPrint, UserRef User, string Graph);
}
