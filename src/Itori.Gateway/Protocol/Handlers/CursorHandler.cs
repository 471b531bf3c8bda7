using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Shows others where this connection points. Only the latest is relayed, at a bounded rate.</summary>
internal sealed class CursorHandler : MessageHandler
{
    private const int MaxSelectionBytes = 4 * 1024;
    private const int MaxConcept = 200;

    public override string Type => MessageTypes.Cursor;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? topicName = null, concept = null, selection = null;
        double? x = null, y = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("topic"))
            {
                topicName = fields.AsString();
            }
            else if (fields.Named("concept"))
            {
                concept = fields.AsString();
            }
            else if (fields.Named("x"))
            {
                x = fields.AsNumber();
            }
            else if (fields.Named("y"))
            {
                y = fields.AsNumber();
            }
            else if (fields.Named("selection"))
            {
                selection = fields.AsAnyText(MaxSelectionBytes);
            }
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (concept is { Length: > MaxConcept })
        {
            return Refusal.Of(ItoriError.TooLarge, $"concept has more than {MaxConcept} characters.", "concept");
        }

        var topic = TopicName.Graph(connection.GraphId);
        if (topicName is not null && TryTopic(topicName, out topic) is { } wrong)
        {
            return wrong;
        }

        if (connection.Subscriptions.HubOf(topic) is not { } hub)
        {
            return Refusal.Of(ItoriError.NoSuchTopic, "This connection is not subscribed to that topic.", "topic");
        }

        connection.Cursors.Move(hub, new CursorMoved
        {
            Timestamp = connection.Now,
            User = connection.User,
            ConnectionId = connection.ConnectionId,
            Concept = concept,
            X = x,
            Y = y,
            SelectionJson = selection,
        });
        return Reply.Ack(connection.Codec, receipt: null, connection.Now, message.Id);
    }
}
