using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Deletes a message of the user's own.</summary>
internal sealed class DeleteMessageHandler : MessageHandler
{
    public override string Type => MessageTypes.DeleteMsg;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? topicName = null;
        long? messageSeq = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("messageSeq"))
            {
                messageSeq = fields.AsInteger(least: 1);
            }
            else if (fields.Named("topic"))
            {
                topicName = fields.AsString();
            }
        }

        TopicName topic = default;
        if ((fields.Problem ?? TryTopic(topicName, TopicName.Session(connection.SessionId), out topic)) is { } problem)
        {
            return problem;
        }

        if (messageSeq is null)
        {
            return Refusal.Of(ItoriError.BadField, "messageSeq is missing.", "messageSeq");
        }

        var id = message.Id;
        var command = new DeleteMessage { CommandId = id?.Text, User = connection.User, MessageSeq = messageSeq.Value };
        return Command(connection, topic, id, () => connection.Grains.GetGrain<ISessionGrain>(topic.Id).DeleteMessage(command));
    }
}
