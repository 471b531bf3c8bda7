using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Reads a piece of a topic's past.</summary>
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

        if (!topic.IsDurable)
        {
            return Refusal.Of(ItoriError.BadTopic, "A field has no history: its events are derived and the latest wins.", "topic");
        }

        var id = message.Id;
        return Step.Run(topic, async _ =>
        {
            var page = await connection.Grains.Durable(topic).ReadBefore(before, limit);
            return Reply.Of(JsonCodec.History(topic.ToString(), page, keepOldest: false, MaxBytes, connection.Now, id));
        });
    }
}
