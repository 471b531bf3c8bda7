namespace Itori.Grains.Journaling;

/// <summary>
/// The commands that a topic remembers, as they stand in a binary snapshot: nearly all of it where the topic is a busy session. An id that is a UUID in its canonical form, as clients are told to use, may be
/// written as its 16 bytes instead of 36 letters. That is read in every snapshot but written in sessions' only, which versions before could not read anyway; graphs' they can.
/// </summary>
internal static class CommandRepliesCodec
{
    private const int Concepts = 1;
    private const int Relations = 2;
    private const int Fingerprint = 4;
    private const int At = 8;
    private const int UuidAsBytes = 16;

    public static void Write(CompactWriter writer, IReadOnlyList<CommandReply> commands, bool uuidsAsBytes)
    {
        writer.Count(commands.Count);
        var (seq, time) = (0L, 0L);
        foreach (var command in commands)
        {
            var uuid = uuidsAsBytes ? CanonicalUuid.Of(command.Id) : null;
            writer.Parts(
                (command.Concepts is not null, Concepts), (command.Relations is not null, Relations), (command.Print is not null, Fingerprint), (command.At is not null, At), (uuid is not null, UuidAsBytes));
            WriteId(writer, command.Id, uuid);
            writer.Signed(command.Seq - seq);
            seq = command.Seq;
            if (command.Concepts is { } concepts)
            {
                writer.Count(concepts);
            }

            if (command.Relations is { } relations)
            {
                writer.Count(relations);
            }

            if (command.Print is { } print)
            {
                writer.Fixed(print);
            }

            if (command.At is { } at)
            {
                writer.Signed(at - time);
                time = at;
            }
        }
    }

    public static CommandReply[] Read(ref CompactReader reader)
    {
        var commands = new CommandReply[reader.Things()];
        var (seq, time) = (0L, 0L);
        for (var i = 0; i < commands.Length; i++)
        {
            var parts = reader.Parts(Concepts | Relations | Fingerprint | At | UuidAsBytes);
            commands[i] = new CommandReply(
                ReadId(ref reader, (parts & UuidAsBytes) != 0),
                seq = unchecked(seq + reader.Signed()),
                (parts & Concepts) != 0 ? reader.Small() : null,
                (parts & Relations) != 0 ? reader.Small() : null,
                (parts & Fingerprint) != 0 ? reader.Fixed() : null,
                (parts & At) != 0 ? time = unchecked(time + reader.Signed()) : null);
        }

        return commands;
    }

    /// <summary>A command's id: as bytes where it is a UUID and the mark before it says so.</summary>
    public static void WriteId(CompactWriter writer, string id, Guid? uuid)
    {
        if (uuid is { } bytes)
        {
            writer.Uuid(bytes);
        }
        else
        {
            writer.Text(id);
        }
    }

    public static string ReadId(ref CompactReader reader, bool isUuid) => isUuid ? CanonicalUuid.Text(reader.Uuid()) : reader.Text();
}
