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
        long? seq = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("seq"))
            {
                seq = fields.AsInteger(least: 1);
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

        if (seq is null)
        {
            return Refusal.Of(ItoriError.BadField, "seq is missing: the message's own.", "seq");
        }

        var id = message.Id;
        var command = new DeleteMessage { CommandId = id?.Text, User = connection.User, MessageSeq = seq.Value };
        return Command(connection, topic, id, () => connection.Grains.GetGrain<ISessionGrain>(topic.Id).DeleteMessage(command));
    }
}
