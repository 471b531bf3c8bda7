using Itori.Contracts;
using Itori.Grains.Journaling;

namespace Itori.Grains.Sessions;

/// <summary>Deleting a message: an event of its own, for what is in a journal stays; whoever reads the message from then on sees that it was there and not what it said.</summary>
internal sealed partial class SessionGrain
{
    public Task<Result<Receipt>> DeleteMessage(DeleteMessage command) => Guard(async () =>
    {
        var print = CommandPrint.Of(command);
        if (await Before(command.CommandId, print) is { } before)
        {
            return before;
        }

        if (await Find(command.MessageSeq) is not { } message || state.IsDeleted(message.Seq))
        {
            return NoSuchMessage(command.MessageSeq);
        }

        if (message.User.Id != command.User.Id)
        {
            return Refusal.Of(ItoriError.Forbidden, "Only its author may delete a message.", "payload.messageSeq");
        }

        if (state.CannotDeleteMore)
        {
            return Refusal.Of(ItoriError.TooLarge, "No more messages of this session can be deleted.");
        }

        if (message.Turn is { } turn && IsOpen(turn))
        {
            // Nobody waits for an answer to what was not said.
            await CancelTurn(new CancelTurn { Turn = turn });
        }

        // Meanwhile others came in: the same command, or another one for the same message.
        if (await Before(command.CommandId, print) is { } meanwhile)
        {
            return meanwhile;
        }

        if (state.IsDeleted(message.Seq))
        {
            return NoSuchMessage(message.Seq);
        }

        var deleted = new MessageDeleted
        {
            Seq = NextSeq,
            Timestamp = Now,
            CommandId = command.CommandId,
            CommandPrint = command.CommandId is null ? null : print,
            User = command.User,
            MessageSeq = message.Seq,
            MessageTimestamp = message.Timestamp,
            Graph = message.Graph,
        };
        await Commit(deleted);
        ContinueWork();
        return new Receipt { Topic = topic, Seq = deleted.Seq };
    });

    protected override DurableEvent[] Shown(DurableEvent[] events)
    {
        for (var i = 0; i < events.Length; i++)
        {
            if (events[i] is MessagePosted { Deleted: false } message && state.IsDeleted(message.Seq))
            {
                events[i] = message with { Text = "", MetadataJson = null, Deleted = true };
            }
        }

        return events;
    }

    private async Task<MessagePosted?> Find(long messageSeq)
    {
        if (messageSeq < 1 || messageSeq >= NextSeq)
        {
            return null;
        }

        await WhenStored(messageSeq);
        var page = await ReadAfter(messageSeq - 1, 1);
        return page.Events is [MessagePosted message] ? message : null;
    }

    private SessionDeletion DeletionOf(MessageDeleted deleted) => new()
    {
        Session = topic.Id,
        Seq = deleted.Seq,
        User = deleted.User,
        MessageSeq = deleted.MessageSeq,
        MessageTimestamp = deleted.MessageTimestamp,
    };

    private static Refusal NoSuchMessage(long seq) =>
        Refusal.Of(ItoriError.NoSuchMessage, $"The session has no message {seq} by a person, or no longer.", "payload.messageSeq");
}
