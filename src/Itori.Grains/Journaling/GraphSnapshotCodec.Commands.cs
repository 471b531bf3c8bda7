namespace Itori.Grains.Journaling;

/// <summary>The commands that a graph remembers.</summary>
internal static partial class GraphSnapshotCodec
{
    private const int CommandConcepts = 1;
    private const int CommandRelations = 2;
    private const int CommandFingerprint = 4;
    private const int CommandAt = 8;

    private static void Write(CompactWriter writer, IReadOnlyList<CommandReply> commands)
    {
        writer.Count(commands.Count);
        var (seq, time) = (0L, 0L);
        foreach (var command in commands)
        {
            writer.Count(Part(command.Concepts is not null, CommandConcepts) | Part(command.Relations is not null, CommandRelations)
                | Part(command.Print is not null, CommandFingerprint) | Part(command.At is not null, CommandAt));
            writer.Text(command.Id);
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

    private static CommandReply[] ReadCommands(ref CompactReader reader)
    {
        var commands = new CommandReply[reader.Things()];
        var (seq, time) = (0L, 0L);
        for (var i = 0; i < commands.Length; i++)
        {
            var parts = ReadParts(ref reader, CommandConcepts | CommandRelations | CommandFingerprint | CommandAt);
            commands[i] = new CommandReply(
                reader.Text(),
                seq = unchecked(seq + reader.Signed()),
                (parts & CommandConcepts) != 0 ? reader.Small() : null,
                (parts & CommandRelations) != 0 ? reader.Small() : null,
                (parts & CommandFingerprint) != 0 ? reader.Fixed() : null,
                (parts & CommandAt) != 0 ? time = unchecked(time + reader.Signed()) : null);
        }

        return commands;
    }
}
