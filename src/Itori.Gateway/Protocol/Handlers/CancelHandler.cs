using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Stops the assistant's running turn.</summary>
internal sealed class CancelHandler : MessageHandler
{
    public override string Type => MessageTypes.Cancel;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? topicName = null;
        string? turn = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("turn"))
            {
                turn = fields.AsString();
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

        var id = message.Id;
        var command = new CancelTurn { CommandId = id?.Text, Turn = turn };
        return Command(connection, topic, id, () => connection.Grains.GetGrain<ISessionGrain>(topic.Id).CancelTurn(command));
    }
}
