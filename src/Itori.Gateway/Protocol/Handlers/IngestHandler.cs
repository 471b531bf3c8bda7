using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Gives a document to a graph.</summary>
internal sealed class IngestHandler : MessageHandler
{
    private const int MaxSource = 200;

    public override string Type => MessageTypes.Ingest;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? topicName = null;
        string? text = null;
        string? source = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("text"))
            {
                text = fields.AsString();
            }
            else if (fields.Named("topic"))
            {
                topicName = fields.AsString();
            }
            else if (fields.Named("source"))
            {
                source = fields.AsString();
            }
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (text is null)
        {
            return fields.Missing("text");
        }

        if (source is { Length: > MaxSource })
        {
            return Refusal.Of(ItoriError.TooLarge, $"source has more than {MaxSource} characters.", "source");
        }

        if (TryTopic(topicName, TopicName.Graph(connection.GraphId), out var topic) is { } wrong)
        {
            return wrong;
        }

        var id = message.Id;
        var command = new IngestDocument { CommandId = id?.Text, User = connection.User, Text = text, Source = source };
        return Command(connection, topic, id, () => connection.Grains.GetGrain<IConceptGraphGrain>(topic.Id).Ingest(command));
    }
}
