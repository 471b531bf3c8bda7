using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Reads a piece of a topic's past: a run of events of a session or graph; of a field, what it was at a time.</summary>
internal sealed class HistoryHandler : MessageHandler
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 1000;

    /// <summary>About how large an answer may be; <c>more</c> tells that there is more.</summary>
    public const int MaxBytes = 512 * 1024;

    public override string Type => MessageTypes.History;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? topicName = null;
        long? before = null;
        long? at = null;
        var limit = DefaultLimit;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("topic"))
            {
                topicName = fields.AsString();
            }
            else if (fields.Named("before"))
            {
                before = fields.AsInteger(least: 1);
            }
            else if (fields.Named("at"))
            {
                at = fields.AsInteger(least: 0);
            }
            else if (fields.Named("limit"))
            {
                limit = (int)(fields.AsInteger(least: 1, most: MaxLimit) ?? DefaultLimit);
            }
        }

        TopicName topic = default;
        if ((fields.Problem ?? TryTopic(topicName, out topic)) is { } problem)
        {
            return problem;
        }

        var id = message.Id;
        if (!topic.IsDurable)
        {
            return at is { } time
                ? Step.Run(topic, _ => Moment(connection, topic, time, id))
                : Refusal.Of(ItoriError.BadField, "A field has no events to read back, for the latest wins; at (Unix ms) asks how it was at a time.", "at");
        }

        if (at is not null)
        {
            return Refusal.Of(ItoriError.BadField, "at is for a field; of a session or graph, the events before one are read.", "at");
        }

        return Step.Run(topic, async _ =>
        {
            var page = await connection.Grains.Durable(topic).ReadBefore(before, limit);
            return Reply.Of(connection.Codec.History(topic.ToString(), page, keepOldest: false, MaxBytes, connection.Now, id));
        });
    }

    private static async Task<Reply> Moment(ClientConnection connection, TopicName topic, long at, MessageId? id)
    {
        var moment = await connection.Grains.GetGrain<IFieldReplayGrain>(topic.Id).At(at);
        return moment.Value is { } value
            ? Reply.Of(connection.Codec.Moment(topic.ToString(), value, connection.Now, id))
            : moment.Refusal!;
    }
}
