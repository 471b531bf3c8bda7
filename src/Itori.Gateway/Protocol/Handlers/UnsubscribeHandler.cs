using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Stops to watch a topic.</summary>
internal sealed class UnsubscribeHandler : MessageHandler
{
    public override string Type => MessageTypes.Unsubscribe;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? topicName = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("topic"))
            {
                topicName = fields.AsString();
            }
        }

        TopicName topic = default;
        if ((fields.Problem ?? TryTopic(topicName, out topic)) is { } problem)
        {
            return problem;
        }

        var id = message.Id;
        return Step.Run(topic, async _ => await connection.Subscriptions.Unsubscribe(topic)
            ? Reply.Of(connection.Codec.Unsubscribed(topic.ToString(), connection.Now, id))
            : Refusal.Of(ItoriError.NoSuchTopic, "This connection is not subscribed to that topic.", "topic"));
    }
}
