using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Requests by name. The protocol has one: <c>refresh_forecast</c>, answered by <c>forecast_refresh_ack</c> and a forecast of the connection's field (or of the one that the message names).</summary>
internal sealed class CustomRequestHandler : MessageHandler
{
    public override string Type => MessageTypes.CustomRequest;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? request = null, topicName = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("type"))
            {
                request = fields.AsString();
            }
            else if (fields.Named("topic"))
            {
                topicName = fields.AsString();
            }
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (request != "refresh_forecast")
        {
            return request is null ? fields.Missing("type") : Refusal.Of(ItoriError.BadField, "There is no request of that name.", "type");
        }

        if (TryTopic(topicName, TopicName.Field(connection.GraphId), out var topic) is { } wrong)
        {
            return wrong;
        }

        var id = message.Id;
        return Step.Run(topic, async _ =>
        {
            var forecast = connection.Codec.Event(topic.ToString(), await connection.Grains.GetGrain<IFieldGrain>(topic.Id).Forecast());
            return Reply.Of(connection.Codec.ForecastRefreshAck(topic.ToString(), connection.Now, id), then: () => Send(connection, topic, forecast));
        });
    }

    // After the reply and in order; where there is no space it waits in the place of forecasts, of which the latest counts.
    private static void Send(ClientConnection connection, TopicName topic, byte[] forecast)
    {
        if (!connection.Outbox.TryPut(forecast))
        {
            connection.Outbox.Conflate(new SlotKey(topic, ConceptUpdates.CoherenceForecast), forecast);
        }
    }
}
