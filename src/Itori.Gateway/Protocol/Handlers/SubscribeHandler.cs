using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Begins to watch a topic. Subscribing again to the same one begins anew.</summary>
internal sealed class SubscribeHandler : MessageHandler
{
    public override string Type => MessageTypes.Subscribe;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? topicName = null;
        long? since = null;
        string? catchUp = null;
        var filter = default(FilterReader);
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("topic"))
            {
                topicName = fields.AsString();
            }
            else if (fields.Named("since"))
            {
                since = fields.AsInteger(least: 0);
            }
            else if (fields.Named("catchUp"))
            {
                catchUp = fields.AsString();
            }
            else
            {
                filter.Read(ref fields, connection.Options);
            }
        }

        TopicName topic = default;
        if ((fields.Problem ?? TryTopic(topicName, out topic)) is { } problem)
        {
            return problem;
        }

        if (filter.TryMake(topic.Kind, out var wanted) is { } wrong)
        {
            return wrong;
        }

        var id = message.Id;
        if (catchUp is not (null or "events" or "smallest"))
        {
            return Refusal.Of(ItoriError.BadField, "catchUp is \"events\" or \"smallest\".", "catchUp");
        }

        var from = new Start(since, Smallest: catchUp is "smallest");
        var announced = connection.Subscriptions.Announce(topic);
        return Step.Run(
            topic, cancellation => connection.Subscriptions.Subscribe(topic, from, wanted, announced, id, cancellation), () => connection.Subscriptions.Retract(topic, announced));
    }
}
