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
        string? missing = null;
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
            else if (fields.Named("types"))
            {
                missing = fields.IsGiven() ? "types" : missing;
            }
            else if (fields.Named("concepts"))
            {
                missing = fields.IsGiven() ? "concepts" : missing;
            }
            else if (fields.Named("maxRate"))
            {
                missing = fields.IsGiven() ? "maxRate" : missing;
            }
        }

        TopicName topic = default;
        if ((fields.Problem ?? TryTopic(topicName, out topic)) is { } problem)
        {
            return problem;
        }

        if (missing is not null)
        {
            return Refusal.Of(ItoriError.NotImplemented, $"This version of the server does not filter by {missing}. Subscribe without it to get everything.", missing);
        }

        var id = message.Id;
        if (catchUp is not (null or "events" or "smallest"))
        {
            return Refusal.Of(ItoriError.BadField, "catchUp is \"events\" or \"smallest\".", "catchUp");
        }

        var from = new Start(since, Smallest: catchUp is "smallest");
        var announced = connection.Subscriptions.Announce(topic);
        return Step.Run(
            topic, cancellation => connection.Subscriptions.Subscribe(topic, from, announced, id, cancellation), () => connection.Subscriptions.Retract(topic, announced));
    }
}
